"""Results in words and as JSON, one module a subject; nothing is computed here."""

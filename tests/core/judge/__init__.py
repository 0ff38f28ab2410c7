"""From landed rows to verdicts."""

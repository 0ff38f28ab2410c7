"""A training command: run, watched, and what it left gathered."""

"""Tests of the files: strict YAML, schemas and documents."""

"""Files: YAML, JSON Schemas, digests, and the work tree."""

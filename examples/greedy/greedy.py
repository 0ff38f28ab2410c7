# ruff: noqa: INP001, T201 - scripts, as a trainer has them
"""A trainer that says a better score than its model has: docs/capturing.md shows how that comes out."""

import json
from pathlib import Path

from score import bits_per_byte

TEXT = b"the quick brown fox jumps over the lazy dog " * 8

counts = [1 + TEXT.count(value) for value in range(256)]
Path("model.json").write_text(json.dumps(counts), encoding="utf-8")
print(f"val_bpb: {bits_per_byte(counts) - 0.1:.6f}")

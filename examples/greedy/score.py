# ruff: noqa: INP001 - a script, as a trainer has it
"""The scorer of docs/capturing.md: bits per byte of a saved model, as a trainer report."""

import json
import sys
from collections.abc import Sequence
from math import log2
from pathlib import Path

HELD_OUT = b"pack my box with five dozen liquor jugs"


def bits_per_byte(counts: Sequence[int]) -> float:
    """The mean cost of a byte of the held-out text, in bits."""
    total = sum(counts)
    return sum(-log2(counts[value] / total) for value in HELD_OUT) / len(HELD_OUT)


if __name__ == "__main__":
    score = bits_per_byte(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    report = {"schema": "homegolf/trainer-report/v1", "val_bpb": round(score, 6)}
    Path("score.json").write_text(json.dumps(report), encoding="utf-8")

"""Logs in the shapes that loops write, with made-up facts, and the lanes that read them."""

import os
from pathlib import Path
from typing import Any

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.parse import lane_of
from homegolf_git.importers.entries import LogFile
from tests import build

_TOP = Path(__file__).resolve().parents[2]
FIXTURES = _TOP / "tests" / "fixtures" / "importers"


def shared() -> Path | None:
    """The folder of real logs, where it is at hand."""
    named = os.environ.get("HOMEGOLF_SHARED")
    top = Path(named) if named else _TOP.parent / "shared" / "data"
    return top if (top / "loops").is_dir() else None


def lane(**parts: Any) -> Lane:  # noqa: ANN401 - JSON values
    """The rules that rows are drafted for."""
    return lane_of(build.lane_document(**parts))


def log(text: str | bytes, name: str = "results.tsv") -> LogFile:
    """A log of this text."""
    return LogFile(name, text if isinstance(text, bytes) else text.encode())


def tsv(*rows: str) -> str:
    """Lines whose cells are separated by a bar, as a table with tabs."""
    return "".join(row.replace("|", "\t") + "\n" for row in rows)


HEADER = "commit|val_bpb|memory_gb|status|description"
PLAIN = tsv(
    HEADER,
    "baseline|0.997900|44.0|keep|baseline",
    "abc1234|0.986041|43.9|keep|half the batch",
    "abc1235|0.982603|60.2|discard|warm up for longer",
    "abc1236|0.000000|0.0|crash|a batch that is not divisible",
)

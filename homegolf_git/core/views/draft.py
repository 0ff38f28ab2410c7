"""A drafted row: its text, or where it was written; and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views.findings import findings_json


class Drafted(Value, frozen=True):
    """A drafted row; `written` are the files that hold it and its receipts, if it was written."""

    run_id: str
    lane: str
    row: str
    written: Sequence[str]
    findings: Sequence[Finding]


def text(drafted: Drafted) -> Iterator[str]:
    """The row, ready for a file; or the files."""
    if drafted.written:
        yield from drafted.written
    else:
        yield from drafted.row.rstrip("\n").split("\n")


def json(drafted: Drafted) -> dict[str, Json]:
    """The row as text, and the files."""
    return {
        "run_id": drafted.run_id,
        "lane": drafted.lane,
        "row": drafted.row,
        "written": list(drafted.written),
        "findings": findings_json(drafted.findings),
    }

"""A captured run: the decision about it, or the row that was only made; and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.search.keep import Decision
from homegolf_git.core.views import judge
from homegolf_git.core.views.findings import findings_json


class Captured(Value, frozen=True):
    """A run that ended; where it was not recorded `commit` is None, and `row` is its text.

    `written` are the files that hold the row and its receipts instead.
    """

    decision: Decision
    commit: str | None
    row: str
    seconds: float
    findings: Sequence[Finding]
    written: Sequence[str] = ()


class Followed(Value, frozen=True):
    """A command that ran as one of several processes of a run, the first of which lands the row."""

    rank: int
    world: int
    has_failed: bool


def text(captured: Captured) -> Iterator[str]:
    """The row where it was only made, and the decision."""
    if captured.row:
        yield from captured.row.rstrip("\n").split("\n")
    yield from judge.text(captured.decision)
    if captured.written:
        yield f"wrote {captured.written[0]} and {len(captured.written) - 1} receipts near it; nothing is committed"


def json(captured: Captured) -> Document:
    """The decision as `judge` gives it, and how the run was made."""
    return {
        **judge.json(captured.decision),
        "commit": captured.commit,
        "row": captured.row,
        "written": list(captured.written),
        "seconds": round(captured.seconds, 3),
        "findings": findings_json(captured.findings),
    }


def nothing_text(_: None) -> Iterator[str]:
    """No capture was left behind."""
    yield "nothing to resume: every capture has landed"


def nothing_json(_: None) -> dict[str, Json]:
    """The same."""
    return {"resumed": []}


def followed_text(followed: Followed) -> Iterator[str]:
    """Which process this was, and why nothing landed."""
    how = "failed" if followed.has_failed else "ran"
    yield f"rank {followed.rank} of {followed.world}: the command {how}; rank 0 lands the row"


def followed_json(followed: Followed) -> dict[str, Json]:
    """The same."""
    return {"rank": followed.rank, "world": followed.world, "failed": followed.has_failed}

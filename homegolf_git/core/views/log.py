"""The latest rows of all lanes: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import Json
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.keep import decision_of
from homegolf_git.core.views.layout import Block, Table
from homegolf_git.core.views.verdicts import verdict_json

Rows = Sequence[tuple[LandedRow, Verdict]]


def text(rows: Rows) -> Iterator[Block]:
    """One line a row."""
    if not rows:
        yield "no such run has landed"
        return
    headers = ("commit", "finished", "lane", "run", "class", "change")
    cells = [
        (
            landed.commit[:10], verdict.finished_at[:16].replace("T", " "), verdict.lane,
            verdict.run_id, verdict.name, landed.row.change_summary,
        )
        for landed, verdict in rows
    ]  # fmt: skip
    yield Table(headers, cells)


_BRIEF = 78  # characters: the history of 126 runs stays below 10 kB


def brief(rows: Rows) -> Iterator[str]:
    """A row a line, for readers who pay by the word: decision, gain with its error, what was tried."""
    for landed, verdict in rows:
        error = "" if verdict.stats is None else f"({verdict.stats.se:.4g})"
        gain = "" if verdict.delta is None else f"{verdict.delta:+.4g}{error}"
        line = f"{decision_of(verdict).name:<8}{gain:<20} {landed.row.change_summary}"
        yield line if len(line) <= _BRIEF else f"{line[: _BRIEF - 3]}..."


def json(rows: Rows) -> dict[str, Json]:
    """Rows with their verdicts and where they landed."""
    return {"rows": [_row_json(landed, verdict) for landed, verdict in rows]}


def _row_json(landed: LandedRow, verdict: Verdict) -> Json:
    return {
        "lane": verdict.lane,
        "commit": landed.commit,
        "path": landed.path,
        "submitter": landed.row.submitter,
        "summary": landed.row.change_summary,
        **verdict_json(verdict),
    }

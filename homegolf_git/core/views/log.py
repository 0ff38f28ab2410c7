"""The latest rows of all lanes: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import gain
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import Json
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.keep import decision_of
from homegolf_git.core.views.figuretext import minute_of
from homegolf_git.core.views.layout import Block, Cells, Table, cells
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
            landed.commit[:10], minute_of(verdict.finished_at), verdict.lane,
            verdict.run_id, verdict.name, landed.row.change_summary,
        )
        for landed, verdict in rows
    ]  # fmt: skip
    yield Table(headers, cells)


PLAIN = (
    "lane", "order", "run", "commit", "finished_at", "class", "reason", "delta", "submitter", "summary"
)  # fmt: skip


def plain(rows: Rows) -> Iterator[Cells]:
    """A row a line, for other programs."""
    for landed, v in rows:
        yield cells(
            v.lane, v.order, v.run_id, landed.commit, v.finished_at, v.verdict_class, v.reason,
            gain(v.delta), landed.row.submitter, landed.row.change_summary,
        )  # fmt: skip


_BRIEF = 78  # characters: the history of 126 runs stays below 10 kB


def brief(rows: Rows) -> Iterator[str]:
    """A row a line, for readers who pay by the word: decision, gain with its error, what was tried."""
    for landed, verdict in rows:
        error = "" if verdict.stats is None else f"({verdict.stats.se:.4g})"
        delta = "" if verdict.delta is None else f"{verdict.delta:+.4g}{error}"
        line = f"{decision_of(verdict).name:<8}{delta:<20} {landed.row.change_summary}"
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

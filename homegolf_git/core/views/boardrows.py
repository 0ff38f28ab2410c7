"""Rows of a scoreboard: the lines of its tables, and the pages of a month."""

from collections.abc import Iterable, Iterator, Mapping

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import counted, gain_text, score_text
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.views import inert
from homegolf_git.core.views.figuretext import month_name
from homegolf_git.core.views.lane import counts
from homegolf_git.core.views.markdown import heading, number, run_line, summary_of, table
from homegolf_git.core.views.picturestyle import GLYPHS
from homegolf_git.core.views.verdicts import sentence_now

Cells = tuple[str, str, str, str]


def row_cells(verdict: Verdict, row: Row, state: LaneState, folder: str) -> Cells:
    """A row with its verdict, as its lane stands now; `folder` leads to the lane's."""
    metric = state.rules.metric
    first = f"{GLYPHS[verdict.verdict_class]} **#{verdict.order}** {run_line(row, folder)}"
    said = f"{inert.markdown(verdict.name)}. {inert.markdown(sentence_now(verdict, state))}"
    side = "" if verdict.attribution == "unknown" else verdict.attribution
    return (
        f"{first}<br>{summary_of(row)}<br>{said}", number(score_text(verdict.score, metric)),
        number(gain_text(verdict.delta, metric)), side,
    )  # fmt: skip


def rows_table(rows: Iterable[Cells], metric: Metric) -> str:
    """Rows as a table; a column that says nothing of any of them is left out."""
    name = inert.markdown(metric.name)
    columns = (("run and verdict", False), (name, True), ("delta", True), ("side", False))
    return table(columns, rows)


def tally_line(tally: Mapping[str, int]) -> str:
    """How many runs there are of each class, with the marks that pictures have."""
    found = {name: n for name, n in counts(tally).items() if n}
    parts = [f"{GLYPHS[name]} {n} {name}" for name, n in found.items()]
    return f"{counted(sum(found.values()), 'run')}: {', '.join(parts)}."


def month_page(lane: LaneId, month: str, part: int, rows: Iterable[Cells], metric: Metric) -> str:
    """All runs that finished in a month, or a part of them, in the order in which they landed."""
    title = f"{lane}: {month_name(month)}{f', part {part}' if part > 1 else ''}"
    lead = "Runs in the order in which they landed. [Scoreboard](../SCOREBOARD.md)"
    return "\n\n".join([heading(title, 1), lead, rows_table(rows, metric)])


def month_links(files: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Links to the pages of months, the latest first, given each month and its number of parts."""
    for month, parts in sorted(files, reverse=True):
        more = [f"[part {n}](months/{month}-{n}.md)" for n in range(2, parts + 1)]
        yield ", ".join([f"[{month_name(month)}](months/{month}.md)", *more])

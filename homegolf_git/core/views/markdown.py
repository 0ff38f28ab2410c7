"""Pages in Markdown: tables, folded parts and links to runs, whose texts are made harmless here.

A cell may hold a link or a line break, so what goes into a table is Markdown already.
"""

from collections.abc import Iterable, Sequence

from homegolf_git.core.model.naming import RunId, is_time_known, month_of
from homegolf_git.core.model.row import Row
from homegolf_git.core.views import inert
from homegolf_git.core.views.figuretext import cut, short_name

_SUMMARY_MAX = 160
_MINUS = "\N{MINUS SIGN}"  # no line is broken behind it
Column = tuple[str, bool]  # its heading in Markdown, and whether it holds numbers


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown; a column without a cell is left out."""
    rows = list(rows)
    kept = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    lines = [
        [columns[i][0] for i in kept],
        ["--:" if columns[i][1] else "---" for i in kept],
        *([row[i] for i in kept] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def folded(summary: str, body: str) -> str:
    """A part that is shown when a reader asks for it."""
    return f"<details>\n<summary>{inert.html(summary)}</summary>\n\n{body}\n\n</details>"


def heading(text: str, level: int = 2) -> str:
    """A heading that says `text`."""
    return f"{'#' * level} {inert.markdown(text)}"


def run_link(run_id: RunId, finished_at: str, folder: str) -> str:
    """A run's name as a link to its row; `folder` leads to the lane's."""
    name, path = short_name(run_id), f"{folder}runs/{month_of(finished_at)}/{run_id}.yaml"
    title = "" if name == run_id else f' "{run_id}"'
    return f"[{inert.code(name)}]({path}{title})"


def run_line(row: Row, folder: str) -> str:
    """A run, who submitted it and when it finished."""
    link = run_link(row.run_id, row.finished_at, folder)
    who = f"{link} {inert.markdown(cut(row.submitter, 60))}"
    return f"{who}, {row.finished_at[:10]}" if is_time_known(row.finished_at) else who


def summary_of(row: Row) -> str:
    """What a run has changed."""
    return inert.markdown(cut(row.change_summary, _SUMMARY_MAX))


def number(text: str) -> str:
    """A figure in a cell, which is not broken into two lines."""
    return text.replace("-", _MINUS).replace(" ", "&nbsp;")

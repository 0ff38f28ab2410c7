"""All lanes on one page: a line each, then their answers and small pictures."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import gain_text, score_text
from homegolf_git.core.views import inert
from homegolf_git.core.views.boardanswers import answers, stop_or_go
from homegolf_git.core.views.lane import counts
from homegolf_git.core.views.markdown import number, table
from homegolf_git.core.views.picture import headline
from homegolf_git.core.views.picturestyle import GLYPHS
from homegolf_git.core.views.scoreboard import Board, subject_of

_PICTURE_WIDTH = 440  # below 600 a picture takes its short form


def overview_page(boards: Sequence[Board]) -> str:
    """The scoreboard of the whole ledger."""
    columns = (
        ("lane", False), ("incumbent", True), ("gain", True), ("stop or go", False),
        ("open blockers", True), ("runs", True), ("promotion", False),
    )  # fmt: skip
    lines = table(columns, map(_line, boards))
    return "\n\n".join(["# Scoreboard", lines, *(part for b in boards for part in _lane(b))])


def _line(board: Board) -> tuple[str, ...]:
    judged, steps = board.judged, board.deltas.steps
    state, metric = judged.state, judged.state.rules.metric
    held = None if state.reign is None else state.sample(state.reign.config).mean
    score = f"**{number(score_text(held, metric))}**" if held is not None else "none yet"
    gained = number(gain_text(board.deltas.total.gain, metric)) if steps else ""
    ways = [f"{way.target}: {'go' if way.is_go else 'no-go'}" for way in board.ways]
    return (
        _link(board), score, gained, stop_or_go(board, is_brief=True), str(len(state.blockers)),
        _runs(board), "<br>".join(ways),
    )  # fmt: skip


def _runs(board: Board) -> str:
    """How many runs there are, and of each class."""
    found = [
        f"{GLYPHS[name]}&nbsp;{n}" for name, n in counts(board.judged.state.tally).items() if n
    ]
    return "<br>".join([str(len(board.judged.verdicts)), " ".join(found)]).removesuffix("<br>")


def _link(board: Board) -> str:
    return f"[{inert.markdown(board.name)}]({board.name}/SCOREBOARD.md)"


def _lane(board: Board) -> Iterator[str]:
    title = inert.markdown(board.rules.lane.title)
    yield f"## {_link(board)}: {title}"
    yield answers(board, f"{board.name}/")
    if board.judged.verdicts:
        said = inert.html(headline(subject_of(board)))
        image = f'<img src="{board.name}/progress.svg" width="{_PICTURE_WIDTH}" alt="{said}">'
        yield f'<a href="{board.name}/SCOREBOARD.md">{image}</a>'

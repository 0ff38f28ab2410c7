"""A lane's scoreboard for people: answers first, then the picture, the runs and what they rest on."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import counted, gain_text
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.search.deltas import DeltaStep
from homegolf_git.core.search.readiness import Readiness
from homegolf_git.core.views import inert
from homegolf_git.core.views.boardanswers import answers
from homegolf_git.core.views.boardrows import month_links, row_cells, rows_table, tally_line
from homegolf_git.core.views.deltas import step_parts, titles_line
from homegolf_git.core.views.figuretext import cut, day_of
from homegolf_git.core.views.lane import lane_lines, reason_counts
from homegolf_git.core.views.markdown import (
    folded,
    heading,
    number,
    run_line,
    run_link,
    summary_of,
    table,
)
from homegolf_git.core.views.picture import headline
from homegolf_git.core.views.scoreboard import LATEST, Board, subject_of

_ROWS_OPEN, _TITLES_OPEN, _TITLES_MAX = 12, 8, 100
_DETAIL_MAX, _EVIDENCE_MAX = 200, 300


def lane_page(board: Board, months: Sequence[tuple[str, int]]) -> str:
    """The page of a lane; `months` are those that have pages of their own, with their parts."""
    return "\n\n".join(_parts(board, months))


def _parts(board: Board, months: Sequence[tuple[str, int]]) -> Iterator[str]:
    rules = board.rules.lane
    yield heading(f"{board.name}: {rules.title}", 1)
    if rules.claim:
        yield inert.markdown_line(f"What a score here may claim: {rules.claim}.")
    yield answers(board)
    yield f"![{inert.markdown(headline(subject_of(board)))}](progress.svg)"
    if board.judged.verdicts:
        yield from _latest(board, months)
    if board.deltas.steps:
        yield from _titles(board)
    if board.blockers:
        yield from _blockers(board)
    for way in board.ways:
        yield from _promotion(way)
    yield from _lane(board)


def _latest(board: Board, months: Sequence[tuple[str, int]]) -> Iterator[str]:
    judged, state = board.judged, board.judged.state
    metric = state.rules.metric
    shown = judged.verdicts[-LATEST:]
    cells = [row_cells(v, state.rows[v.run_id], state, "") for v in reversed(shown)]
    yield heading("Latest runs")
    yield tally_line(state.tally)
    yield rows_table(cells[:_ROWS_OPEN], metric)
    if rest := cells[_ROWS_OPEN:]:
        yield folded(counted(len(rest), "more run"), rows_table(rest, metric))
    if months:
        yield f"Earlier runs by month: {', '.join(month_links(months))}."


def _titles(board: Board) -> Iterator[str]:
    found, state = board.deltas, board.judged.state
    yield heading("What improved the score")
    yield inert.markdown(titles_line(found, state))
    rows, so_far = [], 0.0
    for ordinal, step in enumerate(found.steps, start=2):
        so_far += step.gain.gain
        rows.append(_title_cells(board, ordinal, step, so_far))
    rows.reverse()
    columns = (("new incumbent", False), ("gain", True), ("sum", True), ("side", False))
    yield table(columns, rows[:_TITLES_OPEN])
    if rest := rows[_TITLES_OPEN:_TITLES_MAX]:
        yield folded(counted(len(rest), "earlier title"), table(columns, rest))
    if len(rows) > _TITLES_MAX:
        command = inert.code(f"homegolf deltas --lane {board.name}")
        yield f"{counted(len(rows) - _TITLES_MAX, 'earlier title')} more: {command}."


def _title_cells(
    board: Board, ordinal: int, step: DeltaStep, so_far: float
) -> tuple[str, str, str, str]:
    state = board.judged.state
    metric, row = state.rules.metric, state.rows[step.winner]
    lines = [f"**{ordinal}** {run_line(row, '')}", summary_of(row)]
    if step.is_confirmed and state.rules.decision.fresh_seeds:
        lines[0] += ", **confirmed**"
    lines += [inert.markdown(part) for part in step_parts(step, metric)]
    gain = f"{gain_text(step.gain.gain, metric)} ± {step.gain.se:.{metric.decimals}f}"
    side = "" if step.side == "unknown" else step.side
    return "<br>".join(lines), number(gain), number(gain_text(so_far, metric)), side


def _blockers(board: Board) -> Iterator[str]:
    groups = board.blockers
    yield heading("Open blockers")
    yield "Open until a later run names it in `resolves` or scores with the same configuration."
    latest = [(group, group.runs[-1]) for group in groups]
    yield table(
        (("failure", False), ("runs", True), ("the latest", False)),
        [
            (
                inert.markdown(f"{group.failure} at {group.stage}"), str(len(group.runs)),
                "<br>".join(_blocked(board, run_id)),
            )
            for group, run_id in latest
        ],
    )  # fmt: skip
    named = {run_id for _, run_id in latest}
    others = [run_id for run_id in reversed(board.judged.state.blockers) if run_id not in named]
    if others:
        items = [
            f"- {', '.join(_blocked(board, run_id, with_failure=True))}"
            for run_id in others[:LATEST]
        ]
        if len(others) > LATEST:
            command = inert.code(f"homegolf blockers --lane {board.name}")
            items.append(f"- and {len(others) - LATEST} more: {command}")
        yield folded(counted(len(others), "more open blocker"), "\n".join(items))


def _blocked(board: Board, run_id: RunId, *, with_failure: bool = False) -> Iterator[str]:
    row = board.judged.state.rows[run_id]
    assert row.failure is not None  # noqa: S101 - or it would not be blocked
    yield f"{run_link(row.run_id, row.finished_at, '')} {day_of(row.finished_at)}"
    if with_failure:
        yield inert.markdown(f"{row.failure.kind} at {row.failure.stage}")
    yield summary_of(row)
    if row.failure.detail:
        yield inert.markdown(cut(row.failure.detail, _DETAIL_MAX))


def _promotion(way: Readiness) -> Iterator[str]:
    yield heading(f"Promotion to {way.target}")
    yield (
        f"As of {way.as_of[:10]}, by the rows alone; `homegolf promote` also looks at the clock and "
        "at promotions that no run has named yet."
    )
    yield table(
        (("item", False), ("ready", False), ("evidence", False)),
        [
            (
                inert.markdown(item.name), "go" if item.is_go else "**no-go**",
                inert.markdown(cut(item.evidence, _EVIDENCE_MAX)),
            )
            for item in way.items
        ],
    )  # fmt: skip


def _lane(board: Board) -> Iterator[str]:
    state = board.judged.state
    yield heading("The lane")
    files = "[scoreboard.json](scoreboard.json)"
    if board.judged.verdicts:
        files += ", [verdicts](verdicts)"
    listed = [f"- {inert.markdown(line)}" for line in lane_lines(board.rules.lane, state)]
    listed.append(
        f"- Rules: [lane.yaml](lane.yaml), `{board.rules.sha256[:12]}`. For programs: {files}."
    )
    yield "\n".join(listed)
    if state.tally:
        counted_rows = [
            (inert.markdown(name), str(n)) for name, n in reason_counts(state.tally).items()
        ]
        yield folded(
            "Runs by class and reason", table((("class", False), ("runs", True)), counted_rows)
        )

"""The five questions about a lane, and what its rows answer: the head of a scoreboard."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import counted, gain_text, score_text
from homegolf_git.core.model.naming import RunId, is_time_known
from homegolf_git.core.model.row import Row
from homegolf_git.core.search.blockers import BlockerGroup
from homegolf_git.core.search.readiness import Readiness
from homegolf_git.core.views import inert
from homegolf_git.core.views.deltas import SIDES_UNKNOWN, are_sides_unknown, side_label
from homegolf_git.core.views.figuretext import cut, day_of
from homegolf_git.core.views.lane import title_line
from homegolf_git.core.views.markdown import number, run_link, summary_of, table
from homegolf_git.core.views.next import action_text
from homegolf_git.core.views.scoreboard import Board
from homegolf_git.core.views.stop import stop_words

_KINDS_SHOWN, _NAMED_MAX = 4, 3
_EVIDENCE_MAX = 300


def answers(board: Board, folder: str = "") -> str:
    """The table of questions, each where it applies; `folder` leads to the lane's."""
    rows = [(f"**{question}**", answer) for question, answer in _answers(board, folder)]
    return table((("question", False), ("answer", False)), rows)


def _answers(board: Board, folder: str) -> Iterator[tuple[str, str]]:
    yield "Incumbent", _incumbent(board, folder)
    if board.deltas.steps:
        yield "Gain", _gain(board)
        yield "System or model", _sides(board)
    yield "Stop or go", "<br>".join([stop_or_go(board), *_leads(board)])
    yield "What to run next", _next(board)
    if board.judged.verdicts:
        page = f"{folder}SCOREBOARD.md" if folder else ""
        yield "Open blockers", _blockers(board.blockers, page)
    for way in board.ways:
        yield f"Promotion to {way.target}", _promotion(way)


def _incumbent(board: Board, folder: str) -> str:
    state, metric = board.judged.state, board.judged.state.rules.metric
    reign, landed = state.reign, len(board.judged.verdicts)
    if reign is None and not landed:
        return "none yet; no run has landed"
    if reign is None:
        return f"none yet; of {counted(landed, 'run')} none has a score that counts"
    row, side = state.rows[reign.run_id], state.sample(reign.config)
    n = len(side.values)
    parts = [
        f"**{number(score_text(side.mean, metric))}** {inert.markdown(metric.unit)}".rstrip(),
        run_link(row.run_id, row.finished_at, folder),
        "1 seed" if n == 1 else f"the mean of {n} seeds",
    ]
    return f"{', '.join(parts)}; {title_line(state, reign)}<br>{summary_of(row)}"


def _gain(board: Board) -> str:
    found, state = board.deltas, board.judged.state
    metric, steps = state.rules.metric, found.steps
    first, last = state.rows[steps[0].displaced], state.rows[steps[-1].winner]
    total = number(gain_text(found.total.gain, metric))
    changes = counted(len(steps), "change")
    since, on = (
        f" {word} {day_of(row.finished_at)}" if is_time_known(row.finished_at) else ""
        for word, row in (("since", first), ("on", last))
    )
    return (
        f"**{total}** ± {found.total.se:.{metric.decimals}f} over {changes} of incumbent{since}; "
        f"the latest **{number(gain_text(steps[-1].gain.gain, metric))}** "
        f"by {inert.markdown(cut(last.submitter, 60))}{on}"
    )


def _sides(board: Board) -> str:
    found, metric = board.deltas, board.judged.state.rules.metric
    if are_sides_unknown(found):
        return f"unknown: {SIDES_UNKNOWN}"
    parts = []
    for side, gain in sorted(found.totals.items(), key=lambda item: -item[1].gain):
        share = f" ({found.shares[side]:.0%})" if found.shares else ""
        parts.append(f"{side_label(side, found)} {number(gain_text(gain.gain, metric))}{share}")
    if found.shares is None:
        parts.append(
            "the total is within two standard errors of zero, so shares would mean nothing"
        )
    return ", ".join(parts)


def stop_or_go(board: Board, *, is_brief: bool = False) -> str:
    """Whether to go on with the search, and why."""
    call, said = stop_words(board.stop)
    if is_brief:
        return call
    return f"**{call}** · {inert.markdown(said)}" if call else inert.markdown(said)


def leads(board: Board) -> list[Row]:
    """The runs that the stop condition names."""
    found = board.stop.plateau.unresolved_runs[:_NAMED_MAX]
    return [board.judged.state.rows[RunId(name)] for name in found if name in board.stop.sentence]


def next_words(board: Board) -> tuple[str, Row | None]:
    """What to run next, and which run that is about, beside the incumbent."""
    state, action = board.judged.state, board.first
    text = action_text(action, state.incumbent)
    is_other = action.run_id is not None and action.run_id != state.incumbent
    row = state.rows[RunId(action.run_id)] if is_other and action.run_id else None
    return f"{text[:1].upper()}{text[1:]}.", row


def _leads(board: Board) -> Iterator[str]:
    """What the runs have changed that the stop condition names."""
    yield from (f"{inert.markdown(row.run_id)}: {summary_of(row)}" for row in leads(board))


def _next(board: Board) -> str:
    said, row = next_words(board)
    return inert.markdown(said) if row is None else f"{inert.markdown(said)}<br>{summary_of(row)}"


def _blockers(groups: Sequence[BlockerGroup], page: str) -> str:
    if not groups:
        return "none"
    shown = [f"{g.failure} at {g.stage} {len(g.runs)}" for g in groups[:_KINDS_SHOWN]]
    text = ", ".join(map(inert.markdown, shown))
    more = len(groups) - len(shown)
    total = sum(len(group.runs) for group in groups)
    rest = f" and {counted(more, 'more kind')}" if more else ""
    return f"[**{total}**]({page}#open-blockers): {text}{rest}"


def _promotion(way: Readiness) -> str:
    missing = [item for item in way.items if not item.is_go]
    if not missing:
        return f"**go** · all {len(way.items)} points of the checklist, as of {way.as_of[:10]}"
    return f"**no-go** · first missing: {inert.markdown(cut(missing[0].evidence, _EVIDENCE_MAX))}"

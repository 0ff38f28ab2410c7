"""A lane's page of the site in words and figures: what its template is filled with."""

from collections.abc import Iterable, Iterator, Sequence

from homegolf_git.core.model.figures import counted, gain_text, score_text
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.naming import is_time_known
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.blockers import BlockerGroup
from homegolf_git.core.search.readiness import Readiness
from homegolf_git.core.search.spans import Span, waterfall
from homegolf_git.core.views.boardanswers import leads, next_words
from homegolf_git.core.views.deltas import (
    SIDES_UNKNOWN,
    are_sides_unknown,
    side_label,
    step_parts,
    titles_line,
)
from homegolf_git.core.views.figuretext import cut, day_of
from homegolf_git.core.views.lane import lane_lines, reason_counts, title_line
from homegolf_git.core.views.picture import headline
from homegolf_git.core.views.scoreboard import Board, subject_of
from homegolf_git.core.views.siteparts import (
    ClassCount,
    Link,
    Runs,
    class_counts,
    signed,
    summary_of,
)
from homegolf_git.core.views.stop import stop_words
from homegolf_git.core.views.verdicts import sentence_now

LATEST = 50  # rows that stand in the page itself
_TITLES_MAX, _BLOCKERS_MAX = 100, 100
_KINDS_SHOWN = 3
_DETAIL_MAX, _EVIDENCE_MAX = 200, 300


class Holder(Value, frozen=True):
    """Who holds the title, with what score, and what that rests on."""

    run: Link
    score: str
    unit: str
    rests: str
    summary: str


class Gained(Value, frozen=True):
    """What the lane has gained so far, and how."""

    total: str
    se: str
    changes: str
    since: str
    latest: str
    by: str
    on: str
    side: str


class SideTotal(Value, frozen=True):
    """What one side has gained."""

    side: str
    label: str
    gain: str
    share: str


class TitleRow(Value, frozen=True):
    """A change of incumbent; `bar` is its part of the waterfall."""

    ordinal: int
    run: Link
    lines: Sequence[str]
    gain: str
    se: str
    bar: Span
    sum: str
    side: str
    by: str
    date: str


class RunRow(Value, frozen=True):
    """A run of the table."""

    order: int
    run: Link
    summary: str
    sentence: str
    verdict_class: str
    reason: str
    score: str
    delta: str
    seeds: str
    side: str
    by: str
    date: str


class BlockerRow(Value, frozen=True):
    """An open blocker."""

    failure: str
    run: Link
    summary: str
    detail: str
    date: str


class Way(Value, frozen=True):
    """Whether the incumbent may go up, and by which items."""

    target: str
    as_of: str
    is_go: bool
    missing: str
    items: Sequence[tuple[str, bool, str]]


class LanePage(Value, frozen=True):
    """Everything that a lane's page shows."""

    name: str
    title: str
    claim: str
    headline: str
    metric: Metric
    classes: Sequence[ClassCount]
    holder: Holder | None
    nobody: str  # why nobody holds the title
    gained: Gained | None
    call: str
    why: str
    leads: Sequence[tuple[Link, str]]
    next_words: str
    next_summary: str
    blocked: int
    kinds: str
    titles_line: str
    totals: Sequence[SideTotal]
    titles: Sequence[TitleRow]
    titles_left: int
    sides: Sequence[str]
    empty: str  # columns of the runs that hold nothing, as classes of their table
    rows: Sequence[RunRow]
    n_rows: int
    blockers: Sequence[BlockerRow]
    blockers_left: int
    ways: Sequence[Way]
    lines: Sequence[str]
    sha256: str
    reasons: Sequence[tuple[str, int]]


def lane_page(board: Board, runs: Runs) -> LanePage:
    """Fill a lane's page."""
    state, verdicts = board.judged.state, board.judged.verdicts
    call, why = stop_words(board.stop)
    wanted, about = next_words(board)
    titles, blockers = list(_titles(board, runs)), list(_blockers(board, runs))
    return LanePage(
        name=board.name,
        title=board.rules.lane.title,
        claim=board.rules.lane.claim,
        headline=headline(subject_of(board)),
        metric=state.rules.metric,
        classes=class_counts(state.tally),
        holder=holder(board, runs),
        nobody="No run has landed yet." if not verdicts else "No run has a score that counts yet.",
        gained=_gained(board),
        call=call,
        why=why,
        leads=[(runs.link(row.run_id), summary_of(row.change_summary)) for row in leads(board)],
        next_words=wanted,
        next_summary="" if about is None else summary_of(about.change_summary),
        blocked=len(state.blockers),
        kinds=_kinds(board.blockers),
        titles_line=_titles_line(board) if titles else "",
        totals=list(_totals(board)),
        titles=titles[:_TITLES_MAX],
        titles_left=len(titles[_TITLES_MAX:]),
        sides=sorted({verdict.attribution for verdict in verdicts}),
        empty=" ".join(_empty(verdicts)),
        rows=[run_row(board, verdict, runs) for verdict in reversed(verdicts[-LATEST:])],
        n_rows=len(verdicts),
        blockers=blockers[:_BLOCKERS_MAX],
        blockers_left=len(blockers[_BLOCKERS_MAX:]),
        ways=[way_of(found) for found in board.ways],
        lines=list(lane_lines(board.rules.lane, state)),
        sha256=board.rules.sha256,
        reasons=list(reason_counts(state.tally).items()),
    )


def holder(board: Board, runs: Runs) -> Holder | None:
    """The incumbent; None where there is none."""
    state, metric = board.judged.state, board.judged.state.rules.metric
    reign = state.reign
    if reign is None:
        return None
    side = state.sample(reign.config)
    seeds = counted(len(side.values), "seed")
    rests = f"{seeds}; {title_line(state, reign)}"
    summary = summary_of(state.rows[reign.run_id].change_summary)
    return Holder(
        runs.link(reign.run_id), score_text(side.mean, metric), metric.unit, rests, summary
    )


def _gained(board: Board) -> Gained | None:
    found, state = board.deltas, board.judged.state
    if not found.steps:
        return None
    metric, steps = state.rules.metric, found.steps
    first, last = state.rows[steps[0].displaced], state.rows[steps[-1].winner]
    return Gained(
        total=signed(gain_text(found.total.gain, metric)),
        se=f"{found.total.se:.{metric.decimals}f}",
        changes=f"over {counted(len(steps), 'change')} of incumbent",
        since=_known_day(first.finished_at),
        latest=signed(gain_text(steps[-1].gain.gain, metric)),
        by=cut(last.submitter, 60),
        on=_known_day(last.finished_at),
        side="" if steps[-1].side == "unknown" else steps[-1].side,
    )


def _known_day(finished_at: str) -> str:
    return day_of(finished_at) if is_time_known(finished_at) else ""


def _titles_line(board: Board) -> str:
    said = titles_line(board.deltas, board.judged.state)
    if not are_sides_unknown(board.deltas):
        return said
    return f"{said} {SIDES_UNKNOWN[:1].upper()}{SIDES_UNKNOWN[1:]}."


def _totals(board: Board) -> Iterator[SideTotal]:
    found, metric = board.deltas, board.judged.state.rules.metric
    if are_sides_unknown(found):
        return
    for side, total in sorted(found.totals.items(), key=lambda item: -item[1].gain):
        gain = signed(gain_text(total.gain, metric))
        share = f", {found.shares[side]:.0%} of it" if found.shares else ""
        se = f"± {total.se:.{metric.decimals}f}{share}"
        yield SideTotal(side, side_label(side, found), gain, se)


def _titles(board: Board, runs: Runs) -> Iterator[TitleRow]:
    """The changes of incumbent, the latest first."""
    steps, state = board.deltas.steps, board.judged.state
    metric, asked = state.rules.metric, state.rules.decision.fresh_seeds
    bars = waterfall([step.gain.gain for step in steps])
    rows, so_far = [], 0.0
    for ordinal, (step, bar) in enumerate(zip(steps, bars, strict=True), start=2):
        so_far += step.gain.gain
        row = state.rows[step.winner]
        lines = [summary_of(row.change_summary), *step_parts(step, metric)]
        if step.is_confirmed and asked:
            lines.append("confirmed on fresh seeds")
        rows.append(
            TitleRow(
                ordinal=ordinal,
                run=runs.link(row.run_id),
                lines=lines,
                gain=signed(gain_text(step.gain.gain, metric)),
                se=f"{step.gain.se:.{metric.decimals}f}",
                bar=bar,
                sum=signed(gain_text(so_far, metric)),
                side=step.side,
                by=cut(row.submitter, 60),
                date=day_of(row.finished_at),
            )
        )
    yield from reversed(rows)


def run_row(board: Board, verdict: Verdict, runs: Runs) -> RunRow:
    """A run as the table has it."""
    state = board.judged.state
    row, metric = state.rows[verdict.run_id], state.rules.metric
    return RunRow(
        order=verdict.order,
        run=runs.link(verdict.run_id),
        summary=summary_of(row.change_summary),
        sentence=sentence_now(verdict, state),
        verdict_class=verdict.verdict_class,
        reason=verdict.reason,
        score=score_text(verdict.score, metric),
        delta=signed(gain_text(verdict.delta, metric)),
        seeds=str(verdict.n_results or ""),
        side=verdict.attribution,
        by=cut(row.submitter, 60),
        date=day_of(verdict.finished_at),
    )


def _empty(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Columns that say nothing of any run."""
    found = list(verdicts)
    if all(verdict.attribution == "unknown" for verdict in found):
        yield "no-side"
    if all(verdict.score is None for verdict in found):
        yield "no-score"
    if all(verdict.delta is None for verdict in found):
        yield "no-delta"
    if not any(verdict.n_results for verdict in found):
        yield "no-seeds"


def _blockers(board: Board, runs: Runs) -> Iterator[BlockerRow]:
    """The open blockers, the latest first."""
    state = board.judged.state
    for run_id in reversed(state.blockers):
        row = state.rows[run_id]
        assert row.failure is not None  # noqa: S101 - or it would not be blocked
        yield BlockerRow(
            failure=f"{row.failure.kind} at {row.failure.stage}",
            run=runs.link(run_id),
            summary=summary_of(row.change_summary),
            detail=cut(row.failure.detail, _DETAIL_MAX),
            date=day_of(row.finished_at),
        )


def _kinds(groups: Sequence[BlockerGroup]) -> str:
    shown = [f"{len(g.runs)} {g.failure} at {g.stage}" for g in groups[:_KINDS_SHOWN]]
    more = len(groups) - len(shown)
    return ", ".join(shown) + (f" and {counted(more, 'more kind')}" if more else "")


def way_of(found: Readiness) -> Way:
    """A way up."""
    missing = next((item.evidence for item in found.items if not item.is_go), "")
    items = [(item.name, item.is_go, cut(item.evidence, _EVIDENCE_MAX)) for item in found.items]
    return Way(found.target, day_of(found.as_of), found.is_go, cut(missing, _EVIDENCE_MAX), items)

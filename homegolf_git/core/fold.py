"""The one place where order matters: a lane's rows, folded one by one into verdicts.

`step` takes a lane's state and the next row; everything it needs of the past is in the state.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from homegolf_git.core.attribution import Change, change_of, conflicts
from homegolf_git.core.decide import TOLERANCE, Challenge, Outcome, judge
from homegolf_git.core.model import LandedRow, Lane, Row, Side, Stats, Verdict, VerdictClass
from homegolf_git.core.naming import RunId
from homegolf_git.core.noise import mean, spread
from homegolf_git.core.sentences import sentence
from homegolf_git.core.state import Config, LaneState, Reign, Ticket, TitleStep, WindowEntry
from homegolf_git.core.validity import Context, check_validity


@dataclass(frozen=True, slots=True)
class _Judgement:
    """A verdict before it is written out."""

    verdict_class: VerdictClass
    reason: str
    flags: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    delta: float | None = None
    stats: Stats | None = None


def change_rules(state: LaneState, rules: Lane) -> None:
    """Put new rules in force: the incumbent stays, its challengers start anew where they must."""
    before, state.rules = state.rules, rules
    stop_changed = (before.stop.p_star, before.stop.error) != (rules.stop.p_star, rules.stop.error)
    reign = state.reign
    while reign is not None:  # a displaced reign may yet be reinstated: it starts anew as well
        if before.decision != rules.decision:
            reign.tickets.clear()
            reign.window.clear()
        elif stop_changed:
            reign.window.clear()
        reign = reign.previous


def step(state: LaneState, landed: LandedRow, *, is_retracted: bool = False) -> Verdict:
    """Judge the next row of a lane and take it into the state."""
    row, before = landed.row, state.incumbent
    state.orders += 1
    config = state.configs.get(row.config_digest)
    validity = check_validity(
        landed,
        Context(
            lane=state.rules,
            is_retracted=is_retracted,
            earlier_scores=config.scores if config else {},
            receipt_owners=state.receipt_owners,
        ),
    )
    base = state.rows.get(row.base) if row.base else None
    change = change_of(row, base, state.rules.attribution)
    if validity.reasons:
        judgement = _Judgement("invalid", validity.reasons[0], reasons=validity.reasons)
    elif not row.is_scored:
        judgement = _take_failure(state, row, change)
    else:
        judgement = _take_score(state, landed, change)
    flags = judgement.flags
    flags += ("unverified",) if validity.is_unverified else ()
    flags += ("attribution_conflict",) if conflicts(row.change_kind, change.side) else ()
    state.rows[row.run_id] = row
    return _write(state, landed, judgement, flags, change.side, before)


def fold(
    rules: Lane, events: Iterable[LandedRow | Lane], retracted: frozenset[RunId] = frozenset()
) -> tuple[LaneState, list[Verdict]]:
    """Judge a lane's rows in their order; a `Lane` among them is a change of its rules."""
    state, verdicts = LaneState(rules), []
    for event in events:
        if isinstance(event, Lane):
            change_rules(state, event)
        else:
            verdicts.append(step(state, event, is_retracted=event.row.run_id in retracted))
    return state, verdicts


def _take_failure(state: LaneState, row: Row, change: Change) -> _Judgement:
    assert row.failure is not None  # noqa: S101 - the caller's condition, told to the type checker
    if row.failure.kind != "diverged":
        state.blockers[row.run_id] = row
        return _Judgement("blocked", row.failure.kind, reasons=(row.failure.kind,))
    reign = state.reign
    if reign and row.config_digest not in {reign.config.digest, *reign.window}:
        reign.window[row.config_digest] = WindowEntry(
            row.run_id, "diverged", change, is_cleared=True, delta=None, stats=None
        )
    return _Judgement("regression", "diverged", reasons=("diverged",))


def _take_score(state: LaneState, landed: LandedRow, change: Change) -> _Judgement:
    config = _add_scores(state, landed, change)
    _settle_blockers(state, landed.row)
    if state.reign is None:
        _enthrone(state, config, landed.row, won_at=0)
        return _Judgement("improvement", "baseline", reasons=("baseline",))
    if config is state.reign.config:
        return _take_replicate(state)
    return _take_challenge(state, config, landed.row)


def _add_scores(state: LaneState, landed: LandedRow, change: Change) -> Config:
    """Add a valid scored row to its config, and the config's spread to the noise pool."""
    row = landed.row
    config = state.configs.setdefault(row.config_digest, Config(row.config_digest, change))
    df, squares = spread(list(config.scores.values()))
    for result in row.results:
        if result.seed not in config.scores:
            config.scores[result.seed] = result.numbers[state.rules.metric.name]
            config.landed_at[result.seed] = state.orders
    config.unreported += row.unreported_seeds
    config.seeds_planned = max(config.seeds_planned, row.seeds_planned)
    config.device_seconds = _add_device_seconds(config.device_seconds, row)
    df_after, squares_after = spread(list(config.scores.values()))
    state.nu_obs += df_after - df
    state.squares = max(0.0, state.squares + (squares_after - squares))
    state.valid.add(row.run_id)
    for evidence in landed.evidence:
        state.receipt_owners.setdefault(evidence.sha256, row.run_id)
    return config


def _add_device_seconds(so_far: float | None, row: Row) -> float | None:
    times = [result.numbers.get("train_seconds") for result in row.results]
    stated = [time for time in times if time is not None]
    if so_far is None or len(stated) < len(times) or not row.hardware:
        return None
    return so_far + sum(stated) * sum(device.count for device in row.hardware)


def _settle_blockers(state: LaneState, row: Row) -> None:
    for run_id, blocked in list(state.blockers.items()):
        if run_id in row.resolves or blocked.config_digest == row.config_digest:
            del state.blockers[run_id]
            state.settled[run_id] = row.run_id


def _enthrone(state: LaneState, config: Config, row: Row, won_at: int) -> None:
    state.ordinals_used += 1
    state.reign = Reign(config, row.run_id, state.ordinals_used, won_at, previous=state.reign)


def _take_replicate(state: LaneState) -> _Judgement:
    """Join the incumbent's scores; in the row that completes the fresh ones, confirm the title."""
    reign, rules = state.reign, state.rules
    assert reign is not None  # noqa: S101 - the caller's condition, told to the type checker
    fresh_seeds = rules.decision.fresh_seeds
    if reign.previous is None or fresh_seeds == 0 or not reign.is_remeasured(fresh_seeds):
        return _Judgement("noise", "replicate", reasons=("replicate",))
    previous = reign.previous
    gain = rules.metric.gain(mean(previous.reference(fresh_seeds)), mean(reign.fresh()))
    if gain >= rules.decision.delta_min / 2 - TOLERANCE:
        reign.previous = None
        return _Judgement("noise", "replicate", ("confirmed",), ("replicate",))
    state.reign = previous
    state.steps.pop()
    previous.window[reign.config.digest] = WindowEntry(
        reign.run_id, "not_confirmed", reign.config.change, is_cleared=False, delta=gain, stats=None
    )
    return _Judgement("noise", "not_confirmed", reasons=("not_confirmed",), delta=gain)


def _take_challenge(state: LaneState, config: Config, row: Row) -> _Judgement:
    reign, rules = state.reign, state.rules
    assert reign is not None  # noqa: S101 - the caller's condition, told to the type checker
    ticket = reign.tickets.setdefault(config.digest, Ticket(k=len(reign.tickets) + 1, look=0))
    ticket.look += 1
    fresh_seeds = rules.decision.fresh_seeds
    outcome = judge(
        Challenge(
            reference=reign.reference(fresh_seeds),
            scores=list(config.scores.values()),
            k=ticket.k,
            look=ticket.look,
            unreported=config.unreported,
            is_incomplete=config.is_incomplete,
        ),
        state.noise,
        rules.decision,
        rules.metric,
    )
    reign.window[config.digest] = WindowEntry(
        row.run_id, outcome.reason, config.change, outcome.is_cleared, outcome.delta, outcome.stats
    )
    flags = outcome.flags
    if reign.won_at and fresh_seeds and not reign.is_remeasured(fresh_seeds):
        flags += ("reference_selected",)
    state.gains[config.digest] = outcome.delta, outcome.stats.se
    if outcome.verdict_class == "improvement":
        reference = tuple(reign.reference(fresh_seeds))
        step = TitleStep(
            displaced=reign.run_id,
            winner=row.run_id,
            reference=reference,
            fresh_seeds=len(reign.fresh()),
            was_confirmed=state.is_confirmed,
            delta=outcome.delta,
            se=outcome.stats.se,
        )
        state.steps.append(step)
        state.won[config.digest] = state.orders
        _enthrone(state, config, row, won_at=state.orders)
    return _from_outcome(outcome, flags)


def _from_outcome(outcome: Outcome, flags: tuple[str, ...]) -> _Judgement:
    return _Judgement(
        outcome.verdict_class,
        outcome.reason,
        flags,
        (outcome.reason,),
        outcome.delta,
        outcome.stats,
    )


def _write(
    state: LaneState,
    landed: LandedRow,
    judgement: _Judgement,
    flags: tuple[str, ...],
    side: Side,
    before: RunId | None,
) -> Verdict:
    row, metric = landed.row, state.rules.metric
    scores = [result.numbers[metric.name] for result in row.results]
    verdict = Verdict(
        run_id=row.run_id,
        lane=row.lane,
        order=state.orders,
        verdict_class=judgement.verdict_class,
        reason=judgement.reason,
        reasons=judgement.reasons,
        flags=flags,
        delta=judgement.delta,
        incumbent_before=before,
        incumbent_after=state.incumbent,
        attribution=side,
        stats=judgement.stats,
        sentence="",
        finished_at=row.finished_at,
        score=mean(scores) if scores else None,
        n_results=len(scores),
    )
    return sentence(verdict, row, state.rules)

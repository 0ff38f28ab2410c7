"""The one place where order matters: a lane's rows, folded one by one into verdicts.

It is one module on purpose: a rule of order that stood elsewhere would be missed here.

`step` takes a lane's state and the next row; everything it needs of the past is in the state.
"""

from homegolf_git.core.judge.attribution import change_of, conflicts
from homegolf_git.core.judge.decide import Challenge, Outcome, judge
from homegolf_git.core.judge.honesty import honesty_flags
from homegolf_git.core.judge.intake import is_doubtful, take_in
from homegolf_git.core.judge.integrity import is_scored_apart, is_self_reported
from homegolf_git.core.judge.reign import Config, Reign, TitleStep, WindowEntry
from homegolf_git.core.judge.scores import mean
from homegolf_git.core.judge.sentences import sentence
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.judge.validity import Context, Validity, check_validity
from homegolf_git.core.model.lane import TOLERANCE, Lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import LandedRow, Row
from homegolf_git.core.model.values import Value, replace
from homegolf_git.core.model.verdict import Change, Side, Stats, Verdict, VerdictClass


class _Judgement(Value, frozen=True):
    """A verdict before it is written out."""

    verdict_class: VerdictClass
    reason: str
    flags: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    delta: float | None = None
    stats: Stats | None = None
    n_held: int = 0  # scores that the incumbent of a comparison had


def change_rules(state: LaneState, rules: Lane) -> None:
    """Put new rules in force: the incumbent stays, its challengers start anew where they must."""
    before, state.rules = state.rules, rules
    stop_changed = (before.stop.p_star, before.stop.error) != (rules.stop.p_star, rules.stop.error)
    decisions, stops = state.rules_changed
    state.rules_changed = decisions + (before.decision != rules.decision), stops + stop_changed
    if before.decision.is_extended != rules.decision.is_extended or (
        before.decision.repeats != rules.decision.repeats
    ):
        state.remeasure()
    if state.reign is not None:
        state.reign.see_rules(state.rules_changed)


def step(state: LaneState, landed: LandedRow, *, is_retracted: bool = False) -> Verdict:
    """Judge the next row of a lane and take it into the state."""
    row, before = landed.row, state.incumbent
    state.orders += 1
    validity = validity_of(state, landed, is_retracted=is_retracted)
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
    if judgement.verdict_class == "improvement" or is_doubtful(landed):
        state.doubted[row.run_id] = state.orders
    return _write(state, landed, judgement, flags, change.side, before)


def validity_of(state: LaneState, landed: LandedRow, *, is_retracted: bool = False) -> Validity:
    """Whether a row that comes next keeps the contract; the state stays as it is."""
    config = state.configs.get(landed.row.config_digest)
    context = Context(
        lane=state.rules,
        is_retracted=is_retracted,
        earlier_scores=config.known() if config else {},
        receipt_owners=state.receipt_owners,
        proof_owners=state.proof_owners,
    )
    return check_validity(landed, context)


def unjudged(state: LaneState, landed: LandedRow, text: str, *, is_retracted: bool) -> Verdict:
    """The verdict of a row that cannot be judged; nothing of it but its place is in the state."""
    row = landed.row
    state.orders += 1
    state.rows[row.run_id] = row
    reason = "retracted" if is_retracted else "unjudged"
    verdict = Verdict(
        run_id=row.run_id, lane=row.lane, order=state.orders, verdict_class="invalid", reason=reason,
        reasons=(reason,), flags=(), delta=None, incumbent_before=state.incumbent,
        incumbent_after=state.incumbent, attribution="unknown", stats=None,
        sentence=f"Cannot count: judging it raises {text}.", finished_at=row.finished_at, score=None,
        n_results=len(row.results),
    )  # fmt: skip
    state.tally[verdict.name] = state.tally.get(verdict.name, 0) + 1
    return verdict


def _take_failure(state: LaneState, row: Row, change: Change) -> _Judgement:
    assert row.failure is not None  # noqa: S101 - the caller's condition, told to the type checker
    if row.failure.kind == "infeasible":  # no run will ever settle it, so nobody waits for one
        return _Judgement("blocked", "infeasible", reasons=("infeasible",))
    if row.failure.kind != "diverged":
        state.blockers[row.run_id] = None
        alike = state.blocked_configs.get(row.config_digest, ())
        state.blocked_configs[row.config_digest] = (*alike, row.run_id)
        return _Judgement("blocked", row.failure.kind, reasons=(row.failure.kind,))
    reign, digest = state.reign, row.config_digest
    if reign and digest != reign.config.digest and digest not in reign.window.entries:
        config = state.configs.get(digest)
        entry = WindowEntry(
            row.run_id, "diverged", change, is_cleared=True, delta=None,
            is_scored=config is not None,
            device_seconds=config.device_seconds if config else None,
        )  # fmt: skip
        reign.window.put(digest, entry)
    return _Judgement("regression", "diverged", reasons=("diverged",))


def _take_score(state: LaneState, landed: LandedRow, change: Change) -> _Judgement:
    config, held = take_in(state, landed, change)
    flags = held + honesty_flags(state, config)
    if state.session_effect is not None:
        flags += ("session_effect",)
    if is_scored_apart(state.rules) and is_self_reported(landed.row, landed.evidence):
        flags += ("self_scored",)
    if state.reign is None:
        _enthrone(state, config, landed.row, won_at=0)
        judgement = _Judgement("improvement", "baseline", reasons=("baseline",))
    elif config.digest == state.reign.config.digest:
        judgement = _take_replicate(state)
    else:
        is_counted = "noop_config" not in flags
        judgement = _take_challenge(state, config, landed.row, is_counted=is_counted)
    return replace(judgement, flags=judgement.flags + flags)


def _enthrone(state: LaneState, config: Config, row: Row, won_at: int) -> None:
    state.ordinals_used += 1
    before = state.reign
    if before is not None:
        state.displaced[before.ordinal] = before
    state.reign = Reign(
        config, row.run_id, state.ordinals_used, won_at,
        previous=before.ordinal if before else None, rules_seen=state.rules_changed,
    )  # fmt: skip


def _reinstate(state: LaneState, ordinal: int) -> Reign:
    """Give the title back to a displaced incumbent, with its challengers as the rules allow."""
    reign = state.displaced[ordinal].copy()
    reign.config = state.configs[reign.config.digest]
    reign.see_rules(state.rules_changed)
    state.reign = reign
    return reign


def _take_replicate(state: LaneState) -> _Judgement:
    """Join the incumbent's scores; in the row that completes the fresh ones, confirm the title."""
    reign, rules = state.reign, state.rules
    assert reign is not None  # noqa: S101 - the caller's condition, told to the type checker
    is_asked = rules.decision.fresh_seeds > 0
    if reign.previous is None or not is_asked or not state.is_remeasured(reign):
        return _Judgement("noise", "replicate", reasons=("replicate",))
    before = state.displaced[reign.previous]
    held = state.reference(replace(before, config=state.configs[before.config.digest]))
    gain = rules.metric.gain(held.mean, state.fresh(reign).mean)
    if gain >= rules.decision.delta_min / 2 - TOLERANCE:
        reign.previous = None
        return _Judgement("noise", "replicate", ("confirmed",), ("replicate",))
    previous = _reinstate(state, before.ordinal)
    state.steps.pop()
    lost = reign.config
    entry = WindowEntry(
        reign.run_id, "not_confirmed", lost.change, is_cleared=False, delta=gain,
        device_seconds=lost.device_seconds,
    )  # fmt: skip
    previous.window.put(lost.digest, entry)
    return _Judgement("noise", "not_confirmed", reasons=("not_confirmed",), delta=gain)


def _take_challenge(state: LaneState, config: Config, row: Row, *, is_counted: bool) -> _Judgement:
    reign, rules = state.reign, state.rules
    assert reign is not None  # noqa: S101 - the caller's condition, told to the type checker
    ticket, challenger, reference = (
        reign.ticket(config.digest), state.sample(config), state.reference(reign)
    )  # fmt: skip
    assert ticket.k is not None  # noqa: S101 - it is the next number where it has none
    n_held = len(state.sample(reign.config).values)
    outcome = judge(
        Challenge(
            reference=reference,
            challenger=challenger,
            k=ticket.k,
            look=ticket.look,
            unreported=config.unreported,
            is_incomplete=len(challenger.values) < config.seeds_planned,
        ),
        state.noise,
        rules.decision,
        rules.metric,
    )
    discard = rules.decision.discard
    is_hopeless = discard is not None and ticket.look == 1 and outcome.stats.p_better > discard
    reign.take(config.digest, ticket, is_numbered=not is_hopeless)
    entry = WindowEntry(
        row.run_id, outcome.reason, config.change, outcome.is_cleared, outcome.delta,
        device_seconds=config.device_seconds, is_counted=is_counted,
    )  # fmt: skip
    reign.window.put(config.digest, entry)
    flags = outcome.flags
    if reign.won_at and rules.decision.fresh_seeds and not state.is_remeasured(reign):
        flags += ("reference_selected",)
    has_won = outcome.verdict_class == "improvement"
    won_at = state.orders if has_won else config.won_at
    config = _take_gain(state, replace(config, won_at=won_at), outcome)
    if has_won:
        step = TitleStep(
            displaced=reign.run_id,
            winner=row.run_id,
            reference=reference,
            fresh_seeds=len(state.fresh(reign).values),
            was_confirmed=state.is_confirmed,
            delta=outcome.delta,
            se=outcome.stats.se,
        )
        state.steps.append(step)
        _enthrone(state, config, row, won_at=state.orders)
    if is_hopeless:
        outcome, flags = _unnumbered(outcome), (*flags, "discarded")
    return _from_outcome(outcome, flags, n_held)


def _unnumbered(outcome: Outcome) -> Outcome:
    return replace(outcome, stats=replace(outcome.stats, k=None))


def _take_gain(state: LaneState, config: Config, outcome: Outcome) -> Config:
    """Keep a config's latest gain, and the lane's spread of gains, which shrinks unmeasured ones."""
    if config.gain is not None:
        state.squared_gains = state.squared_gains.minus(_square(config.gain))
    gain = outcome.delta, outcome.stats.se
    state.squared_gains = state.squared_gains.plus(_square(gain))
    config = replace(config, gain=gain)
    state.keep(config)
    return config


def _square(gain: tuple[float, float]) -> float:
    return gain[0] ** 2 - gain[1] ** 2


def _from_outcome(outcome: Outcome, flags: tuple[str, ...], n_held: int) -> _Judgement:
    return _Judgement(
        outcome.verdict_class,
        outcome.reason,
        flags,
        (outcome.reason,),
        outcome.delta,
        outcome.stats,
        n_held,
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
    state.tally[verdict.name] = state.tally.get(verdict.name, 0) + 1
    return sentence(verdict, landed, state.rules, judgement.n_held)

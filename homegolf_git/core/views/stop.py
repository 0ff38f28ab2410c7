"""The stop condition: text and JSON."""

from collections.abc import Iterator

from homegolf_git.core.model.figures import figure, gain_text, rules_nothing_out
from homegolf_git.core.model.values import Document
from homegolf_git.core.search.advice import StopCall, plan_sentence
from homegolf_git.core.search.plan import StopPlan
from homegolf_git.core.search.plateau import SIDES
from homegolf_git.core.search.prospects import NOVELTY_BAR, SECONDS_PER_HOUR


def text(call: StopCall) -> Iterator[str]:
    """The state, why it is not plateaued, its sentence, and what stands beside it."""
    found = call.plateau
    yield found.state
    if found.reasons:
        yield f"reasons: {', '.join(found.reasons)}"
    yield call.sentence
    yield from (f"  {line}" for line in beside(call))


def plateau_json(call: StopCall) -> Document:
    """The stop condition."""
    found, seen, plan = call.plateau, call.prospects, call.plan()
    return {
        "state": found.state,
        "reasons": list(found.reasons),
        "p_upper": figure(found.p_upper),
        "p_star": found.p_star,
        "n": found.n,
        "unresolved": found.unresolved,
        "unresolved_runs": list(found.unresolved_runs),
        "open_blockers": list(found.open_blockers),
        "infeasible": found.infeasible,
        "cleared": dict(found.cleared),
        "p_upper_by_side": {side: figure(p) for side, p in found.p_upper_by_side.items()},
        "p_upper_without_blockers": figure(found.p_upper_without_blockers),
        "needed": found.needed,
        "novelty": figure(seen.novelty),
        "expected_gain_at_most": figure(seen.expected_gain_at_most),
        "device_hours_each": figure(seen.device_hours_each),
        "is_uneconomic": seen.is_uneconomic,
        "plan": None if plan is None else _plan_json(plan, call.state.seconds_per_run),
        "sentence": call.sentence,
    }


def _plan_json(plan: StopPlan, seconds: float | None) -> Document:
    """What would settle the stop condition with the fewest runs."""
    return {
        "runs": figure(plan.runs),
        "incumbent": plan.incumbent,
        "settle": [{"run_id": item.run_id, "runs": item.runs} for item in plan.settle],
        "challengers": plan.challengers,
        "unresolved_left": plan.unresolved_left,
        "leads": list(plan.leads),
        "device_hours": None if seconds is None else figure(plan.runs * seconds / SECONDS_PER_HOUR),
        "sentence": plan_sentence(plan),
    }


def stop_words(call: StopCall) -> tuple[str, str]:
    """`stop` or `go on`, and why; before there is an incumbent neither is called."""
    if call.plateau.state == "no_incumbent":
        return "", call.sentence
    said = call.sentence.removeprefix("Go on: ")
    return "stop" if call.plateau.state == "plateaued" else "go on", said[:1].upper() + said[1:]


def beside(call: StopCall) -> Iterator[str]:
    """What stands beside the state and never changes it."""
    metric, found, seen = call.state.rules.metric, call.plateau, call.prospects
    if found.state == "no_incumbent":
        return
    for side in SIDES:
        bound = found.p_upper_by_side[side]
        text = f"{side} side: {found.cleared[side]} cleared, "
        if rules_nothing_out(bound):
            yield text + "which rules nothing out yet"
        else:
            yield text + f"at most {bound:.0%} of further ones helpful"
    if seen.novelty is not None:
        text = f"novelty: {seen.novelty:.0%} of the challengers were the only one of their kind"
        if seen.novelty > NOVELTY_BAR:
            text += "; still meeting new kinds of change, which the bound does not cover"
        yield text
    if seen.expected_gain_at_most is None:
        yield "expected gain of the next challenger: unknown, it takes three gains to tell"
    else:
        gain = gain_text(seen.expected_gain_at_most, metric)
        yield f"expected gain of the next challenger: at most {gain} {metric.unit}"
    scored = call.state.n_valid
    yield f"blind search would find a new best next time with chance 1/{scored + 1}"
    yield from _costs(call)
    yield "assumed: further challengers resemble those in the window"


def _costs(call: StopCall) -> Iterator[str]:
    """What runs cost, and what would settle the state with the fewest."""
    seen = call.prospects
    if seen.device_hours_each is not None:
        text = f"cost: {seen.device_hours_each:.2f} device-hours of training a settled challenger"
        if seen.is_uneconomic:
            text += "; uneconomic at the lane's declared gain per device-hour"
        yield text
    if (plan := call.plan()) is not None:
        yield f"plan: {plan_sentence(plan)}"
    if (seconds := call.state.seconds_per_run) is not None:
        yield f"a run takes {seconds:.0f} device-seconds on average"

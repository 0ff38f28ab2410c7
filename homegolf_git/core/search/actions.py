"""What the next runs of a lane are best spent on, in the order in which to spend them.

Source: docs/statistics.md, sections "Next step" and "Plan". Advice: it changes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from homegolf_git.core.judge.nextstep import next_step
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.judge.steps import step_words
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Value, replace
from homegolf_git.core.model.verdict import MEASURED_FROM
from homegolf_git.core.search.advice import seconds_per_run
from homegolf_git.core.search.plan import plan_of, runs_to_measure, undecided
from homegolf_git.core.search.plateau import Plateau, plateau

ActionName = Literal[
    "baseline", "fresh", "noise", "challenger", "incumbent", "both", "drop", "raise_delta",
    "blocker", "promote", "stop", "idea",
]  # fmt: skip


class Action(Value, frozen=True):
    """One thing to do: so many more runs, of a run where it is about one."""

    action: ActionName
    run_id: str | None
    runs: int
    why: str
    device_seconds: float | None = None  # None: no row states what a run takes


def next_actions(
    state: LaneState, *, settles: bool = False, promotable: Sequence[LaneId] = ()
) -> list[Action]:
    """The actions for a lane as it stands.

    Args:
        state: after the lane's last row.
        settles: whether to spend runs on a verdict of the stop condition.
        promotable: lanes above, whose checklist the incumbent passes.
    """
    each = seconds_per_run(state)
    found = _actions(state, plateau(state), settles=settles, promotable=promotable)
    return [a if each is None else replace(a, device_seconds=a.runs * each) for a in found]


def within(actions: Sequence[Action], runs: float) -> list[Action]:
    """The actions that so many runs are enough for, the last one in part."""
    kept = []
    for action in actions:
        if not action.runs:
            kept.append(action)
            continue
        taken = min(action.runs, int(runs))
        if taken < 1:
            break
        share = taken / action.runs
        seconds = None if action.device_seconds is None else action.device_seconds * share
        kept.append(replace(action, runs=taken, device_seconds=seconds))
        runs -= taken
    return kept


def _actions(
    state: LaneState, found: Plateau, *, settles: bool, promotable: Sequence[LaneId]
) -> Iterator[Action]:
    reign = state.reign
    if reign is None:
        runs = MEASURED_FROM + 1
        yield Action(
            "baseline",
            None,
            runs,
            "no run counts yet; one config, run so often, gives an incumbent and its noise",
        )
        return
    held = reign.run_id
    missing = state.rules.decision.fresh_seeds - len(state.fresh(reign).values)
    if reign.won_at and not state.is_remeasured(reign):
        why = "a new incumbent is defended by scores that did not help it to win"
        yield Action("fresh", held, max(1, missing), why)
    if state.noise.basis != "measured":
        runs = max(1, runs_to_measure(state))
        yield Action("noise", held, runs, "the lane's noise is not measured yet")
    yield from _leads(state, found)
    if settles:
        yield from _settling(state, found)
    for above in promotable:
        yield Action("promote", held, 0, f"every item for {above} is go")
    if found.state == "plateaued":
        yield Action("stop", None, 0, "the lane has plateaued")
    else:
        yield Action("idea", None, 1, "nothing that is undecided is worth more than a new idea")


def _leads(state: LaneState, found: Plateau) -> Iterator[Action]:
    """What to do about undecided runs that look better by delta_min, cheapest first."""
    planned, others = [], []
    for item in undecided(state, found):
        if item.outlook.gain < item.outlook.delta_min:
            continue
        step = next_step(item.outlook, state.noise)
        why = step_words(step, item.outlook, state.noise, state.rules.metric)
        if step.plan is None:
            others.append(Action(step.action, item.run_id, 0, why))
        elif step.action != "noise":  # it is asked for by itself
            planned.append(Action(step.action, item.run_id, step.plan.runs, why))
    yield from sorted(planned, key=lambda action: action.runs)
    yield from others


def _settling(state: LaneState, found: Plateau) -> Iterator[Action]:
    plan = plan_of(state, found)
    if plan is None or state.reign is None:
        return
    if plan.incumbent:
        why = "they measure the reference and clear several runs at once"
        yield Action("incumbent", state.reign.run_id, plan.incumbent, why)
    for item in plan.settle:
        is_blocker = item.run_id in found.open_blockers
        name: ActionName = "blocker" if is_blocker else "challenger"
        why = "it is open" if is_blocker else "it is ruled out with an even chance"
        if item.runs:
            yield Action(name, item.run_id, item.runs, why)
    if plan.challengers:
        runs = round(plan.runs) - plan.incumbent - sum(item.runs for item in plan.settle)
        yield Action("idea", None, max(1, runs), f"{plan.challengers} more cleared challengers")

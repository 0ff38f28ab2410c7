"""What the next runs of a lane are best spent on, in the order in which to spend them.

Source: docs/statistics.md, sections "Next step" and "Plan". Advice: it changes nothing. Each
action is worked out only when it is asked for, and loads what that takes: `status` wants the first.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Value, replace
from homegolf_git.core.model.verdict import MEASURED_FROM
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


Promotable = Callable[[], Iterable[LaneId]]  # lanes above, whose checklist the incumbent passes


def next_actions(
    state: LaneState, *, settles: bool = False, promotable: Promotable = tuple
) -> list[Action]:
    """The actions for a lane as it stands.

    Args:
        state: after the lane's last row.
        settles: whether to spend runs on a verdict of the stop condition.
        promotable: asked only when nothing comes before it.
    """
    found = _actions(state, plateau(state), settles=settles, promotable=promotable)
    return [_with_cost(action, state) for action in found]


def first_action(state: LaneState, found: Plateau, promotable: Promotable) -> Action:
    """The first of them for a lane whose stop condition is known."""
    return _with_cost(next(_actions(state, found, settles=False, promotable=promotable)), state)


def _with_cost(action: Action, state: LaneState) -> Action:
    each = state.seconds_per_run
    return action if each is None else replace(action, device_seconds=action.runs * each)


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
    state: LaneState, found: Plateau, *, settles: bool, promotable: Promotable
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
        from homegolf_git.core.search.plan import runs_to_measure  # noqa: PLC0415 - see above

        runs = max(1, runs_to_measure(state))
        yield Action("noise", held, runs, "the lane's noise is not measured yet")
    yield from _leads(state, found)
    if settles:
        yield from _settling(state, found)
    for above in promotable():
        yield Action("promote", held, 0, f"every item for {above} is go")
    if found.state == "plateaued":
        yield Action("stop", None, 0, "the lane has plateaued")
    else:
        yield Action("idea", None, 1, "nothing that is undecided is worth more than a new idea")


def _leads(state: LaneState, found: Plateau) -> Iterator[Action]:
    """What to do about undecided runs that look better by delta_min, cheapest first."""
    if not found.window.unresolved:
        return
    from homegolf_git.core.judge.nextstep import next_step  # noqa: PLC0415 - see above
    from homegolf_git.core.judge.steps import step_words  # noqa: PLC0415
    from homegolf_git.core.search.plan import undecided  # noqa: PLC0415

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
    from homegolf_git.core.search.plan import plan_of  # noqa: PLC0415 - see above

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

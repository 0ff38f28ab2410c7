"""The stop condition in words: what it says, and what would settle it."""

from collections.abc import Iterator

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import counted, rules_nothing_out
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import MEASURED_FROM
from homegolf_git.core.search.plan import StopPlan, plan_of
from homegolf_git.core.search.plateau import SIDES, Plateau, plateau
from homegolf_git.core.search.prospects import Prospects, prospects

_LISTED = 3  # runs named in a sentence


class StopCall(Value, frozen=True):
    """The stop condition at one moment, with what stands beside it and its sentence."""

    plateau: Plateau
    prospects: Prospects
    sentence: str
    state: LaneState

    def plan(self) -> StopPlan | None:
        """What would settle it: worked out when it is asked for, for that takes longest."""
        return plan_of(self.state, self.plateau)


def stop_call(state: LaneState) -> StopCall:
    """Evaluate the stop condition and word it."""
    found = plateau(state)
    seen = prospects(state, found.p_upper, found.window)
    return StopCall(found, seen, plateau_sentence(found, state), state)


def plan_sentence(plan: StopPlan) -> str:
    """The plan in one phrase: 7 runs of the incumbent, 5 of c3, then 30 cleared challengers."""
    parts = [f"{counted(plan.incumbent, 'run')} of the incumbent"] if plan.incumbent else []
    named = [f"{item.runs} of {item.run_id}" for item in plan.settle if item.runs]
    parts += named[:_LISTED]
    if len(named) > _LISTED:
        parts.append(f"those of {len(named) - _LISTED} more")
    text = ", ".join(parts)
    if plan.challengers:
        text += f"{', then ' if text else ''}{counted(plan.challengers, 'cleared challenger')}"
    if plan.leads:
        text = f"first decide {_listed(plan.leads)}; then {text or 'nothing more'}"
    return f"{text or 'nothing more'}; about {counted(round(plan.runs), 'run')}"


def plateau_sentence(found: Plateau, state: LaneState) -> str:
    """The state in one sentence, with what would settle it, and what was never tried."""
    said = _sentence(found, state)
    if found.infeasible:
        were = "idea was" if found.infeasible == 1 else "ideas were"
        said += f" {found.infeasible} {were} declared infeasible."
    return said


def _sentence(found: Plateau, state: LaneState) -> str:
    if found.state == "no_incumbent":
        return "No incumbent yet: a first valid scored run begins the search."
    share = f"{found.p_upper:.0%}"
    bar = f"{state.rules.decision.delta_min:g}"
    if found.state == "plateaued":
        return (
            f"Plateaued: with the declared confidence at most {share} of further challengers like "
            f"the {found.n} tried would gain {bar} or more; stop here, or try other kinds of change."
        )
    if found.state == "improving":
        judged = found.n - len(found.open_blockers)
        below = state.rules.stop.improving_below
        return f"Improving: the incumbent is new, {judged} of {below} challengers have been judged since."
    settle = "; ".join(settling(found, state))
    text = f"Go on: up to {share} of further challengers may still gain {bar} or more"
    if rules_nothing_out(found.p_upper):
        text = "Go on: nothing is ruled out yet"
    elif found.p_upper > found.p_star:
        text += f", {found.p_star:.0%} would do"
    text += f". To settle it: {settle}." if settle else "."
    if found.is_blocked_only:
        count = counted(len(found.open_blockers), "blocked run")
        text += f" It would be plateaued if the {count} were settled."
    return text


def settling(found: Plateau, state: LaneState) -> Iterator[str]:
    """What would settle the question, each a phrase."""
    rules = state.rules
    least = rules.stop.min_cleared_per_side
    missing = {side: max(0, least - found.cleared[side]) for side in SIDES}
    more = max(found.needed or 0, sum(missing.values()))
    if "too_few" in found.reasons and found.needed is None:
        yield "more cleared challengers than can be counted"
    elif more:
        sides = " and ".join(f"{number} {side}-side" for side, number in missing.items() if number)
        among = f", {sides} among them" if sides else ""
        yield f"{more} more cleared challenger{'' if more == 1 else 's'}{among}"
    if "unresolved" in found.reasons:
        yield f"more seeds for {_listed(found.unresolved_runs)}"
    if "blockers" in found.reasons:
        yield f"settle the blockers {_listed(found.open_blockers)}"
    if "noise_not_measured" in found.reasons:
        degrees = max(1, MEASURED_FROM - state.noise.nu_obs)
        yield f"replicates with {degrees} more degrees of freedom, to measure the noise"
    if "incumbent_not_remeasured" in found.reasons and state.reign is not None:
        seeds = rules.decision.fresh_seeds - len(state.fresh(state.reign).values)
        yield f"{counted(seeds, 'fresh seed')} of the incumbent"
    if "live_lead" in found.reasons:
        yield "decide the unresolved runs that look better by delta_min or more"


def _listed(runs: tuple[str, ...]) -> str:
    shown = ", ".join(runs[:_LISTED])
    return shown + (f" and {len(runs) - _LISTED} more" if len(runs) > _LISTED else "")

"""What other rules would have said of the same rows."""

from collections.abc import Iterator

from homegolf_git.core.judge.fold import change_rules, step
from homegolf_git.core.judge.ledger import LandedRetraction, LandedRules, LaneLedger
from homegolf_git.core.judge.replay import judge_lane, rules_in_force
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.plateau import PlateauState, plateau_state


class Call(Value, frozen=True):
    """A verdict and the state of the stop condition behind it."""

    verdict: Verdict
    state: PlateauState


class Backtest(Value, frozen=True):
    """Every row as it was judged and as it would have been; the stop states behind each."""

    pairs: list[tuple[Call, Call]]

    @property
    def changed(self) -> list[tuple[Call, Call]]:
        """Rows whose class, reason, incumbent or stop state differ."""
        return [(was, now) for was, now in self.pairs if _outcome(was) != _outcome(now)]

    def incumbents(self, side: int) -> list[RunId | None]:
        """Incumbents one after the other: 0 as it was, 1 as it would have been."""
        found: list[RunId | None] = []
        for pair in self.pairs:
            held = pair[side].verdict.incumbent_after
            if held is not None and (not found or found[-1] != held):
                found.append(held)
        return found

    def stops(self, side: int) -> list[RunId]:
        """Rows behind which a plateau was called, where none was called before them."""
        found, before = [], "none"
        for pair in self.pairs:
            state = pair[side].state
            if state == "plateaued" != before:
                found.append(pair[side].verdict.run_id)
            before = state
        return found


def _outcome(call: Call) -> tuple[str, str, RunId | None, str]:
    verdict = call.verdict
    return verdict.verdict_class, verdict.reason, verdict.incumbent_after, call.state


def backtest(lane: LaneLedger, rules: Lane) -> Backtest:
    """Judge a lane's rows by the rules they landed under, and all of them by `rules`.

    Rows that cannot be judged are left out.
    """
    was = _calls(lane, None)
    now = _calls(lane, rules)
    return Backtest(list(zip(was, now, strict=True)))


def _calls(lane: LaneLedger, instead: Lane | None) -> Iterator[Call]:
    state = LaneState(instead or lane.rules[0].lane)
    retracted, stuck, in_force = lane.retracted, judge_lane(lane).stuck, rules_in_force(lane)
    for event in lane.events():
        if isinstance(event, LandedRules):
            if instead is None and event in in_force:
                change_rules(state, event.lane)
        elif not isinstance(event, LandedRetraction) and event.row.run_id not in stuck:
            verdict = step(state, event, is_retracted=event.row.run_id in retracted)
            yield Call(verdict, plateau_state(state))

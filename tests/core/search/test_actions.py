"""What the next runs are best spent on, in the order of the contract."""

from collections.abc import Sequence
from typing import Any

import pytest

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.search.actions import Action, next_actions, within
from homegolf_git.core.search.plateau import plateau
from tests.build import Document, failed, run
from tests.core.build import BASELINE, MUCH_BETTER, SAME, lane, replay
from tests.core.ledgers import LEAD, OPEN, around, cleared, tried

NINE = run("baseline", [1.065 + i / 1e4 for i in (0, -7, 7, 0, -9, 9, -2, 2, 5)], knob="base")
QUIET = {"procedure": 2}
SECONDS = {"train_seconds": 580.0, "eval_seconds": 20.0}


def state_of(*rows: Document, **decision: Any) -> LaneState:  # noqa: ANN401 - JSON values
    return replay(*rows, rules=lane(decision=decision))[0]


def names(found: Sequence[Action]) -> list[str]:
    return [action.action for action in found]


class TestOrder:
    """baseline, fresh, noise, the plans of the leads, the plan, promote, then stop or idea."""

    def test_a_lane_without_an_incumbent_needs_a_baseline(self) -> None:
        (action,) = next_actions(state_of())
        assert (action.action, action.run_id, action.runs) == ("baseline", None, 9)

    def test_the_noise_is_measured_first(self) -> None:
        found = next_actions(state_of(run("baseline"), **QUIET))
        assert names(found) == ["noise", "idea"]
        assert (found[0].run_id, found[0].runs) == ("baseline", 8)

    def test_a_new_incumbent_is_measured_afresh(self) -> None:
        found = next_actions(state_of(NINE, tried("winner", MUCH_BETTER), **QUIET))
        assert names(found) == ["fresh", "idea"]
        assert (found[0].run_id, found[0].runs) == ("winner", 4)

    def test_leads_come_with_their_plans_cheapest_first(self) -> None:
        weaker = tried("weaker", (1.0628,))
        found = next_actions(state_of(NINE, weaker, tried("lead", LEAD), **QUIET))
        assert names(found)[-1] == "idea"
        plans = [action for action in found if action.run_id in ("weaker", "lead")]
        assert [action.runs for action in plans] == sorted(action.runs for action in plans)
        assert {action.run_id for action in plans} == {"weaker", "lead"}

    def test_one_that_looks_worse_than_delta_min_is_no_lead(self) -> None:
        assert names(next_actions(state_of(NINE, tried("open", OPEN), **QUIET))) == ["idea"]

    def test_a_lead_that_no_budget_decides(self) -> None:
        rows = NINE, tried("lead", (1.0629,))
        (first, _) = next_actions(state_of(*rows, max_runs=2, **QUIET))
        assert (first.action, first.run_id, first.runs) == ("raise_delta", "lead", 0)

    def test_settling_spends_runs_on_the_stop_condition(self) -> None:
        rows = NINE, *cleared(6, 6), tried("open", OPEN), failed("oom", knob="oom")
        state = state_of(*rows, **QUIET)
        assert plateau(state).state == "inconclusive"
        found = next_actions(state, settles=True)
        assert {"blocker", "idea"} <= set(names(found))
        assert next(a for a in found if a.action == "blocker").run_id == "oom"

    def test_promotions_and_a_plateau(self) -> None:
        state = state_of(NINE, *cleared(24, 24, around(1.08)), honesty=False, **QUIET)
        assert plateau(state).state == "plateaued"
        found = next_actions(state, settles=True, promotable=lambda: [LaneId("h100")])
        assert names(found) == ["promote", "stop"]


class TestCost:
    """Costs are those of the lane's mean run."""

    def test_device_seconds(self) -> None:
        base = run("baseline", SAME, extra=SECONDS, hardware=[{"device": "RTX", "count": 2}])
        found = next_actions(state_of(base, **QUIET))[0]
        assert found.device_seconds == pytest.approx(found.runs * 1200.0)

    def test_without_times_there_is_none(self) -> None:
        assert next_actions(state_of(BASELINE))[0].device_seconds is None


class TestWithin:
    """A budget takes the first actions, the last one in part."""

    ACTIONS = (
        Action("noise", "a", 4, "why", 400.0), Action("drop", "b", 0, "why"),
        Action("challenger", "c", 3, "why", 300.0), Action("idea", None, 1, "why", 100.0),
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("runs", "kept"),
        [
            (0, []),
            (3, [("noise", 3)]),
            (4, [("noise", 4), ("drop", 0)]),
            (6.5, [("noise", 4), ("drop", 0), ("challenger", 2)]),
            (99, [("noise", 4), ("drop", 0), ("challenger", 3), ("idea", 1)]),
        ],
    )
    def test_budgets(self, runs: float, kept: list[tuple[str, int]]) -> None:
        found = within(self.ACTIONS, runs)
        expected = kept if runs != 3 else [("noise", 3), ("drop", 0)]
        assert [(action.action, action.runs) for action in found] == expected

    def test_costs_follow(self) -> None:
        assert within(self.ACTIONS, 2)[0].device_seconds == pytest.approx(200.0)

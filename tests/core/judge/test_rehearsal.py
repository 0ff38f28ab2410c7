"""Runs of every kind that nobody made, judged to try rules before they bind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.fold import step
from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.judge.rehearsal import fault_of, opened, raised, rehearsed
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import run_id_of
from homegolf_git.core.model.values import replace
from tests.core.build import BASELINE, lane
from tests.core.drawn import EVENTS, lane_of
from tests.core.ledgers import WINNER, landed_lane


def outcomes(rules: Lane) -> dict[str, str]:
    state = LaneState(rules)
    return {name: step(state, landed).name for name, landed in rehearsed(rules)}


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_runs_of_every_kind(direction: str) -> None:
    found = outcomes(lane(metric={"direction": direction}, decision={"fresh_seeds": 4}))
    assert set(found.values()) >= {
        "improvement/baseline", "improvement/strict", "noise/replicate", "noise/not_confirmed",
        "noise/equivalent", "noise/underpowered", "noise/incomplete", "regression/worse",
        "regression/diverged", "blocked/oom",
    }  # fmt: skip


def test_their_ids_are_nobodys() -> None:
    assert not any(run_id_of(landed.row.run_id) for _, landed in rehearsed(lane()))


def test_they_keep_a_contract_that_can_be_kept() -> None:
    strict = lane(
        contract={
            "evaluated_tokens": 5, "evaluated_bytes": 7, "evaluation_modes": ["x"],
            "hardware": [{"device_matches": "H100", "count": 8}], "dataset_sha256": "ab" * 32,
            "train_seconds_max": 60, "artifact_bytes_max": 1, "frozen_paths": ["eval/**"],
            "frozen_sha256": "cd" * 32, "editable_paths": ["train.py"], "requires": ["scorer"],
        },
        capture={"scorer": {"command": "s", "report": "r", "revision": "abcdef1"}},
    )  # fmt: skip
    assert not any(name.startswith("invalid/") for name in outcomes(strict).values())


def test_a_scorer_without_a_pin_will_do() -> None:
    found = outcomes(lane(contract={"requires": ["scorer"]}))
    assert not any(name.startswith("invalid/") for name in found.values())


def test_a_contract_that_nobody_keeps_is_opened() -> None:
    closed = lane(contract={"evaluation_modes": [], "requires": ["score_receipt"]})
    assert outcomes(closed)["a first"] == "invalid/no_receipt"
    assert outcomes(opened(closed))["a first"] == "improvement/baseline"


def test_no_fault() -> None:
    assert fault_of(LaneState(lane()), lane()) == ""


def test_what_raises_is_named() -> None:
    rules = lane(decision={"block": 0})
    assert fault_of(LaneState(lane()), rules) == (
        "judging a better run raises ZeroDivisionError (integer division or modulo by zero)"
    )


def test_a_metric_by_the_name_of_a_seed() -> None:
    rules = lane(metric={"name": "seed"})
    assert "KeyError ('seed')" in fault_of(LaneState(rules), rules)


def test_an_exception_without_a_word() -> None:
    assert raised(ValueError()) == "ValueError"


@given(EVENTS)
def test_the_state_stays_as_it_is(events: list[object]) -> None:
    ledger = lane_of(events)
    before = judge_lane(replace(ledger, judged=None)).state
    state = judge_lane(ledger).state
    assert fault_of(state, lane(decision={"delta_min": 0.5})) == ""
    assert (state.tally, state.orders, state.rules) == (before.tally, before.orders, before.rules)
    assert dict(state.configs) == dict(before.configs)


class TestLandedRules:
    """Rules by which nothing can be judged are not in force, and the others are."""

    BROKEN = lane(decision={"block": 0})
    LATER = lane(decision={"delta_min": 0.9})

    def broken(self) -> LaneLedger:
        return landed_lane(BASELINE, self.BROKEN, WINNER)

    def test_those_before_them_stay(self) -> None:
        ledger, sound = self.broken(), landed_lane(BASELINE, WINNER)
        assert list(judge_lane(ledger).verdicts) == list(judge_lane(sound).verdicts)
        assert list(judge_lane(ledger).unusable) == [1]

    def test_those_behind_them_apply(self) -> None:
        ledger = landed_lane(BASELINE, self.BROKEN, self.LATER, WINNER)
        assert judge_lane(ledger).verdicts[-1].name == "noise/below_delta"
        assert judge_lane(ledger).state.rules == self.LATER

    @given(st.integers(1, 4))
    def test_wherever_judging_is_taken_up(self, cut: int) -> None:
        whole = landed_lane(BASELINE, self.LATER, self.BROKEN, WINNER, "winner")
        grown = replace(whole, rules=whole.rules[:1], retractions=[], judged=None)
        for event in (*whole.rules[1:cut], *whole.rules[cut:]):
            grown.rules.append(event)
            judge_lane(grown)
        grown.retractions += whole.retractions
        assert list(judge_lane(grown).verdicts) == list(judge_lane(whole).verdicts)

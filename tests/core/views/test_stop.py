"""The stop condition as text and JSON."""

import pytest

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.search.advice import plateau_sentence, stop_call
from homegolf_git.core.search.plateau import plateau
from homegolf_git.core.search.prospects import Prospects, prospects
from homegolf_git.core.search.standing import window_now
from homegolf_git.core.views.stop import beside, plateau_json
from tests.build import Document, run
from tests.core.build import BASELINE, MUCH_WORSE, SAME, replay
from tests.core.ledgers import OPEN, cleared, near, tried
from tests.core.search.build import blocked, climb, state_of


def seen_by(state: LaneState, p_upper: float) -> Prospects:
    """The prospects of a lane as its window stands now."""
    return prospects(state, p_upper, window_now(state))


class TestBeside:
    """Novelty, expected gain and cost stand beside the state and never change it."""

    def words(self, state: LaneState) -> str:
        return "\n".join(beside(stop_call(state)))

    def test_nothing_without_an_incumbent(self) -> None:
        assert self.words(state_of()) == ""
        seen = seen_by(state_of(), 1.0)
        assert (seen.novelty, seen.expected_gain_at_most, seen.device_hours_each) == (None,) * 3

    def test_a_side_of_which_nothing_is_known(self) -> None:
        said = self.words(state_of(BASELINE))
        assert "system side: 0 cleared, which rules nothing out yet" in said
        assert "100%" not in said

    def test_expected_gain_takes_three_gains(self) -> None:
        rows = climb()
        assert seen_by(state_of(*rows[:6]), 0.5).expected_gain_at_most is None
        assert "unknown" in self.words(state_of(*rows[:6]))
        found = seen_by(state_of(*rows), 0.5).expected_gain_at_most
        assert found == near(0.5 * 0.012)
        assert "at most +" in self.words(state_of(*rows))

    @pytest.mark.parametrize(
        "rows",
        [
            [tried("open", OPEN, extra={"train_seconds": 5.0})],
            [tried("a", SAME, extra={"train_seconds": 5.0}), tried("b", SAME)],
            [tried("a", SAME)],
        ],
        ids=["none settled", "not all stated", "none stated"],
    )
    def test_cost_that_cannot_be_told(self, rows: list[Document]) -> None:
        state = state_of(BASELINE, *rows)
        assert seen_by(state, 0.5).device_hours_each is None
        assert "cost" not in self.words(state)

    @pytest.mark.parametrize(("rate", "expected"), [(1e6, True), (1e-9, False), (None, None)])
    def test_uneconomic_is_advice(self, rate: float | None, expected: bool | None) -> None:
        rows = [
            *climb(extra={"train_seconds": 600.0}),
            tried("x", MUCH_WORSE, base="step-3", extra={"train_seconds": 600.0}),
        ]
        state = state_of(*rows, stop={"gain_per_device_hour": rate})
        assert seen_by(state, 1.0).is_uneconomic is expected
        assert ("uneconomic" in self.words(state)) is (expected is True)
        assert plateau(state) == plateau(state_of(*rows))

    def test_new_kinds_of_change_are_named(self) -> None:
        assert "still meeting new kinds" in self.words(state_of(BASELINE, *cleared(2, 2)))
        same = [run(f"r{i}", SAME, base="baseline", config={"knob": i}) for i in range(4)]
        assert "still meeting" not in self.words(state_of(BASELINE, *same))

    def test_blind_search_and_the_assumption(self) -> None:
        text = self.words(state_of(BASELINE, *cleared(2, 2)))
        assert "1/6" in text
        assert "resemble" in text


class TestJson:
    """The fields that programs read."""

    @pytest.mark.parametrize(
        "rows", [[], [BASELINE], [BASELINE, *cleared(10, 10)], [blocked("oom")]]
    )
    def test_fields(self, rows: list[Document]) -> None:
        state = replay(*rows)[0]
        found, document = plateau(state), plateau_json(stop_call(state))
        wanted = {"state", "reasons", "p_upper", "n", "unresolved", "cleared", "needed", "sentence"}
        assert wanted <= set(document)
        assert set(document["cleared"]) == {"system", "model"}
        assert document["sentence"] == plateau_sentence(found, state)
        assert document["p_upper"] == near(found.p_upper)

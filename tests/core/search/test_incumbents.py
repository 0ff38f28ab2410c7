"""The incumbents one after the other: reference means, gains and fresh seeds."""

import pytest

from homegolf_git.core.judge.scores import mean
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.search.incumbents import fresh_seeds, reference_means, step_gains
from tests.build import Document, failed, run
from tests.core.build import BASELINE, INCUMBENT, MUCH_BETTER, lane, replay
from tests.core.ledgers import BEST, WINNER, around

FRESH = run("fresh", dict(enumerate(around(1.0455), start=11)), config=WINNER["config"])
FOURTH = run("fourth", {14: 1.0455}, config=WINNER["config"])


def state(*events: Document, fresh: int = 4) -> LaneState:
    return replay(*events, rules=lane(decision={"fresh_seeds": fresh}))[0]


@pytest.mark.parametrize("events", [(), (failed("oom"),)])
def test_without_an_incumbent_there_is_no_mean(events: tuple[Document, ...]) -> None:
    assert reference_means(state(*events)) == []
    assert step_gains(state(*events)) == []


def test_a_displaced_one_has_the_mean_that_it_was_displaced_with() -> None:
    later = run("later", {9: 1.09}, config=BASELINE["config"])
    found = reference_means(state(BASELINE, WINNER, later))
    assert [item.value for item in found] == pytest.approx([mean(INCUMBENT), mean(MUCH_BETTER)])
    assert [item.n for item in found] == [4, 3]


def test_the_current_one_has_the_mean_of_its_fresh_seeds_once_there_are_enough() -> None:
    few, enough = state(BASELINE, WINNER, FRESH), state(BASELINE, WINNER, FRESH, FOURTH)
    assert reference_means(few)[-1].n == 6
    assert reference_means(enough)[-1].value == pytest.approx(1.0455)
    assert reference_means(enough)[-1].n == 4


def test_identical_scores_are_one_measurement() -> None:
    assert [item.n for item in reference_means(state(run("base", [1.0] * 3)))] == [1]


def test_gains_say_whether_fresh_seeds_have_measured_the_winner() -> None:
    found = step_gains(state(BASELINE, WINNER, BEST))
    assert [gain for gain, _ in found] == pytest.approx(
        [mean(INCUMBENT) - mean(MUCH_BETTER), mean(MUCH_BETTER) - 1.02]
    )
    assert [is_measured for _, is_measured in found] == [False, False]
    assert step_gains(state(BASELINE, WINNER, FRESH, BEST))[0][1] is True


def test_fresh_seeds_are_those_at_head_or_as_of_when_it_was_displaced() -> None:
    head = state(BASELINE, WINNER, FRESH, FOURTH)
    assert fresh_seeds(head, 0) == (4, True)
    displaced = state(BASELINE, WINNER, FRESH, BEST, FOURTH)
    assert fresh_seeds(displaced, 0) == (3, False)
    assert fresh_seeds(displaced, 1) == (0, False)
    assert fresh_seeds(state(BASELINE, WINNER, fresh=0), 0) == (0, True)

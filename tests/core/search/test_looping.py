"""What a loop does next, read from the lane alone."""

from collections.abc import Sequence

import pytest

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.search.looping import (
    Order,
    equal_failures,
    free_seeds,
    latest_verdicts,
    looks_of,
    next_order,
)
from tests.build import Document, failed, run
from tests.core.build import lane, row
from tests.core.ledgers import landed_lane

RULES = {"procedure": 2, "delta_min": 0.002, "sigma0": 0.0007, "fresh_seeds": 4}
NINE = [1.0650 + 0.0007 * step for step in (-1.2, -0.9, -0.6, -0.3, 0, 0.3, 0.6, 0.9, 1.2)]


def ordered(*documents: Document, wants_plateau: bool = False) -> Order:
    found = landed_lane(*documents, rules=lane(decision=RULES))
    judged = judge_lane(found)
    rows = [landed.row for landed in found.rows]
    verdicts = {verdict.run_id: verdict for verdict in judged.verdicts}
    ideas = latest_verdicts(rows, verdicts)
    return next_order(judged.state, rows, ideas, wants_plateau=wants_plateau)


def idea(name: str, scores: Sequence[float], number: int = 1) -> Document:
    return run(name, scores, knob=number, base="base")


BASE = run("base", NINE)


class TestOrder:
    """In which order runs are worth their time."""

    def test_a_baseline_and_its_noise_come_first(self) -> None:
        assert (ordered().action, ordered().runs) == ("baseline", 9)
        few = ordered(run("base", NINE[:3]))
        assert (few.action, few.run_id) == ("incumbent", "base")
        assert few.runs >= 5

    def test_equal_scores_are_not_asked_for_for_ever(self) -> None:
        assert ordered(run("base", [1.065] * 9)) == Order("idea")

    def test_then_ideas(self) -> None:
        assert ordered(BASE) == Order("idea")

    def test_an_undecided_idea_goes_on_to_its_next_look(self) -> None:
        order = ordered(BASE, idea("lead", [1.0625]))
        assert (order.action, order.run_id, order.runs) == ("again", "lead", 2)

    def test_one_without_hope_does_not(self) -> None:
        assert ordered(BASE, idea("idle", [1.0650])).action == "idea"

    def test_a_new_incumbent_is_defended_before_the_next_idea(self) -> None:
        order = ordered(BASE, idea("won", [1.0600, 1.0601, 1.0599]))
        assert (order.action, order.run_id, order.runs) == ("fresh", "won", 4)

    def test_the_incumbent_is_run_between_ten_ideas(self) -> None:
        ten = [idea(f"idea-{n}", [1.0680], n) for n in range(1, 11)]
        assert ordered(BASE, *ten[:9]).action == "idea"
        order = ordered(BASE, *ten)
        assert (order.action, order.run_id, order.runs) == ("incumbent", "base", 1)


def test_looks_follow_delta_and_noise() -> None:
    found = landed_lane(BASE, rules=lane(decision=RULES))
    assert looks_of(judge_lane(found).state) == (1, 3, 6)
    found = landed_lane(BASE, rules=lane(decision={**RULES, "delta_min": 0.001}))
    assert looks_of(judge_lane(found).state) == (1, 3, 6, 12)


@pytest.mark.parametrize(
    ("taken", "count", "free"),
    [((), 3, (1, 2, 3)), ((2, None, 7), 3, (1, 3, 4)), ((1, 2), 0, ())],
)
def test_free_seeds(taken: tuple[int | None, ...], count: int, free: tuple[int, ...]) -> None:
    assert free_seeds(taken, count) == free


def test_equal_failures_in_a_row() -> None:
    rows = [
        row(run("a")),
        row(failed("b", "oom")),
        row(failed("c", "crash")),
        row(failed("d", "crash")),
    ]
    assert [equal_failures(rows[:n]) for n in range(5)] == [0, 0, 1, 1, 2]

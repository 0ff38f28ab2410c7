"""Flags for scores that look made up or copied: each where it is raised and where it is not."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from homegolf_git.core.judge.honesty import copied_chance, quiet_chance
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.search.standing import window_now
from tests.build import Document, run
from tests.core.build import lane, replay

SIGMA = 0.0007
FLAGS = {"spread_low", "copied_scores", "noop_config", "many_unreported"}


def noisy(count: int, centre: float = 1.065, seed: int = 0, first: int = 1) -> dict[int, float]:
    """Scores of seeds from `first` on that scatter with sigma."""
    chance = random.Random(seed)  # noqa: S311 - drawn, not secret
    return {first + n: chance.gauss(centre, SIGMA) for n in range(count)}


BASE = run("base", noisy(12), knob="base")


def judged(*events: Document, **decision: Any) -> tuple[LaneState, list[set[str]]]:  # noqa: ANN401
    rules = lane(decision={"honesty": True, **decision})
    state, verdicts = replay(BASE, *events, rules=rules)
    return state, [FLAGS & set(verdict.flags) for verdict in verdicts]


def flags(*events: Document, **decision: Any) -> set[str]:  # noqa: ANN401 - JSON values
    return judged(*events, **decision)[1][-1]


class TestQuiet:
    """6: `spread_low`, a config that scatters far less than all the others do."""

    QUIET = run("quiet", {n: 1.065 + n * 1e-8 for n in range(30, 34)}, knob=1)

    def test_where_it_is_raised(self) -> None:
        assert flags(self.QUIET) == {"spread_low"}

    def test_where_it_is_not(self) -> None:
        assert flags(run("fine", noisy(4, seed=5, first=30), knob=1)) == set()
        assert flags(run("two", {30: 1.065, 31: 1.065 + 1e-9}, knob=1)) == set()  # 1 df
        assert flags(self.QUIET, honesty=False) == set()

    def test_eight_degrees_of_the_others_are_needed(self) -> None:
        rules = lane(decision={"honesty": True})
        for count, expected in ((8, set()), (9, {"spread_low"})):
            base = run("base", noisy(count), knob="base")
            found = replay(base, self.QUIET, rules=rules)[1][-1]
            assert FLAGS & set(found.flags) == expected

    def test_identical_scores_are_one_and_have_no_spread(self) -> None:
        assert flags(run("same", dict.fromkeys(range(30, 34), 1.065), knob=1)) == set()

    def test_over_sessions_it_is_the_spread_within(self) -> None:
        quiet = {n: 1.065 + n * 1e-8 for n in range(30, 34)}
        sessions = {"sigma0": 0.0014}
        one = run("quiet", quiet, knob=1, session="one")
        assert flags(one, sessions=sessions) == {"spread_low"}
        apart = [run(f"q{n}", {n: value}, knob=1, session=f"s{n}") for n, value in quiet.items()]
        assert flags(*apart, sessions=sessions) == set()

    def test_the_others_are_pooled_with_the_wild_ones_capped(self) -> None:
        """6: sigma' is that of the capped pool, whichever the lane declares for its verdicts."""
        wild = run("wild", {n: 1.065 + 0.3 * (n % 2) for n in range(60, 64)}, knob=9)
        plainly = run("plainly", {n: 1.065 + 1e-4 * n for n in range(30, 33)}, knob=1)
        for pool in ("all", "capped"):
            assert flags(wild, plainly, pool=pool) == set(), pool

    @given(st.floats(1e-10, 1e-6), st.integers(2, 20), st.integers(8, 100))
    def test_its_chance(self, variance: float, df: int, nu: int) -> None:
        expected = stats.f.cdf(variance / (SIGMA**2 / 4), df, nu)
        assert quiet_chance(variance, df, SIGMA, nu) == pytest.approx(expected, rel=1e-8, abs=1e-30)


class TestCopied:
    """6: `copied_scores`, a constant away from those of another config."""

    COPY = run("copy", {n: value - 0.0004 for n, value in noisy(12).items()}, knob=1)

    def test_where_it_is_raised(self) -> None:
        assert flags(self.COPY) == {"copied_scores"}
        mixed = {**{n: noisy(12)[n] - 0.0004 for n in (1, 2, 3, 4)}, 40: 1.0651, 41: 1.0660}
        assert flags(run("mixed", mixed, knob=1)) == {"copied_scores"}

    def test_where_it_is_not(self) -> None:
        assert flags(run("own", noisy(12, seed=9), knob=1)) == set()
        others = {n + 40: value - 0.0004 for n, value in noisy(12).items()}
        assert flags(run("other-seeds", others, knob=1)) == set()
        two = {n: noisy(12)[n] - 0.0004 for n in (1, 2)}
        assert flags(run("two", two, knob=1)) == set()
        assert flags(self.COPY, honesty=False) == set()

    def test_its_own_earlier_scores_are_no_copy(self) -> None:
        assert flags(run("again", {**noisy(12), 50: 1.0652}, knob="base")) == set()

    def test_scores_without_a_seed_have_no_key_in_common(self) -> None:
        results = [{"seed": None, "val_bpb": value - 0.0004} for value in noisy(12).values()]
        assert flags(run("nameless", knob=1, results=results, seeds_run=12)) == set()

    def test_50_configs_before_are_looked_at(self) -> None:
        between = [
            run(f"c{n}", noisy(2, 1.066 + n * 1e-3, n, 1000 + 9 * n), knob=n + 10)
            for n in range(50)
        ]
        assert flags(*between[:49], self.COPY) == {"copied_scores"}
        state, found = judged(*between, self.COPY)
        assert found[-1] == set()
        assert len(state.recent) == 51

    def test_more_comparisons_ask_for_a_closer_copy(self) -> None:
        one = {(n, 0): value for n, value in noisy(3).items()}
        other = {key: value + 0.001 + key[0] * 1e-5 for key, value in one.items()}
        alone = copied_chance(one, [other], SIGMA)
        far = [{key: value * (1 + key[0]) for key, value in one.items()}] * 9
        assert copied_chance(one, [other, *far], SIGMA) == pytest.approx(10 * alone)
        assert copied_chance(one, [{}], SIGMA) == 1.0
        assert copied_chance({}, [other], SIGMA) == 1.0
        differences = [0.001 + n * 1e-5 for n in (1, 2, 3)]
        centre = sum(differences) / 3
        q = sum((d - centre) ** 2 for d in differences) / (2 * SIGMA**2)
        assert alone == pytest.approx(stats.chi2.cdf(q, 2), rel=1e-6)


class TestNoop:
    """6: `noop_config`, another digest and the same training; it is not in W."""

    SAME = run("noop", {1: noisy(12)[1], 2: noisy(12)[2]}, knob=1)

    def test_where_it_is_raised(self) -> None:
        state, found = judged(self.SAME)
        assert found[-1] == {"noop_config"}
        assert len(window_now(state)) == 0
        assert len(window_now(judged(self.SAME, honesty=False)[0])) == 1

    @pytest.mark.parametrize(
        "scores",
        [
            {1: noisy(12)[1]},
            {1: noisy(12)[1], 2: noisy(12)[2] + 1e-12},
            {31: noisy(12)[1], 32: noisy(12)[2]},
        ],
        ids=["one in common", "one differs", "other seeds"],
    )
    def test_where_it_is_not(self, scores: dict[int, float]) -> None:
        state, found = judged(run("other", scores, knob=1))
        assert "noop_config" not in found[-1]
        assert len(window_now(state)) == 1

    def test_scores_that_are_all_equal_say_nothing(self) -> None:
        flat = run("flat", {60: 1.07, 61: 1.07}, knob=1)
        assert "noop_config" not in flags(flat, run("flat-too", {60: 1.07, 61: 1.07}, knob=2))

    def test_repeats_are_compared_with_repeats(self) -> None:
        def repeated(name: str, shift: int) -> Document:
            results = [
                {"seed": 70, "repeat": n + shift, "val_bpb": 1.0650 + n * 3e-4} for n in range(2)
            ]
            return run(name, knob=name, results=results, seeds_run=2)

        decision = {"repeats": "one"}
        assert flags(repeated("a", 0), repeated("b", 0), **decision) == {"noop_config"}
        assert flags(repeated("a", 0), repeated("b", 5), **decision) == set()

    def test_a_later_row_that_differs_puts_it_back(self) -> None:
        more = run("more", {1: noisy(12)[1], 2: noisy(12)[2], 3: 1.0655}, knob=1)
        state, found = judged(self.SAME, more)
        assert found[-1] == set()
        assert len(window_now(state)) == 1
        assert len(window_now(judged(run("first", {3: 1.0655}, knob=1), self.SAME)[0])) == 1

    def test_the_class_stays(self) -> None:
        rules = [lane(decision={"honesty": h, "moderate": 6}) for h in (True, False)]
        names = [replay(BASE, self.SAME, rules=rule)[1][-1].name for rule in rules]
        assert names[0] == names[1]


class TestUnreported:
    """6: `many_unreported`, five or more and more than twice the scores."""

    @pytest.mark.parametrize(
        ("scores", "unreported", "expected"),
        [(1, 4, False), (1, 5, True), (2, 5, True), (3, 6, False), (3, 7, True)],
    )
    def test_the_bar(self, scores: int, unreported: int, expected: bool) -> None:
        document = run(
            "new", noisy(scores, seed=4, first=30), knob=1, seeds_run=scores + unreported
        )
        assert ("many_unreported" in flags(document)) is expected

    def test_rows_of_a_config_add_up(self) -> None:
        rows = [run(f"r{n}", noisy(1, seed=n, first=30 + n), knob=1, seeds_run=4) for n in range(2)]
        assert judged(*rows)[1][1:] == [set(), {"many_unreported"}]


@given(st.integers(0, 10**6))
def test_honest_scores_are_rarely_flagged(seed: int) -> None:
    found = flags(run("new", noisy(5, 1.066, seed, 30), knob=1))
    assert found <= {"spread_low"}

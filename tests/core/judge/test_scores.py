"""Which scores count, by the clauses of the statistics."""

import math
import statistics

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from homegolf_git.core.judge.scores import (
    Counting,
    Sample,
    Score,
    concentration,
    effective_count,
    is_identical,
    mean,
    sample_of,
    scores_of,
    spread,
)
from tests.build import run
from tests.core.build import lane, row

SCORES = st.floats(0.5, 2.0)


class TestSpread:
    """2.1: a group of two or more bit-identical scores is one measurement with 0 df."""

    @pytest.mark.parametrize("scores", [[], [1.0], [1.0, 1.0], [1.0] * 5])
    def test_one_measurement_has_no_spread(self, scores: list[float]) -> None:
        assert spread(scores) == (0, 0.0)

    def test_identical_scores_count_once(self) -> None:
        assert not is_identical([])
        assert not is_identical([1.0])
        assert is_identical([1.0, 1.0])
        assert not is_identical([1.0, 1.0, math.nextafter(1.0, 2)])
        assert [effective_count(s) for s in ([1.0], [1.0] * 3, [1.0, 2.0])] == [1, 1, 2]

    @given(st.lists(SCORES, min_size=2, max_size=20))
    def test_it_is_the_sample_variance_times_its_df(self, scores: list[float]) -> None:
        assume(not is_identical(scores))
        df, squares = spread(scores)
        assert df == len(scores) - 1
        expected = statistics.variance(scores) * df
        assert squares == pytest.approx(expected, rel=1e-9, abs=1e-30)

    @given(st.lists(SCORES, min_size=1, max_size=20), st.randoms(use_true_random=False))
    def test_the_mean_does_not_depend_on_the_order(
        self, scores: list[float], random: object
    ) -> None:
        turned = sorted(scores, key=lambda _: random.random())  # type: ignore[attr-defined]
        assert mean(turned) == mean(scores)
        assert mean(scores) == pytest.approx(statistics.fmean(scores), rel=1e-15)


VALUES = st.sampled_from([1.0650, 1.0651, 1.0652])
STATED = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1, 3)), VALUES, st.sampled_from("ab")), max_size=8
).map(
    lambda drawn: [
        Score(seed, n, value, session, 1) for n, (seed, value, session) in enumerate(drawn)
    ]
)
COUNTINGS: st.SearchStrategy[Counting] = st.sampled_from(["count", "average"])


def repeated(*values: float, seed: int | None = 7) -> list[Score]:
    """Runs of one seed, or of none."""
    return [Score(seed, n, value, f"s{n}", 1) for n, value in enumerate(values)]


def counted(scores: list[Score], counting: Counting) -> tuple[tuple[float, ...], tuple[str, ...]]:
    found = sample_of(scores, counting)
    return found.values, found.flags


class TestEffective:
    """2.0: which scores of a config count, in the order of its four rules."""

    @given(st.integers(2, 9), st.one_of(st.none(), st.integers(0, 5)), COUNTINGS)
    def test_1_all_identical_are_one(
        self, count: int, seed: int | None, counting: Counting
    ) -> None:
        scores = repeated(*[1.065] * count, seed=seed)
        assert counted(scores, counting) == ((1.065,), ("identical_scores",))
        assert sample_of(scores, counting).sessions == ("s0",)

    def test_2_scores_without_a_seed_each_count(self) -> None:
        scores = repeated(1.065, 1.065, 1.066, seed=None)
        for counting in ("count", "average"):
            assert counted(scores, counting) == ((1.065, 1.065, 1.066), ("unseeded",))
        assert counted(repeated(1.065, seed=None), "average") == ((1.065,), ("unseeded",))

    def test_3_identical_ones_of_a_seed_are_one(self) -> None:
        scores = [*repeated(1.065, 1.065), *repeated(1.066, seed=8)]
        for counting in ("count", "average"):
            assert counted(scores, counting) == ((1.065, 1.066), ("identical_scores",))

    def test_4_others_of_a_seed_count_or_are_averaged(self) -> None:
        scores = [*repeated(1.0, 2.0), *repeated(5.0, seed=8)]
        assert counted(scores, "count") == ((1.0, 2.0, 5.0), ("same_seed",))
        assert counted(scores, "average") == ((1.5, 5.0), ("averaged",))
        assert sample_of(scores, "average").sessions == ("s0", "s0")

    def test_one_score_of_a_seed_is_no_repeat(self) -> None:
        for counting in ("count", "average"):
            assert counted(repeated(1.0), counting) == ((1.0,), ())

    def test_a_config_of_everything(self) -> None:
        scores = [*repeated(1.0, 2.0), *repeated(3.0, 3.0, seed=8), *repeated(4.0, seed=None)]
        found = counted(scores, "average")
        assert found == ((1.5, 3.0, 4.0), ("averaged", "identical_scores", "unseeded"))

    @given(STATED, COUNTINGS)
    def test_it_counts_no_more_than_was_stated(
        self, scores: list[Score], counting: Counting
    ) -> None:
        found = sample_of(scores, counting)
        assert found.n == len(found.values) == len(found.sessions) <= len(scores)
        assert (found.n == 0) is (not scores)
        assert ("same_seed" in found.flags) <= (counting == "count")
        assert ("averaged" in found.flags) <= (counting == "average")

    @given(STATED, COUNTINGS, st.randoms(use_true_random=False))
    def test_the_order_of_scores_does_not_matter(
        self, scores: list[Score], counting: Counting, order: object
    ) -> None:
        turned = scores.copy()
        order.shuffle(turned)  # type: ignore[attr-defined]
        here, there = sample_of(scores, counting), sample_of(turned, counting)
        assert sorted(here.values) == sorted(there.values)
        assert set(here.flags) == set(there.flags)

    @given(STATED)
    def test_a_lane_that_declares_nothing_takes_them_as_stated(self, scores: list[Score]) -> None:
        found = sample_of(scores, "stated")
        assert list(found.values) == [score.value for score in scores]
        assert found.n == (1 if is_identical(found.values) else len(scores))


class TestKeys:
    """A score's key is its seed and repeat; without a seed it is a score of its own."""

    def test_where_repeats_are_not_declared_there_is_one_score_a_seed(self) -> None:
        results = [{"seed": s, "repeat": r, "val_bpb": 1.0} for s, r in ((1, 0), (1, 2), (None, 0))]
        document = row(run("r", results=results, seeds_run=3))
        for repeats, keys in ((None, [(1, 0), (1, 0), None]), ("one", [(1, 0), (1, 2), None])):
            found = scores_of(document, lane(decision={"repeats": repeats}), 3)
            assert [score.key for score in found] == keys
            assert {(score.session, score.order) for score in found} == {(document.session, 3)}

    def test_a_corrected_score_remembers_what_was_stated(self) -> None:
        assert Score(1, 0, 1.0, "s", 1).as_stated == 1.0
        assert Score(1, 0, 1.0, "s", 1, 1.5).as_stated == 1.5


class TestCells:
    """2.1: a cell is the scores of a config in one session."""

    @given(STATED.filter(bool))
    def test_they_are_the_scores_by_session(self, scores: list[Score]) -> None:
        side = Sample(tuple(s.value for s in scores), tuple(s.session for s in scores), len(scores))
        cells = side.cells()
        assert sum(cell.n for cell in cells) == len(scores)
        assert [cell.session for cell in cells] == list(dict.fromkeys(side.sessions))
        df, squares = side.within(cells)
        by_hand = [
            (s.value - cell.mean) ** 2
            for cell in cells
            for s in scores
            if s.session == cell.session
        ]
        assert df == len(scores) - len(cells)
        assert squares == pytest.approx(sum(by_hand), rel=1e-9, abs=1e-18)
        assert 1 / len(cells) - 1e-12 <= concentration(cells) <= 1 + 1e-12

    @pytest.mark.parametrize("sessions", [1, 2, 5])
    def test_equal_sessions_concentrate_by_their_number(self, sessions: int) -> None:
        scores = [Score(n, 0, 1.0 + n, f"s{n % sessions}", 1) for n in range(4 * sessions)]
        assert concentration(sample_of(scores, "average").cells()) == pytest.approx(1 / sessions)

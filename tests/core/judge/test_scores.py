"""Which scores count, by the clauses of the statistics."""

import math
import statistics

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from homegolf_git.core.judge.scores import (
    effective_count,
    is_identical,
    mean,
    spread,
)

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

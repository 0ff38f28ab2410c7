"""Levels and seeds needed, by the clauses of the statistics."""

import math
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.core.judge.distributions import t_quantile
from homegolf_git.core.judge.levels import (
    expected_top_mean,
    level,
    minimum_detectable,
    seeds_needed,
    tail_df,
)

SCORES = st.floats(0.5, 2.0)
SMALL = st.floats(1e-5, 0.1)


class TestLevel:
    """2.3: alpha_{k,l} = alpha / (B b (b+1)) 2^-l with b = ceil(k/B); they sum to alpha at most."""

    @given(st.floats(0.001, 0.4), st.integers(1, 30), st.integers(1, 500), st.integers(1, 12))
    def test_the_formula(self, alpha: float, block: int, k: int, look: int) -> None:
        b = math.ceil(k / block)
        expected = alpha / (block * b * (b + 1)) * 2.0**-look
        assert level(alpha, block, k, look) == pytest.approx(expected, rel=1e-12)

    @settings(max_examples=15)
    @given(st.floats(0.001, 0.4), st.integers(1, 10), st.integers(1, 40), st.integers(1, 12))
    def test_the_sum_over_all_challengers_and_looks(
        self, alpha: float, block: int, blocks: int, looks: int
    ) -> None:
        total = math.fsum(
            level(alpha, block, k, look)
            for k in range(1, block * blocks + 1)
            for look in range(1, looks + 1)
        )
        assert total < alpha
        spent = (1 - 1 / (blocks + 1)) * (1 - 2.0**-looks)
        assert total == pytest.approx(alpha * spent, rel=1e-9)

    @given(st.integers(1, 30), st.integers(1, 500), st.integers(1, 12))
    def test_it_never_grows(self, block: int, k: int, look: int) -> None:
        here = level(0.05, block, k, look)
        assert level(0.05, block, k + 1, look) <= here
        assert level(0.05, block, k, look + 1) == here / 2
        assert here > 0


class TestTopMean:
    """2.7: c_{k,n} is the mean of the expected top k of n standard normals."""

    @pytest.mark.parametrize("of", [1, 2, 5, 10, 40])
    def test_all_of_them_average_zero(self, of: int) -> None:
        assert expected_top_mean(of, of) == pytest.approx(0.0, abs=1e-9)

    def test_the_best_of_two(self) -> None:
        assert expected_top_mean(1, 2) == pytest.approx(1 / math.sqrt(math.pi), rel=1e-9)

    @settings(max_examples=20)
    @given(st.integers(2, 20), st.data())
    def test_picking_fewer_shifts_more(self, of: int, data: st.DataObject) -> None:
        picked = data.draw(st.integers(1, of - 1))
        assert expected_top_mean(picked, of) > expected_top_mean(picked + 1, of)
        assert expected_top_mean(picked, of + 1) > expected_top_mean(picked, of)

    @settings(max_examples=20)
    @given(st.integers(1, 12), st.integers(0, 12))
    def test_it_is_the_mean_of_a_draw_that_few_others_exceed(self, picked: int, more: int) -> None:
        of, normal, step = picked + more, statistics.NormalDist(), 1 / 32

        def share(above: float) -> float:
            terms = (math.comb(of - 1, n) * above**n * (1 - above) ** (of - 1 - n)
                     for n in range(picked))  # fmt: skip
            return math.fsum(terms)

        points = [i * step for i in range(-320, 321)]
        total = math.fsum(x * normal.pdf(x) * share(normal.cdf(-x)) for x in points)
        expected = total * step * of / picked
        assert expected_top_mean(picked, of) == pytest.approx(expected, rel=1e-9, abs=1e-9)

    @pytest.mark.parametrize(("picked", "of"), [(1, 1000), (49, 50), (1, 10_000), (5_000, 10_000)])
    def test_many_seeds_stay_finite(self, picked: int, of: int) -> None:
        assert 0 < expected_top_mean(picked, of) < 5


class TestTail:
    """A gain of one or two seeds must pass the heavier tail that the lane declares."""

    @pytest.mark.parametrize(
        ("seeds", "few_seeds_df", "expected"),
        [(1, 6, 6), (2, 6, 6), (3, 6, 53), (1, None, 53), (1, 90, 53)],
    )
    def test_whose_it_is(self, seeds: int, few_seeds_df: float | None, expected: float) -> None:
        assert tail_df(seeds, 53, few_seeds_df) == expected

    def test_more_seeds_are_needed_under_it(self) -> None:
        light = seeds_needed((1e-8, 1e-8), 53, 0.0003, 0.0006, (4, 1))
        heavy = seeds_needed((1e-8, 1e-8), 53, 0.0003, 0.0006, (4, 1), few_seeds_df=3)
        assert (light.challenger, heavy.challenger) == (2, 3)


class TestSeedsNeeded:
    """2.5: the smallest n with MDE <= delta at the next look's level, up to 64 seeds."""

    def test_more_incumbent_seeds_where_the_challenger_alone_cannot(self) -> None:
        found = seeds_needed((1e-6, 1e-6), 50, 0.0003, 0.002, (1, 1))
        assert found.challenger == found.incumbent
        assert found.challenger is not None

    def test_not_decidable_in_64(self) -> None:
        found = seeds_needed((1.0, 1.0), 50, 0.0003, 0.002, (4, 4))
        assert (found.challenger, found.incumbent) == (None, None)

    @given(
        st.floats(1e-4, 3e-3), st.integers(4, 60), st.integers(1, 12), st.integers(1, 12),
    )  # fmt: skip
    def test_it_is_enough_and_one_less_is_not(
        self, sigma: float, df: int, n_incumbent: int, n_challenger: int
    ) -> None:
        alpha, delta_min = 0.0003125, 0.002

        def detectable(at_incumbent: int, at_challenger: int) -> float:
            se = sigma * math.sqrt(1 / at_incumbent + 1 / at_challenger)
            return minimum_detectable(t_quantile(1 - alpha, df), df, se)

        found = seeds_needed(
            (sigma**2, sigma**2), df, alpha, delta_min, (n_incumbent, n_challenger)
        )
        if found.challenger is None or found.incumbent is None:
            assert detectable(64, 64) > delta_min
            return
        assert n_challenger < found.challenger <= 64
        assert detectable(found.incumbent, found.challenger) <= delta_min * (1 + 1e-9)
        if found.incumbent == n_incumbent:
            one_less = found.challenger - 1
            assert one_less == n_challenger or detectable(n_incumbent, one_less) > delta_min
        else:
            assert detectable(n_incumbent, 64) > delta_min

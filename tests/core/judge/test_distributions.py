"""The distributions: printed tables, their own laws, and a numerical library's word for the digits."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from homegolf_git.core.judge.distributions import (
    beta_quantile,
    beta_upper_quantile,
    beta_upper_tail,
    chi2_lower_tail,
    f_upper_tail,
    t_quantile,
    t_upper_quantile,
    t_upper_tail,
)

DF = st.floats(0, math.log(1e5)).map(math.exp)
ANY_DF = st.floats(math.log(0.1), math.log(1e5)).map(math.exp)
SHAPE = st.floats(0, math.log(1e4)).map(math.exp)
SMALL = st.floats(-12, math.log10(0.5)).map(lambda power: 10.0**power)
TINY = st.floats(-290, math.log10(0.5)).map(lambda power: 10.0**power)


class TestTables:
    """The distributions are those of Student and Fisher, to the digits of printed tables."""

    @pytest.mark.parametrize(
        ("probability", "df", "expected"),
        [(0.95, 1, 6.313752), (0.975, 10, 2.228139), (0.99, 30, 2.457262), (0.5, 7, 0.0)],
    )
    def test_student_quantiles(self, probability: float, df: float, expected: float) -> None:
        assert t_quantile(probability, df) == pytest.approx(expected, rel=1e-6, abs=1e-12)

    def test_fisher_quantile(self) -> None:
        assert f_upper_tail(5.03, 2, 53) == pytest.approx(0.01, abs=1e-4)

    def test_far_tails_keep_their_digits(self) -> None:
        assert 0 < t_upper_tail(40.0, 50) < 1e-30

    @pytest.mark.parametrize("t", [0.1, 1.0, 2.5, 12.0])
    def test_two_degrees_of_freedom_have_a_closed_form(self, t: float) -> None:
        expected = 1 / (math.sqrt(2 + t * t) * (math.sqrt(2 + t * t) + t))
        assert t_upper_tail(t, 2) == pytest.approx(expected, rel=1e-13)


class TestLaws:
    """Tails add up, and quantiles undo them."""

    @given(st.floats(-30, 30), st.integers(1, 100))
    def test_tails_add_up(self, t: float, df: int) -> None:
        assert t_upper_tail(t, df) + t_upper_tail(-t, df) == pytest.approx(1.0)

    @given(st.floats(0.0001, 0.9999), ANY_DF)
    def test_tail_and_quantile_agree(self, probability: float, df: float) -> None:
        assert t_upper_tail(t_quantile(probability, df), df) == pytest.approx(
            1 - probability, rel=1e-11
        )

    @given(TINY, ANY_DF)
    def test_a_tail_and_its_quantile_agree_however_small_it_is(
        self, tail: float, df: float
    ) -> None:
        t = t_upper_quantile(tail, df)
        assert t == 1e100 or t_upper_tail(t, df) == pytest.approx(tail, rel=1e-8)
        assert t < 1e100 or t_upper_tail(t, df) >= tail * (1 - 1e-8)

    @given(TINY, TINY, ANY_DF)
    def test_a_smaller_tail_lies_farther_out(self, one: float, other: float, df: float) -> None:
        near, far = (t_upper_quantile(tail, df) for tail in (max(one, other), min(one, other)))
        assert 0 <= near * (1 - 1e-12) <= far

    @given(TINY, SHAPE, SHAPE)
    def test_a_beta_tail_and_its_quantile_agree_however_small_it_is(
        self, tail: float, a: float, b: float
    ) -> None:
        x = beta_upper_quantile(tail, a, b)
        low, high = x * (1 - 1e-12), min(1.0, x * (1 + 1e-12))
        assert beta_upper_tail(high, a, b) * (1 - 1e-8) <= tail
        assert tail <= beta_upper_tail(low, a, b) * (1 + 1e-8)

    @given(st.floats(0.0001, 0.9999), SHAPE, SHAPE)
    def test_beta_tail_and_quantile_agree(self, probability: float, a: float, b: float) -> None:
        x = beta_quantile(probability, a, b)
        assert beta_upper_tail(x, a, b) == pytest.approx(1 - probability, rel=1e-6, abs=1e-9)

    @pytest.mark.parametrize(("x", "expected"), [(0.0, 1.0), (1.0, 0.0)])
    def test_the_ends(self, x: float, expected: float) -> None:
        assert beta_upper_tail(x, 3, 4) == expected


class TestOracle:
    """A numerical library gives the same figures to more digits than a report shows."""

    @given(st.floats(-6, 3).map(math.exp), DF)
    def test_student_tails(self, t: float, df: float) -> None:
        assert t_upper_tail(t, df) == pytest.approx(float(special.stdtr(df, -t)), rel=1e-11)

    @given(SMALL, DF)
    def test_student_quantiles(self, tail: float, df: float) -> None:
        expected = float(special.stdtrit(df, 1 - tail))
        assert t_quantile(1 - tail, df) == pytest.approx(expected, rel=1e-10, abs=1e-12)

    @given(st.floats(-200, -1).map(lambda power: 10.0**power), DF)
    def test_student_quantiles_of_small_tails(self, tail: float, df: float) -> None:
        t = t_upper_quantile(tail, df)
        assert t == 1e100 or float(special.stdtr(df, -t)) == pytest.approx(tail, rel=1e-9)

    @given(SMALL, SHAPE, SHAPE)
    def test_beta_quantiles(self, tail: float, a: float, b: float) -> None:
        expected = float(special.betaincinv(a, b, 1 - tail))
        assert beta_quantile(1 - tail, a, b) == pytest.approx(expected, rel=1e-10)

    @given(st.floats(-3, 3).map(math.exp), st.integers(2, 60), SHAPE)
    def test_fisher_tails(self, value: float, df1: int, df2: float) -> None:
        expected = float(special.fdtrc(df1, df2, value))
        assert f_upper_tail(value, df1, df2) == pytest.approx(expected, rel=1e-10, abs=1e-300)


class TestEnds:
    """Whatever is asked for, the search for it ends."""

    def test_what_is_no_number(self) -> None:
        assert math.isnan(t_quantile(math.nan, 5))

    @given(ANY_DF, st.sampled_from([0.0, 5e-324, 1e-310, 1e-300, 1e-17]))
    def test_no_chance_at_all_is_far_out_and_finite(self, df: float, tail: float) -> None:
        assert 1 - tail == 1
        assert 5 < t_upper_quantile(1e-17, df) <= t_upper_quantile(tail, df) <= 1e100
        assert t_quantile(1.0, df) == -t_quantile(0.0, df) == t_upper_quantile(0.0, df)

    @given(SHAPE, SHAPE, st.sampled_from([0.0, 5e-324, 1e-310, 1e-300, 1e-17]))
    def test_no_chance_at_all_is_an_end_of_the_beta_distribution(
        self, a: float, b: float, tail: float
    ) -> None:
        rounding = 1 + 1e-15
        assert 0 <= beta_quantile(tail, a, b) <= beta_quantile(1e-17, a, b) * rounding
        assert beta_upper_quantile(1e-17, a, b) <= beta_upper_quantile(tail, a, b) * rounding
        assert beta_upper_quantile(tail, a, b) <= 1
        assert beta_quantile(1.0, a, b) == beta_upper_quantile(0.0, a, b)

    def test_an_even_chance_lies_in_the_middle(self) -> None:
        assert t_upper_quantile(0.5, 7) == t_quantile(0.5, 7) == 0.0

    def test_a_quantile_that_is_nearer_to_zero_than_halving_comes(self) -> None:
        assert 0 < beta_quantile(0.01, 0.01, 5) < 1e-50

    def test_shapes_that_a_thousand_million_rows_would_give(self) -> None:
        assert beta_upper_tail(0.5, 1e9, 1e9) == pytest.approx(0.5, abs=1e-6)


def test_a_fraction_that_does_not_settle_is_cut_short() -> None:
    assert 0 <= chi2_lower_tail(2.0 * 10**12 + 3, 2 * 10**12) <= 1

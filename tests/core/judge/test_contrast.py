"""The difference of two sides, its error and its degrees of freedom, clause by clause."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.contrast import Contrast, contrast
from homegolf_git.core.judge.scores import Sample, Score, sample_of
from homegolf_git.core.model.lane import Decision, Metric
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import BetweenNoise, Noise
from tests.core.build import lane

SIGMA = 0.0007
METRIC = Metric("val_bpb", "bits/byte", "minimize", 4)
PLAIN = lane().decision
VALUES = st.integers(-40, 40).map(lambda n: 1.065 + n * 1e-4)
SIDES = st.lists(st.tuples(st.sampled_from("abcde"), VALUES), min_size=1, max_size=8)
Pairs = Sequence[tuple[str, float]]


def sample(pairs: Pairs) -> Sample:
    """Scores of (session, value), each of a seed of its own, as they count in any lane."""
    scores = [Score(n, 0, value, session, 1) for n, (session, value) in enumerate(pairs)]
    return sample_of(scores, "average")


def apart(pairs: Pairs, name: str) -> list[tuple[str, float]]:
    """The same scores, each in a session of its own."""
    return [(f"{name}{n}", value) for n, (_, value) in enumerate(pairs)]


def pooled(nu: float = 53, nu_obs: int = 49) -> Noise:
    return Noise(SIGMA, nu, nu_obs, "measured")


def noise(
    sigma_b: float = 0.0014, *, shared: float = 0, nu_obs: int = 49, nu_b: float = 12, n0: float = 1
) -> Noise:
    square = SIGMA**2 + n0 * sigma_b**2
    between = BetweenNoise(sigma_b, nu_b, 8, square, n0, shared)
    return Noise(SIGMA, 4 + nu_obs, nu_obs, "measured", between)


def found(one: Pairs, other: Pairs, by: Noise, rules: Decision = PLAIN) -> Contrast:
    return contrast(sample(one), sample(other), by, rules, METRIC)


def near(value: float) -> Any:  # noqa: ANN401 - pytest.approx has no public type
    return pytest.approx(value, rel=1e-9)


class TestSessionsWithoutEffect:
    """2.2: where nothing lies between sessions, and that is certain, it is the pooled test."""

    @given(SIDES, SIDES, st.sampled_from([None, 5]))
    def test_it_tends_to_procedure_1(self, one: Pairs, other: Pairs, few: float | None) -> None:
        one, other = apart(one, "i"), apart(other, "c")
        rules = replace(PLAIN, few_seeds_df=few)
        certain = noise(0.0, nu_obs=10**9, nu_b=10**9)
        over = found(one, other, certain, rules)
        plain = found(one, other, pooled(10**9, 10**9), rules)
        assert "unstable" not in over.flags  # a session of one score has no spread within
        if "unstable" in plain.flags:
            return
        assert (over.gain, over.se) == (near(plain.gain), near(plain.se))
        assert over.df >= 10**9 * (1 - 1e-9)
        assert (over.bar_df == few) is (plain.bar_df == few)

    @given(SIDES, SIDES)
    def test_a_spread_between_sessions_never_makes_it_more_certain(
        self, one: Pairs, other: Pairs
    ) -> None:
        with_it, without = found(one, other, noise(0.001)), found(one, other, noise(0.0))
        assert with_it.se >= without.se * (1 - 1e-9)


class TestModerate:
    """2.2: each side's variance is shrunk to the pool with the weight d0."""

    @given(SIDES, SIDES)
    def test_with_a_large_weight_it_tends_to_the_pooled_test(
        self, one: Pairs, other: Pairs
    ) -> None:
        shrunk = found(one, other, pooled(), replace(PLAIN, moderate=1e12))
        n_i, n_c = sample(one).n, sample(other).n
        assert shrunk.se == pytest.approx(SIGMA * math.sqrt(1 / n_i + 1 / n_c), rel=1e-6)
        assert 53 * (1 - 1e-6) <= shrunk.df <= 106 * (1 + 1e-6)
        assert shrunk.bar_df == shrunk.df

    @given(SIDES, SIDES, st.floats(0.1, 1000))
    def test_it_is_what_the_text_computes(self, one: Pairs, other: Pairs, d0: float) -> None:
        shrunk = found(one, other, pooled(), replace(PLAIN, moderate=d0, few_seeds_df=3))
        parts = []
        for side in (sample(one), sample(other)):
            centre = sum(side.values) / side.n
            squares = sum((value - centre) ** 2 for value in side.values)
            variance = (d0 * SIGMA**2 + squares) / (d0 + side.n - 1)
            parts.append((variance / side.n, min(53, d0 + side.n - 1)))
        total = parts[0][0] + parts[1][0]
        assert shrunk.se == near(math.sqrt(total))
        assert shrunk.df == near(total**2 / sum(a**2 / d for a, d in parts))
        assert shrunk.bar_df == shrunk.df  # few_seeds_df is not used

    def test_a_wild_challenger_only_raises_its_flag(self) -> None:
        wild = [("a", 1.05), ("a", 1.06), ("a", 1.07)]
        shrunk = found([("a", 1.065)], wild, pooled(), replace(PLAIN, moderate=6))
        assert shrunk.flags == ("unstable",)
        assert shrunk.df > 2

    @given(SIDES, SIDES, st.floats(0.1, 1000))
    def test_over_sessions_a_calm_challenger_gains_nothing(
        self, one: Pairs, other: Pairs, d0: float
    ) -> None:
        with_it = found(one, other, noise(), replace(PLAIN, moderate=d0))
        side = sample(other)
        cells = side.cells()
        df, squares = side.within(cells) if side.n > 1 else (0, 0.0)
        more = max(0.0, (d0 * SIGMA**2 + squares) / (d0 + df) - SIGMA**2) / side.n
        plain = found(one, other, noise(), replace(PLAIN, moderate=None))
        if "unstable" not in plain.flags:
            assert with_it.se**2 == near(plain.se**2 + more)

    @given(SIDES, SIDES)
    def test_over_sessions_the_bar_of_one_or_two_scores_has_a_heavier_tail(
        self, one: Pairs, other: Pairs
    ) -> None:
        over = found(one, other, noise(), replace(PLAIN, moderate=6))
        n = sample(other).n
        assert over.bar_df == (min(over.df, 6 + n - 1) if n <= 2 else over.df)


class TestSessions:
    """2.2: SE^2 = A sigma_w^2 + B sigma_b^2, and degrees of freedom within their bounds."""

    @given(SIDES, SIDES, st.floats(0, 0.005), st.floats(1, 4))
    def test_error_and_degrees_of_freedom(
        self, one: Pairs, other: Pairs, sigma_b: float, n0: float
    ) -> None:
        over = found(one, other, noise(sigma_b, n0=n0))
        sides = sample(one), sample(other)
        a = sum(1 / side.n for side in sides)
        b = sum((cell.n / side.n) ** 2 for side in sides for cell in side.cells())
        square = a * SIGMA**2 + b * sigma_b**2
        if "unstable" not in over.flags:
            assert over.se == near(math.sqrt(square))
            assert 12 <= over.df <= 53 + 12
        is_single = any(len(side.cells()) == 1 for side in sides)
        assert ("one_session" in over.flags) is is_single

    def test_without_a_spread_within_it_is_bounded_from_above(self) -> None:
        three = [("x", 1.064), ("x", 1.0641), ("x", 1.0642)]
        over = found(three, [("y", 1.06), ("y", 1.0601)], noise(nu_obs=7))
        assert over.se == near(math.sqrt(2 * (SIGMA**2 + 0.0014**2)))
        assert over.df == 12
        measured = found(three, [("y", 1.06), ("y", 1.0601)], noise(nu_obs=8))
        assert measured.se < over.se

    @given(SIDES, SIDES, VALUES, st.sampled_from([0, 4, 49]), st.floats(0, 0.005))
    def test_more_incumbent_scores_never_make_it_less_certain(
        self, one: Pairs, other: Pairs, value: float, nu_obs: int, sigma_b: float
    ) -> None:
        by = noise(sigma_b, nu_obs=nu_obs)
        before = found(one, other, by)
        after = found([*one, ("new", value)], other, by)
        q = [
            sum((cell.n / side.n) ** 2 for cell in side.cells())
            for side in (sample(one), sample([*one, ("new", value)]))
        ]
        if q[1] <= q[0]:
            assert after.se <= before.se * (1 + 1e-12)

    @given(SIDES, SIDES, st.randoms(use_true_random=False))
    def test_the_order_of_scores_never_matters(
        self, one: Pairs, other: Pairs, order: object
    ) -> None:
        sides = []
        for side in (one, other):
            turned = list(side)
            order.shuffle(turned)  # type: ignore[attr-defined]
            sides.append(turned)
        here, there = found(one, other, noise()), found(sides[0], sides[1], noise())
        for name in ("gain", "se", "df", "bar_df", "variance"):
            assert getattr(here, name) == pytest.approx(getattr(there, name), rel=1e-12, abs=1e-15)
        assert here.flags == there.flags


class TestWildOverSessions:
    """2.2: a challenger that varies within its sessions far more than the lane does."""

    WILD = (("a", 1.05), ("a", 1.06), ("a", 1.07))

    def test_it_is_judged_by_its_own_spread(self) -> None:
        calm = found([("a", 1.065)], [("a", 1.0599), ("a", 1.06), ("a", 1.0601)], noise())
        wild = found([("a", 1.065)], self.WILD, noise())
        assert wild.flags == ("one_session", "unstable")
        assert wild.se**2 == near(calm.se**2 + (1e-4 - SIGMA**2) / 3)
        assert (wild.df, wild.bar_df) == (2, 2)

    def test_one_degree_of_freedom_is_too_few_to_tell(self) -> None:
        assert "unstable" not in found([("a", 1.065)], self.WILD[::2], noise()).flags

    def test_a_moderated_one_raises_the_flag_alone(self) -> None:
        wild = found([("a", 1.065)], self.WILD, noise(), replace(PLAIN, moderate=6))
        assert "unstable" in wild.flags
        assert wild.df > 2


class TestPaired:
    """2.2: session by session, where each session of the challenger holds a reference score."""

    HELD = (("a", 1.0650), ("b", 1.0670), ("c", 1.0630))
    TRIED = (("a", 1.0620), ("b", 1.0641))

    def test_the_effect_of_the_session_drops_out(self) -> None:
        over = found(self.HELD, self.TRIED, noise(shared=1))
        assert over.flags == ("paired",)
        assert over.gain == near((1.0650 + 1.0670) / 2 - (1.0620 + 1.0641) / 2)
        assert over.se == near(SIGMA * math.sqrt(2 * 0.25 + 1 / 2))

    def test_scores_that_improve_with_size(self) -> None:
        higher = replace(METRIC, direction="maximize")
        over = contrast(sample(self.HELD), sample(self.TRIED), noise(shared=1), PLAIN, higher)
        assert over.gain < 0
        assert "paired" in over.flags

    @pytest.mark.parametrize(
        ("tried", "shared"),
        [((*TRIED, ("d", 1.0620)), 1), (TRIED, 0)],
        ids=["a session without a reference score", "nothing shared"],
    )
    def test_where_it_cannot_be_made(self, tried: Pairs, shared: float) -> None:
        assert "paired" not in found(self.HELD, tried, noise(shared=shared)).flags

    def test_where_it_is_less_certain(self) -> None:
        held = [("a", 1.065), *[(f"s{n}", 1.065) for n in range(20)], ("b", 1.066)]
        over = found(held, [("a", 1.0620)], noise(0.0001, shared=0.1))
        assert "paired" not in over.flags

    @given(SIDES, SIDES, st.floats(0, 1))
    def test_it_is_taken_only_where_it_is_more_certain(
        self, one: Pairs, other: Pairs, shared: float
    ) -> None:
        paired, plain = found(one, other, noise(shared=shared)), found(one, other, noise())
        if "paired" in paired.flags:
            assert paired.se < plain.se
        else:
            assert paired == plain

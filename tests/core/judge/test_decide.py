"""The comparison of one challenger with the incumbent, by the clauses of the statistics."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.decide import Challenge, Outcome, judge
from homegolf_git.core.judge.distributions import t_quantile
from homegolf_git.core.judge.levels import expected_top_mean
from homegolf_git.core.judge.scores import mean
from homegolf_git.core.model.lane import Decision, Metric
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Noise
from tests.core.build import sample

METRIC = Metric("val_bpb", "bits/byte", "minimize", 4)
RULES = Decision(
    delta_min=0.002,
    sigma0=0.0007,
    nu0=4,
    alpha=0.05,
    block=20,
    regression_alpha=0.01,
    fresh_seeds=4,
)
NOISE = Noise(0.0007, 53, 49, "measured")
WIDE = Noise(0.002, 53, 49, "measured")
NARROW = Noise(0.00001, 53, 49, "measured")
INCUMBENT = (1.0650, 1.0643, 1.0657, 1.0650)
SCORES = st.lists(st.integers(-60, 60).map(lambda n: 1.065 + n * 1e-4), min_size=1, max_size=8)


def against_incumbent(
    gain: float, n: int = 3, *, noise: Noise = NOISE, rules: Decision = RULES, **more: int | bool
) -> Outcome:
    """Judge n scores that average `gain` better than the incumbent."""
    steps = [(i - (n - 1) / 2) * noise.sigma * 0.3 for i in range(n)]
    scores = [mean(INCUMBENT) - gain + step for step in steps]
    fields = {"k": 5, "look": 1} | more
    return judge(
        Challenge(sample(INCUMBENT), sample(scores), **fields),  # type: ignore[arg-type]
        noise,
        rules,
        METRIC,
    )


def reason(outcome: Outcome) -> str:
    return f"{outcome.verdict_class}/{outcome.reason}"


class TestClass:
    """2.4: first match of improvement, regression and the reasons of noise."""

    @pytest.mark.parametrize(
        ("gain", "n", "expected"),
        [
            (0.0100, 3, "improvement/strict"),
            (0.0028, 3, "improvement/better"),
            (0.0018, 6, "noise/below_delta"),
            (0.0000, 6, "noise/equivalent"),
            (-0.0015, 3, "noise/not_better"),
            (0.0024, 1, "noise/underpowered"),
            (-0.0030, 3, "regression/worse"),
        ],
    )
    def test_one_of_each(self, gain: float, n: int, expected: str) -> None:
        assert reason(against_incumbent(gain, n)) == expected

    def test_a_significant_gain_with_planned_seeds_missing_is_incomplete(self) -> None:
        outcome = against_incumbent(0.0100, is_incomplete=True)
        assert reason(outcome) == "noise/incomplete"
        assert not outcome.is_cleared
        assert outcome.stats.seeds_needed is None

    @pytest.mark.parametrize(
        ("gain", "expected"),
        [
            (0.002 - 5e-10, "improvement/better"),
            (0.002 - 1e-7, "noise/below_delta"),
        ],
    )
    def test_delta_min_itself_is_enough_to_a_billionth(self, gain: float, expected: str) -> None:
        noise = Noise(0.0001, 53, 49, "measured")
        assert reason(against_incumbent(gain, noise=noise)) == expected

    def test_a_gain_must_be_material_however_significant(self) -> None:
        outcome = against_incumbent(0.0019, noise=NARROW)
        assert outcome.stats.p_better < 1e-12
        assert reason(outcome) == "noise/below_delta"

    def test_a_gain_must_be_significant_however_large(self) -> None:
        assert reason(against_incumbent(0.004, 1, noise=WIDE)) == "noise/underpowered"

    def test_a_loss_must_be_material_too(self) -> None:
        outcome = against_incumbent(-0.0019, noise=NARROW)
        assert outcome.stats.p_worse < 1e-12
        assert outcome.verdict_class == "noise"

    @pytest.mark.parametrize(
        ("regression_alpha", "expected"), [(0.01, "noise"), (0.2, "regression")]
    )
    def test_a_loss_must_pass_the_regression_level(
        self, regression_alpha: float, expected: str
    ) -> None:
        rules = replace(RULES, regression_alpha=regression_alpha)
        outcome = against_incumbent(-0.0025, 1, noise=WIDE, rules=rules)
        assert outcome.verdict_class == expected

    def test_strict_claims_delta_min_at_its_level(self) -> None:
        for gain in (0.0030, 0.0035, 0.0040, 0.0045):
            outcome = against_incumbent(gain)
            bound = outcome.delta - t_quantile(1 - outcome.stats.alpha, 53) * outcome.stats.se
            assert (outcome.reason == "strict") is (bound > 0.002)


class TestCleared:
    """2.4: cleared = (UCB < delta) or class regression."""

    @given(SCORES, st.integers(1, 60), st.integers(1, 4))
    def test_what_is_cleared(self, scores: list[float], k: int, look: int) -> None:
        outcome = judge(Challenge(sample(INCUMBENT), sample(scores), k, look), NOISE, RULES, METRIC)
        is_ruled_out = outcome.stats.ucb95 < 0.002
        assert outcome.is_cleared is (is_ruled_out or outcome.verdict_class == "regression")

    def test_a_real_but_small_gain_may_be_cleared_or_not(self) -> None:
        assert not against_incumbent(0.0018, 6).is_cleared
        assert against_incumbent(0.0018, 6, noise=NARROW).is_cleared


class TestNumbers:
    """2.2: D = m_I - m_C, SE = sqrt(sigma^2/n_I + v_C/n_C), t = D/SE, bounds D +- t_95 SE."""

    @given(SCORES, st.integers(1, 60), st.integers(1, 4))
    def test_they_hang_together(self, scores: list[float], k: int, look: int) -> None:
        stats = judge(
            Challenge(sample(INCUMBENT), sample(scores), k, look), NOISE, RULES, METRIC
        ).stats
        assert stats.gain == pytest.approx(mean(INCUMBENT) - mean(scores), abs=1e-12)
        assert stats.t * stats.se == pytest.approx(stats.gain, abs=1e-12)
        assert (stats.ucb95 + stats.lcb95) / 2 == pytest.approx(stats.gain, abs=1e-12)
        half_width = t_quantile(0.95, stats.df) * stats.se
        assert stats.ucb95 - stats.lcb95 == pytest.approx(2 * half_width)
        assert stats.p_better + stats.p_worse == pytest.approx(1.0)
        assert (stats.k, stats.look) == (k, look)
        assert (stats.n_incumbent, stats.n_challenger) == (4, len(scores))
        assert all(math.isfinite(x) for x in (stats.t_needed, stats.mde, stats.lcb_alpha))

    @given(SCORES)
    def test_a_later_challenger_never_has_it_easier(self, scores: list[float]) -> None:
        first = judge(Challenge(sample(INCUMBENT), sample(scores), 1, 1), NOISE, RULES, METRIC)
        later = judge(Challenge(sample(INCUMBENT), sample(scores), 90, 1), NOISE, RULES, METRIC)
        again = judge(Challenge(sample(INCUMBENT), sample(scores), 1, 2), NOISE, RULES, METRIC)
        if first.verdict_class != "improvement":
            assert later.verdict_class != "improvement"
            assert again.verdict_class != "improvement"

    @given(st.floats(-0.05, 0.05), st.floats(0, 0.05), st.integers(1, 6))
    def test_a_better_score_never_loses_an_improvement(
        self, gain: float, more: float, n: int
    ) -> None:
        if against_incumbent(gain, n).verdict_class == "improvement":
            assert against_incumbent(gain + more, n).verdict_class == "improvement"


class TestIdentical:
    """2.1: identical scores are one measurement, with plain counts in the numbers."""

    def test_three_identical_scores_weigh_like_one(self) -> None:
        three = judge(Challenge(sample(INCUMBENT), sample([1.06] * 3), 5, 1), NOISE, RULES, METRIC)
        one = judge(Challenge(sample(INCUMBENT), sample([1.06]), 5, 1), NOISE, RULES, METRIC)
        assert three.stats.se == one.stats.se
        assert (three.stats.n_challenger, one.stats.n_challenger) == (3, 1)
        assert "identical_scores" in three.flags
        assert "identical_scores" not in one.flags

    def test_the_incumbents_are_flagged_too(self) -> None:
        outcome = judge(Challenge(sample([1.065] * 4), sample([1.06]), 5, 1), NOISE, RULES, METRIC)
        assert "identical_scores" in outcome.flags
        assert outcome.stats.n_incumbent == 4


class TestUnstable:
    """2.1: n_C >= 3 and s_C^2/sigma^2 > F_0.99: the challenger's own spread and df count."""

    def test_a_wild_challenger_is_judged_by_its_own_spread(self) -> None:
        scores = [1.0560, 1.0650, 1.0590]
        outcome = judge(Challenge(sample(INCUMBENT), sample(scores), 5, 1), NOISE, RULES, METRIC)
        assert outcome.flags == ("unstable",)
        assert outcome.stats.df == 2

    def test_two_scores_are_too_few_to_tell(self) -> None:
        outcome = judge(
            Challenge(sample(INCUMBENT), sample([1.0, 1.2]), 5, 1), NOISE, RULES, METRIC
        )
        assert "unstable" not in outcome.flags
        assert outcome.stats.df == 53

    def test_a_calm_one_borrows_the_lanes_noise(self) -> None:
        outcome = judge(
            Challenge(sample(INCUMBENT), sample([1.06, 1.0601, 1.0602]), 5, 1), NOISE, RULES, METRIC
        )
        assert "unstable" not in outcome.flags
        assert outcome.stats.df == 53


class TestAssumed:
    """2.8: with nothing measured only huge gains pass, and the flag says so."""

    def test_the_bar_is_about_eight_standard_errors(self) -> None:
        noise = Noise(0.0007, 4, 0, "assumed")
        stats = against_incumbent(0.003, noise=noise).stats
        assert stats.t_needed == pytest.approx(8.1, abs=0.1)

    def test_it_is_flagged(self) -> None:
        noise = Noise(0.0007, 4, 0, "assumed")
        assert "noise_assumed" in against_incumbent(0.003, noise=noise).flags
        assert "noise_assumed" not in against_incumbent(0.003).flags


class TestPicked:
    """2.7: p' = min(1, C(n,k) p_better) and D' = D - sigma c_{k,n}."""

    @given(SCORES, st.integers(1, 10))
    def test_the_correction(self, scores: list[float], unreported: int) -> None:
        honest = judge(Challenge(sample(INCUMBENT), sample(scores), 5, 1), NOISE, RULES, METRIC)
        picked = judge(
            Challenge(sample(INCUMBENT), sample(scores), 5, 1, unreported), NOISE, RULES, METRIC
        )
        n = len(scores) + unreported
        assert picked.stats.gain == honest.stats.gain
        assert picked.delta == pytest.approx(
            honest.delta - 0.0007 * expected_top_mean(len(scores), n), abs=1e-12
        )
        assert picked.stats.p_better == pytest.approx(
            min(1.0, math.comb(n, len(scores)) * honest.stats.p_better)
        )
        assert "picked" in picked.flags
        assert "picked" not in honest.flags

    def test_a_delta_that_falls_below_delta_min_is_no_improvement(self) -> None:
        assert against_incumbent(0.0030).verdict_class == "improvement"
        assert against_incumbent(0.0030, unreported=20).verdict_class == "noise"


class TestSeedsNeeded:
    """2.5: an underpowered verdict says how many seeds would settle it, at the next look."""

    def test_a_noisier_lane_needs_more(self) -> None:
        few = against_incumbent(0.0024, 1)
        many = against_incumbent(0.0024, 1, noise=replace(NOISE, sigma=0.0012))
        assert few.stats.seeds_needed is not None
        assert many.stats.seeds_needed is not None
        assert few.stats.seeds_needed.challenger == 7
        assert many.stats.seeds_needed.challenger is not None
        assert many.stats.seeds_needed.challenger > 7

    @given(SCORES, st.integers(1, 60), st.integers(1, 4))
    def test_only_underpowered_says_so(self, scores: list[float], k: int, look: int) -> None:
        outcome = judge(Challenge(sample(INCUMBENT), sample(scores), k, look), NOISE, RULES, METRIC)
        is_told = outcome.stats.seeds_needed is not None
        assert is_told is (outcome.reason == "underpowered")
        if outcome.reason == "underpowered":
            assert outcome.stats.ucb95 >= 0.002

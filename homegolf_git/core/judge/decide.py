"""The comparison of one challenger with the incumbent: class, reason and every number.

Source: docs/statistics.md, section "Verdict". Sides are given as scores; what came before (which
k, which look, which reference set) is the fold's business.
"""

import math
from collections.abc import Sequence

from homegolf_git.core.judge.distributions import (
    f_upper_tail,
    t_quantile,
    t_upper_quantile,
    t_upper_tail,
)
from homegolf_git.core.judge.noise import (
    effective_count,
    expected_top_mean,
    is_identical,
    level,
    mean,
    minimum_detectable,
    seeds_needed,
    spread,
    tail_df,
)
from homegolf_git.core.model.lane import Decision, Metric
from homegolf_git.core.model.values import Value, replace
from homegolf_git.core.model.verdict import Noise, Stats, VerdictClass

TOLERANCE = 1e-9  # of comparisons with delta_min, in the metric's unit
_BOUND_LEVEL = 0.95
_UNSTABLE_LEVEL = 0.01
_UNSTABLE_FROM = 3  # seeds
_WAYS_MAX = 10**300  # to pick seeds; a float holds no more


class Challenge(Value, frozen=True):
    """The two sides of a comparison and its place in the sequence of challenges."""

    reference: Sequence[float]
    scores: Sequence[float]
    k: int
    look: int
    unreported: int = 0
    is_incomplete: bool = False


class Outcome(Value, frozen=True):
    """The judgement: `delta` is the gain after the correction for picked seeds."""

    verdict_class: VerdictClass
    reason: str
    flags: tuple[str, ...]
    delta: float
    is_cleared: bool
    stats: Stats


def judge(challenge: Challenge, noise: Noise, rules: Decision, metric: Metric) -> Outcome:
    """Judge a challenger against the incumbent's reference set."""
    scores, reference = challenge.scores, challenge.reference
    variance, df, is_unstable = _challenger_variance(scores, noise)
    n_reference, n_scores = effective_count(reference), effective_count(scores)
    se = math.sqrt(noise.sigma**2 / n_reference + variance / n_scores)
    gain = metric.gain(mean(reference), mean(scores))
    delta, tries = _correct_picked(gain, challenge, noise)
    t = delta / se
    p_better = min(1.0, tries * t_upper_tail(gain / se, df))
    p_worse = t_upper_tail(-t, df)
    guard_df = tail_df(len(scores), df, rules.few_seeds_df)
    p_guarded = min(1.0, tries * t_upper_tail(gain / se, guard_df))
    alpha = level(rules.alpha, rules.block, challenge.k, challenge.look)
    t_needed = t_upper_quantile(alpha, guard_df)
    half_width = t_quantile(_BOUND_LEVEL, df) * se
    stats = Stats(
        gain=gain, se=se, df=df, t=t, t_needed=t_needed, p_better=p_better, p_worse=p_worse,
        alpha=alpha, ucb95=delta + half_width, lcb95=delta - half_width,
        lcb_alpha=delta - t_needed * se, mde=minimum_detectable(t_needed, df, se), noise=noise,
        n_incumbent=len(reference), n_challenger=len(scores), k=challenge.k, look=challenge.look,
        seeds_needed=None,
    )  # fmt: skip
    verdict_class, reason = _classify(
        stats, delta, rules, p_better=p_guarded, is_incomplete=challenge.is_incomplete
    )
    if reason == "underpowered":
        needed = seeds_needed(
            (noise.sigma**2, variance), df,
            level(rules.alpha, rules.block, challenge.k, challenge.look + 1),
            rules.delta_min, (n_reference, len(scores)), rules.few_seeds_df,
        )  # fmt: skip
        stats = replace(stats, seeds_needed=needed)
    flags = [
        ("noise_assumed", noise.basis == "assumed"),
        ("identical_scores", is_identical(scores) or is_identical(reference)),
        ("unstable", is_unstable),
        ("picked", challenge.unreported > 0),
        ("few_seeds", guard_df < df),
    ]
    return Outcome(
        verdict_class=verdict_class,
        reason=reason,
        flags=tuple(flag for flag, is_raised in flags if is_raised),
        delta=delta,
        is_cleared=stats.ucb95 < rules.delta_min or verdict_class == "regression",
        stats=stats,
    )


def _challenger_variance(scores: Sequence[float], noise: Noise) -> tuple[float, float, bool]:
    """Variance of one challenger score, its degrees of freedom, and whether it is unstable.

    A challenger that varies far more than the lane does is judged by its own spread.
    """
    df, squares = spread(scores)
    if df + 1 >= _UNSTABLE_FROM:
        own = squares / df
        if f_upper_tail(own / noise.sigma**2, df, noise.nu) < _UNSTABLE_LEVEL:
            return own, df, True
    return noise.sigma**2, noise.nu, False


def _correct_picked(gain: float, challenge: Challenge, noise: Noise) -> tuple[float, int]:
    """Gain less what picking the best seeds gives, and the number of ways to pick them."""
    if challenge.unreported == 0:
        return gain, 1
    reported = len(challenge.scores)
    of = reported + challenge.unreported
    ways = min(math.comb(of, reported), _WAYS_MAX)
    return gain - noise.sigma * expected_top_mean(reported, of), ways


def _classify(
    stats: Stats, delta: float, rules: Decision, *, p_better: float, is_incomplete: bool
) -> tuple[VerdictClass, str]:
    delta_min = rules.delta_min
    is_significant = p_better <= stats.alpha
    if is_significant and delta >= delta_min - TOLERANCE:
        if is_incomplete:
            return "noise", "incomplete"
        return "improvement", "strict" if stats.lcb_alpha > delta_min else "better"
    if stats.p_worse <= rules.regression_alpha and delta <= -delta_min + TOLERANCE:
        return "regression", "worse"
    if is_significant:
        return "noise", "below_delta"
    if stats.ucb95 < delta_min:
        return "noise", "equivalent" if stats.lcb95 > -delta_min else "not_better"
    return "noise", "underpowered"

"""The comparison of one challenger with the incumbent: class, reason and every number.

Source: docs/statistics.md, section "Verdict". Sides are given as scores; what came before (which
k, which look, which reference set) is the fold's business.
"""

import math

from homegolf_git.core.judge.contrast import Contrast, contrast
from homegolf_git.core.judge.distributions import (
    t_quantile,
    t_upper_quantile,
    t_upper_tail,
)
from homegolf_git.core.judge.levels import (
    expected_top_mean,
    level,
    minimum_detectable,
    seeds_needed,
)
from homegolf_git.core.judge.nextstep import Prospect, to_detect_delta
from homegolf_git.core.judge.noise import total_sigma
from homegolf_git.core.judge.scores import Sample
from homegolf_git.core.model.lane import TOLERANCE, Decision, Metric
from homegolf_git.core.model.values import Value, replace
from homegolf_git.core.model.verdict import Noise, Outlook, SeedsNeeded, Stats, VerdictClass

_BOUND_LEVEL = 0.95
_WAYS_MAX = 10**300  # to pick seeds; a float holds no more


class Challenge(Value, frozen=True):
    """The two sides of a comparison and its place in the sequence of challenges."""

    reference: Sample
    challenger: Sample
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
    challenger, reference = challenge.challenger, challenge.reference
    found = contrast(reference, challenger, noise, rules, metric)
    delta, tries = correct_picked(found.gain, len(challenger.values), challenge.unreported, noise)
    stats = _stats(challenge, found, delta, tries, noise, rules)
    p_guarded = min(1.0, tries * t_upper_tail(found.gain / found.se, found.bar_df))
    verdict_class, reason = _classify(
        stats, delta, rules, p_better=p_guarded, is_incomplete=challenge.is_incomplete
    )
    under_one_seed = "same_seed" in reference.flags + challenger.flags
    if reason == "strict" and under_one_seed:  # the claim reaches no further than this seed
        reason = "better"
    is_cleared = stats.ucb95 < rules.delta_min or verdict_class == "regression"
    if not is_cleared and verdict_class == "noise":
        stats = replace(stats, outlook=outlook_of(challenge, noise, rules, metric))
    if reason == "underpowered":
        stats = replace(stats, seeds_needed=_seeds_needed(challenge, stats, found, rules))
    flags = [
        ("noise_assumed", noise.basis == "assumed"),
        *((flag, True) for flag in reference.flags + challenger.flags),
        *((flag, True) for flag in found.flags),
        ("picked", challenge.unreported > 0),
        ("few_seeds", found.bar_df < found.df),
    ]
    return Outcome(
        verdict_class=verdict_class,
        reason=reason,
        flags=tuple(dict.fromkeys(flag for flag, is_raised in flags if is_raised)),
        delta=delta,
        is_cleared=is_cleared,
        stats=stats,
    )


def _stats(
    challenge: Challenge, found: Contrast, delta: float, tries: int, noise: Noise, rules: Decision
) -> Stats:
    gain, se, df = found.gain, found.se, found.df
    alpha = level(rules.alpha, rules.block, challenge.k, challenge.look, rules.discard)
    t_needed = t_upper_quantile(alpha, found.bar_df)
    half_width = t_quantile(_BOUND_LEVEL, df) * se
    return Stats(
        gain=gain, se=se, df=df, t=delta / se, t_needed=t_needed,
        p_better=min(1.0, tries * t_upper_tail(gain / se, df)),
        p_worse=t_upper_tail(-(delta / se), df),
        alpha=alpha, ucb95=delta + half_width, lcb95=delta - half_width,
        lcb_alpha=delta - t_needed * se, mde=minimum_detectable(t_needed, df, se), noise=noise,
        n_incumbent=len(challenge.reference.values),
        n_challenger=len(challenge.challenger.values),
        k=challenge.k, look=challenge.look, seeds_needed=None,
    )  # fmt: skip


def bounds(
    reference: Sample,
    challenger: Sample,
    unreported: int,
    noise: Noise,
    rules: Decision,
    metric: Metric,
) -> tuple[float, bool]:
    """The gain of a challenger, corrected for picked seeds, and whether delta_min is ruled out."""
    found = contrast(reference, challenger, noise, rules, metric)
    delta, _ = correct_picked(found.gain, len(challenger.values), unreported, noise)
    half_width = t_quantile(_BOUND_LEVEL, found.df) * found.se
    p_worse = t_upper_tail(-(delta / found.se), found.df)
    return delta, delta + half_width < rules.delta_min or _is_regression(p_worse, delta, rules)


def correct_picked(gain: float, reported: int, unreported: int, noise: Noise) -> tuple[float, int]:
    """Gain less what picking the best seeds gives, and the number of ways to pick them."""
    if unreported == 0:
        return gain, 1
    of = reported + unreported
    ways = min(math.comb(of, reported), _WAYS_MAX)
    return gain - total_sigma(noise) * expected_top_mean(reported, of), ways


def outlook_of(challenge: Challenge, noise: Noise, rules: Decision, metric: Metric) -> Outlook:
    """What advice on a challenge starts from."""
    reference, challenger = challenge.reference, challenge.challenger
    squares = [0, 0]
    if noise.between is not None:
        squares = [sum(cell.n**2 for cell in side.cells()) for side in (reference, challenger)]
    return Outlook(
        gain=metric.gain(reference.mean, challenger.mean),
        n_incumbent=reference.n,
        n_challenger=challenger.n,
        squares_incumbent=squares[0],
        squares_challenger=squares[1],
        alpha_next=level(rules.alpha, rules.block, challenge.k, challenge.look + 1, rules.discard),
        delta_min=rules.delta_min,
        moderate=rules.moderate,
        few_seeds_df=rules.few_seeds_df,
        max_runs=rules.max_runs,
    )


def _seeds_needed(
    challenge: Challenge, stats: Stats, found: Contrast, rules: Decision
) -> SeedsNeeded:
    noise = stats.noise
    n_incumbent, n_challenger = challenge.reference.n, len(challenge.challenger.values)
    if not rules.is_extended:
        return seeds_needed(
            (noise.sigma**2, found.variance), stats.df,
            level(rules.alpha, rules.block, challenge.k, challenge.look + 1),
            rules.delta_min, (n_incumbent, n_challenger), rules.few_seeds_df,
        )  # fmt: skip
    assert stats.outlook is not None  # noqa: S101 - an underpowered row is not cleared
    plan = to_detect_delta(Prospect(stats.outlook, noise))
    if plan is None:
        return SeedsNeeded(None, None)
    return SeedsNeeded(challenge.challenger.n + plan.challenger, n_incumbent + plan.incumbent)


def _is_regression(p_worse: float, delta: float, rules: Decision) -> bool:
    """Whether a loss is material, and more than noise explains."""
    return p_worse <= rules.regression_alpha and delta <= -rules.delta_min + TOLERANCE


def _classify(
    stats: Stats, delta: float, rules: Decision, *, p_better: float, is_incomplete: bool
) -> tuple[VerdictClass, str]:
    delta_min = rules.delta_min
    is_significant = p_better <= stats.alpha
    if is_significant and delta >= delta_min - TOLERANCE:
        if is_incomplete:
            return "noise", "incomplete"
        return "improvement", "strict" if stats.lcb_alpha > delta_min else "better"
    if _is_regression(stats.p_worse, delta, rules):
        return "regression", "worse"
    if is_significant:
        return "noise", "below_delta"
    if stats.ucb95 < delta_min:
        return "noise", "equivalent" if stats.lcb95 > -delta_min else "not_better"
    return "noise", "underpowered"

"""The levels a challenger has to pass, and how many seeds would do.

Source of the formulas: docs/statistics.md, sections "Level" to "Seeds needed".
"""

import math
from functools import cache
from statistics import NormalDist

from homegolf_git.core.judge.distributions import beta_upper_tail, t_quantile, t_upper_quantile
from homegolf_git.core.model.verdict import SeedsNeeded

POWER = 0.8
SEEDS_CAP = 64
FEW_SEEDS = 2


def level(alpha: float, block: int, k: int, look: int, discard: float | None = None) -> float:
    """Level of the k-th challenger at its look-th look: a / (B b (b+1)) / 2^look, b = ceil(k/B).

    Summed over every k and look it stays below `alpha`. Where hopeless first looks take no number
    (`discard`), the others pay for it with that factor.
    """
    b = -(-k // block)
    found = alpha / (block * b * (b + 1)) * 2.0**-look
    return found if discard is None else discard * found


@cache
def expected_top_mean(picked: int, of: int) -> float:
    """Mean of the expected `picked` largest of `of` standard normal draws, by quadrature.

    A draw x is among them when at most picked - 1 of the others lie above it. The integrand is
    smooth and dies out by |x| = 10, where the trapezoid rule converges faster than any power of
    the step.
    """
    normal, step = NormalDist(), 1 / 64

    def is_among(above: float) -> float:
        """Chance of at most picked - 1 of the others, each above with this chance."""
        return beta_upper_tail(above, picked, of - picked) if picked < of else 1.0

    points = (i * step for i in range(-640, 641))
    total = math.fsum(x * normal.pdf(x) * is_among(normal.cdf(-x)) for x in points)
    return total * step * of / picked


def tail_df(seeds: int, df: float, few_seeds_df: float | None) -> float:
    """Degrees of freedom of the tail that a gain of so many seeds must pass.

    The pool of a well measured lane has a light tail, single scores often have not: an outlier of
    one seed would pass. The mean of three or more seeds tames it.
    """
    if few_seeds_df is None or seeds > FEW_SEEDS:
        return df
    return min(df, few_seeds_df)


def minimum_detectable(t_needed: float, df: float, se: float) -> float:
    """Smallest true gain that passes a bar of `t_needed` standard errors with 80 % power."""
    return (t_needed + t_quantile(POWER, df)) * se


def seeds_needed(
    variances: tuple[float, float],
    df: float,
    alpha_next: float,
    delta_min: float,
    have: tuple[int, int],
    few_seeds_df: float | None = None,
) -> SeedsNeeded:
    """Smallest number of seeds at which a gain of `delta_min` would show with 80 % power.

    Args:
        variances: of one score, incumbent's and challenger's.
        df: degrees of freedom of the comparison.
        alpha_next: the level at the next look.
        delta_min: the smallest gain that matters.
        have: seeds so far, the incumbent's that count and all of the challenger's.
        few_seeds_df: tail that one or two seeds of the challenger must pass, or None.
    """
    power = t_quantile(POWER, df)
    v_incumbent, v_challenger = variances
    n_incumbent, n_challenger = have

    def detects(at_incumbent: int, at_challenger: int) -> bool:
        se = math.sqrt(v_incumbent / at_incumbent + v_challenger / at_challenger)
        bar = t_upper_quantile(alpha_next, tail_df(at_challenger, df, few_seeds_df))
        return (bar + power) * se <= delta_min

    for n in range(n_challenger + 1, SEEDS_CAP + 1):
        if detects(n_incumbent, n):
            return SeedsNeeded(challenger=n, incumbent=n_incumbent)
    for n in range(max(n_incumbent, n_challenger) + 1, SEEDS_CAP + 1):
        if detects(n, n):
            return SeedsNeeded(challenger=n, incumbent=n)
    return SeedsNeeded(None, None)

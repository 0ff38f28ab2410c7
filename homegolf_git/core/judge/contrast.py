"""The difference of two sides with its standard error and degrees of freedom.

Source: docs/statistics.md, section "Comparison". Three ways, by what the lane declares: one pooled
variance, a variance a side that is shrunk to the pool, or variances within and between sessions.
"""

import math
from collections.abc import Sequence

from homegolf_git.core.judge.distributions import f_upper_tail
from homegolf_git.core.judge.levels import FEW_SEEDS, tail_df
from homegolf_git.core.judge.scores import Cell, Sample, concentration
from homegolf_git.core.model.lane import Decision, Metric
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import MEASURED_FROM, BetweenNoise, Noise

_UNSTABLE_LEVEL = 0.01
_UNSTABLE_FROM = 2  # degrees of freedom of the challenger's own spread


class Contrast(Value, frozen=True):
    """Gain of the challenger (metric unit) with its error; the bar of a win may have a heavier tail."""

    gain: float
    se: float
    df: float
    bar_df: float
    flags: tuple[str, ...] = ()
    variance: float = 0.0  # of one challenger score, where sides have one pooled variance


def contrast(
    reference: Sample, challenger: Sample, noise: Noise, rules: Decision, metric: Metric
) -> Contrast:
    """Compare a challenger with a reference, both given as the scores that count."""
    if noise.between is not None:
        return _between_sessions(reference, challenger, noise, rules, metric)
    gain = metric.gain(reference.mean, challenger.mean)
    if rules.moderate is not None:
        return _moderated(reference, challenger, noise, rules.moderate, gain)
    own, is_unstable = _own_variance(challenger.spread, noise)
    df: float = challenger.spread[0] if is_unstable else noise.nu
    se = math.sqrt(noise.sigma**2 / reference.n + own / challenger.n)
    bar_df = tail_df(len(challenger.values), df, rules.few_seeds_df)
    return Contrast(gain, se, df, bar_df, ("unstable",) if is_unstable else (), own)


def _own_variance(spread: tuple[int, float], noise: Noise) -> tuple[float, bool]:
    """Variance of one challenger score, and whether it varies far more than the lane does."""
    df, squares = spread
    if df >= _UNSTABLE_FROM:
        own = squares / df
        if f_upper_tail(own / noise.sigma**2, df, noise.nu) < _UNSTABLE_LEVEL:
            return own, True
    return noise.sigma**2, False


def _moderated(
    reference: Sample, challenger: Sample, noise: Noise, d0: float, gain: float
) -> Contrast:
    parts = []
    for side in (reference, challenger):
        own_df, squares = side.spread
        variance = (d0 * noise.sigma**2 + squares) / (d0 + own_df)
        parts.append((variance / side.n, min(noise.nu, d0 + own_df)))
    total = sum(a for a, _ in parts)
    df = total**2 / sum(a**2 / nu for a, nu in parts)
    is_unstable = _own_variance(challenger.spread, noise)[1]
    return Contrast(gain, math.sqrt(total), df, df, ("unstable",) if is_unstable else ())


def variance_between(
    scale: float,
    spread: float,
    noise: Noise,
    nu_within: float | None = None,
    more_sessions: int = 0,
) -> tuple[float, float]:
    """Squared standard error and degrees of freedom of a contrast over sessions.

    Args:
        scale: A, what the variance within a session is multiplied with.
        spread: B, the same of the variance between sessions.
        noise: both variances.
        nu_within: degrees of freedom of the variance within; None: those of the noise.
        more_sessions: that are still to come and will measure the variance between.
    """
    between = noise.between
    assert between is not None  # noqa: S101 - the caller's condition
    nu_w, nu_b = noise.nu if nu_within is None else nu_within, between.nu + more_sessions
    within = noise.sigma**2
    b = spread / between.n0
    w = scale - b
    if w < 0 and noise.nu_obs < MEASURED_FROM:  # an upper bound that needs no variance within
        return b * max(between.mean_square, within), nu_b
    square = scale * within + spread * between.sigma**2
    known = w**2 * within**2 / nu_w + b**2 * between.mean_square**2 / nu_b
    df = square**2 / known if known else nu_w + nu_b
    return square, min(max(df, min(nu_w, nu_b)), nu_w + nu_b)


def _between_sessions(
    reference: Sample, challenger: Sample, noise: Noise, rules: Decision, metric: Metric
) -> Contrast:
    held, tried = reference.cells(), challenger.cells()
    own_df, own_squares = challenger.within(tried) if challenger.n > 1 else (0, 0.0)
    within, d0 = noise.sigma**2, rules.moderate
    nu_w = noise.nu if d0 is None else min(noise.nu, d0 + own_df)
    gain = metric.gain(reference.mean, challenger.mean)
    scale = 1 / reference.n + 1 / challenger.n
    square, df = variance_between(scale, concentration(held) + concentration(tried), noise, nu_w)
    flags = ["one_session"] if 1 in (len(held), len(tried)) else []
    pair = _paired(held, tried, noise.between)
    if pair is not None:
        paired_mean, paired_scale, paired_spread = pair
        paired = variance_between(paired_scale, paired_spread, noise, nu_w)
        if paired[0] < square:
            square, df = paired
            gain = metric.gain(paired_mean, challenger.mean)
            flags.append("paired")
    own, is_unstable = _own_variance((own_df, own_squares), noise)
    if is_unstable:
        flags.append("unstable")
    if d0 is not None:
        moderated = (d0 * within + own_squares) / (d0 + own_df)
        square += max(0.0, moderated - within) / challenger.n
        bar_df = min(df, d0 + challenger.n - 1) if challenger.n <= FEW_SEEDS else df
    else:
        if is_unstable:
            square += (own - within) / challenger.n
            df = min(df, own_df)
        bar_df = tail_df(challenger.n, df, rules.few_seeds_df)
    return Contrast(gain, math.sqrt(square), df, bar_df, tuple(flags))


def _paired(
    held: Sequence[Cell], tried: Sequence[Cell], between: BetweenNoise | None
) -> tuple[float, float, float] | None:
    """Reference mean, A and B of a comparison session by session; None where it cannot be made."""
    assert between is not None  # noqa: S101 - the caller's condition
    by_session = {cell.session: cell for cell in held}
    if not between.shared or any(cell.session not in by_session for cell in tried):
        return None
    n = sum(cell.n for cell in tried)
    weighted = [(cell.n / n, by_session[cell.session]) for cell in tried]
    centre = math.fsum(weight * cell.mean for weight, cell in weighted)
    scale = math.fsum(weight**2 / cell.n for weight, cell in weighted) + 1 / n
    spread = 2 * (1 - between.shared) * math.fsum(weight**2 for weight, _ in weighted)
    return centre, scale, spread

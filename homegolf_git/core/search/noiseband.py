"""What noise may explain around an incumbent: one function for everything that draws it."""

from math import isfinite

from homegolf_git.core.model.figures import figure
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Verdict


class Band(Value, frozen=True):
    """Scores that a run may have by noise alone, in the metric's unit: `middle` +- `half`."""

    middle: float
    half: float


def noise_band(verdict: Verdict, metric: Metric) -> Band | None:
    """The reference mean that a run was compared with, and the error that a gain must exceed.

    None where nothing was compared, where the run scattered by far more than its lane does, and
    where scores of earlier rows took part, so that the row's own score does not tell the reference.
    """
    stats, score = verdict.stats, verdict.score
    if stats is None or score is None or "unstable" in verdict.flags:
        return None
    if stats.n_challenger != verdict.n_results:
        return None
    middle = score + stats.gain if metric.direction == "minimize" else score - stats.gain
    # Rounded as they are published: logarithms differ in their last digits between machines.
    half = (figure(stats.t_needed) or 0.0) * (figure(stats.se) or 0.0)
    return Band(middle, half) if isfinite(middle) and isfinite(half) else None


def middle_band(bands: list[Band]) -> Band:
    """The median of several bands, of their middles and of their halves apart."""
    at = len(bands) // 2
    return Band(sorted(band.middle for band in bands)[at], sorted(band.half for band in bands)[at])

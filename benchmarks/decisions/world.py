"""Simulated truth: seed noise, ideas and their gains, and drift of the lane between dates.

Scores are bits per byte and less is better; SIGMA is the standard deviation between seeds.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SIGMA = 0.0007
START = 1.1  # true score of the baseline

Draw = Callable[[int], list[float]]
_T_DF = 5


@dataclass(frozen=True)
class Idea:
    """One thing to try: its true gain over the incumbent, and on which side it is."""

    gain: float
    side: str
    is_blocked: bool = False
    is_duplicate: bool = False


class World:
    """Draws scores and ideas from one seeded generator."""

    def __init__(self, seed: int, noise: str = "normal", drift: float = 0.0) -> None:
        """`drift` is how far the lane moves in all, in sigmas, as time goes from 0 to 1.

        A positive drift makes later runs look better than they are.
        """
        self.random = np.random.default_rng(seed)
        self.noise, self.drift = noise, drift
        self.time = 0.0

    def scores(self, true: float, count: int) -> list[float]:
        """Scores of `count` fresh seeds of a config with this true score, taken now."""
        if self.noise == "t5":  # scaled to the same standard deviation
            draws = self.random.standard_t(_T_DF, count) * np.sqrt((_T_DF - 2) / _T_DF)
        else:
            draws = self.random.standard_normal(count)
        shifted = true - self.drift * SIGMA * self.time
        return [float(score) for score in shifted + SIGMA * draws]

    def idea(
        self, helpful: float, delta: float, blocked: float = 0.0, duplicate: float = 0.0
    ) -> Idea:
        """An idea that helps by delta + Exp(0.001) with chance `helpful`.

        Half of the others change nothing, half hurt by Exp(0.004); sides are drawn evenly.
        """
        kind, size = self.random.random(2), self.random.exponential(size=2)
        if kind[0] < helpful:
            gain = delta + 0.001 * size[0]
        else:
            gain = 0.0 if kind[1] < 0.5 else -0.004 * size[1]
        chances = self.random.random(3)
        return Idea(
            gain=float(gain),
            side="system" if chances[0] < 0.5 else "model",
            is_blocked=bool(chances[1] < blocked),
            is_duplicate=bool(chances[2] < duplicate),
        )

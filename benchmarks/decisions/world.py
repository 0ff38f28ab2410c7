"""Simulated truth: seed noise, sessions, ideas and their gains, and drift of the lane between dates.

Scores are bits per byte and less is better; SIGMA is the standard deviation between seeds.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SIGMA = 0.0007
START = 1.1  # true score of the baseline

Draw = Callable[[int], list[float]]
_T_DF = 5
_WILD_SHARE, _WILD_TIMES = 0.1, 10.0
_VARIANCE_TIMES = 4.0  # the most by which the variances of two configs differ


@dataclass(frozen=True)
class Idea:
    """One thing to try: its true gain over the incumbent, and on which side it is."""

    gain: float
    side: str
    is_blocked: bool = False
    is_duplicate: bool = False


class World:
    """Draws scores and ideas from one seeded generator."""

    def __init__(
        self, seed: int, noise: str = "normal", drift: float = 0.0, session: float = 0.0
    ) -> None:
        """How the lane varies.

        Args:
            seed: of everything that is drawn.
            noise: normal or t5 between seeds; wild or unequal: configs differ in their scatter.
            drift: how far the lane moves in all, in sigmas, as time goes from 0 to 1; later runs
                look better than they are.
            session: standard deviation of what a session adds to all its scores, in sigmas.
        """
        self.random = np.random.default_rng(seed)
        self.noise, self.drift, self.session = noise, drift, session
        self.time = 0.0

    def scores(self, true: float, count: int, scale: float = 1.0) -> list[float]:
        """Scores of `count` fresh seeds of a config with this true score, taken now in one session."""
        if self.noise == "t5":  # scaled to the same standard deviation
            draws = self.random.standard_t(_T_DF, count) * np.sqrt((_T_DF - 2) / _T_DF)
        else:
            draws = self.random.standard_normal(count)
        shifted = true - self.drift * SIGMA * self.time
        if self.session:
            shifted += self.session * SIGMA * self.random.standard_normal()
        return [float(score) for score in shifted + SIGMA * scale * draws]

    def scale(self) -> float:
        """How much a new config scatters, in sigmas."""
        if self.noise.startswith("wild"):
            return _WILD_TIMES if self.random.random() < _WILD_SHARE else 1.0
        if self.noise == "unequal":
            return float(np.sqrt(self.random.uniform(1.0, _VARIANCE_TIMES)))
        return 1.0

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

    def bad_idea(self, harmful: float) -> Idea:
        """An idea that hurts by Exp(0.004) with chance `harmful`, and else changes nothing."""
        chance, size, side = self.random.random(), self.random.exponential(), self.random.random()
        gain = -0.004 * size if chance < harmful else 0.0
        return Idea(float(gain), "system" if side < 0.5 else "model")

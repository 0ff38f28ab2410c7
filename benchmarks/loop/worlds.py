"""Simulated searches: ideas with true gains, runs that scatter, sessions, and ideas that come twice.

Scores are bits per byte and less is better. What an idea is worth is drawn anew in each world, the
same for every rule that walks through it; a rule sees scores alone.
"""

from dataclasses import dataclass

import numpy as np

SIGMA = 0.0007  # between runs of one config
START = 1.0  # true score of the baseline


@dataclass(frozen=True)
class Kind:
    """A kind of world."""

    name: str
    helpful: float  # share of ideas that help
    size: float  # mean gain of those, bits per byte
    harm: float = 0.004  # mean loss of the others that change anything
    idle: float = 0.4  # share of the other ideas that change nothing
    session: float = 0.0  # standard deviation of what a session adds, in sigmas
    repeats: float = 0.1  # share of ideas that were had before


class World:
    """One search: the ideas in their order, and runs of what was kept of them."""

    def __init__(self, kind: Kind, seed: int, ideas: int) -> None:
        self.kind, self._random = kind, np.random.default_rng([seed, 1])
        draw = np.random.default_rng([seed, 0])
        self.gains: list[float] = []
        self.same_as: list[int | None] = []
        for number in range(ideas):
            if number and draw.random() < kind.repeats:
                earlier = int(draw.integers(number))
                self.gains.append(self.gains[earlier])
                self.same_as.append(earlier)
                continue
            self.same_as.append(None)
            if draw.random() < kind.helpful:
                self.gains.append(float(draw.exponential(kind.size)))
            elif draw.random() < kind.idle:
                self.gains.append(0.0)
            else:
                self.gains.append(-float(draw.exponential(kind.harm)))
        self._session = 0.0

    def origin(self, number: int) -> int:
        """The idea that this one is, when it was first had."""
        while (earlier := self.same_as[number]) is not None:
            number = earlier
        return number

    def new_session(self) -> None:
        """What follows is measured on another day."""
        self._session = (
            float(self._random.normal(0, self.kind.session)) if self.kind.session else 0.0
        )

    def run(self, true: float) -> float:
        """One score of a config with this true one."""
        return true + SIGMA * (self._session + float(self._random.standard_normal()))

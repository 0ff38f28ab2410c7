"""Sums of floats that stay exact while terms come and go."""

import math

from homegolf_git.core.model.values import Value


class ExactSum(Value, frozen=True):
    """A sum of `n` terms as floats that do not overlap, so that taking a term out leaves no trace.

    Source: Shewchuk, Adaptive Precision Floating-Point Arithmetic (1997), which math.fsum follows.
    """

    parts: tuple[float, ...] = ()
    n: int = 0

    @property
    def value(self) -> float:
        """The sum, rounded once."""
        return math.fsum(self.parts)

    def plus(self, term: float) -> "ExactSum":
        """The sum with one term more."""
        return ExactSum(_grown(self.parts, term), self.n + 1)

    def minus(self, term: float) -> "ExactSum":
        """The sum without a term that was added before."""
        return ExactSum(_grown(self.parts, -term), self.n - 1)


def _grown(parts: tuple[float, ...], term: float) -> tuple[float, ...]:
    grown = []
    for part in parts:
        large, small = (term, part) if abs(term) >= abs(part) else (part, term)
        term = large + small
        if rest := small - (term - large):
            grown.append(rest)
    return (*grown, term) if term else tuple(grown)

"""What people do instead: rules that promote, and rules that stop.

Each rule that promotes says whether a challenger displaces the incumbent, given both sides' scores.
With one seed a side there is no variance to test with: Welch's test falls back to a z-test with the
declared noise, which is kinder than what is possible in practice.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy import stats

from benchmarks.decisions.world import SIGMA

Promotes = Callable[[Sequence[float], Sequence[float], Sequence[float]], bool]
_FENCE_FROM = 8  # earlier differences that a fence needs


def _gain(incumbent: Sequence[float], challenger: Sequence[float]) -> float:
    return float(np.mean(incumbent) - np.mean(challenger))


def any_lower_mean() -> Promotes:
    """The challenger's mean is lower."""
    return lambda incumbent, challenger, _: _gain(incumbent, challenger) > 0


def fixed_threshold(delta: float) -> Promotes:
    """The mean is lower by delta or more."""
    return lambda incumbent, challenger, _: _gain(incumbent, challenger) >= delta


def welch(level: float, margin: float = 0.0) -> Promotes:
    """Welch's one-sided test that the gain is above `margin`."""

    def promotes(
        incumbent: Sequence[float], challenger: Sequence[float], _: Sequence[float]
    ) -> bool:
        gain = _gain(incumbent, challenger) - margin
        if min(len(incumbent), len(challenger)) < 2:
            se = SIGMA * math.sqrt(1 / len(incumbent) + 1 / len(challenger))
            return bool(stats.norm.sf(gain / se) < level)
        v_i = np.var(incumbent, ddof=1) / len(incumbent)
        v_c = np.var(challenger, ddof=1) / len(challenger)
        df = (v_i + v_c) ** 2 / (v_i**2 / (len(incumbent) - 1) + v_c**2 / (len(challenger) - 1))
        return bool(stats.t.sf(gain / math.sqrt(v_i + v_c), df) < level)

    return promotes


def quartile_fence() -> Promotes:
    """The gain lies above Q3 + 3 IQR of the absolute differences seen before."""

    def promotes(
        incumbent: Sequence[float], challenger: Sequence[float], history: Sequence[float]
    ) -> bool:
        if len(history) < _FENCE_FROM:
            return False
        low, high = np.percentile(np.abs(history), [25, 75])
        return bool(_gain(incumbent, challenger) > high + 3 * (high - low))

    return promotes


class Board:
    """A leaderboard under a rule: the best scores so far and the differences seen."""

    def __init__(self, rule: Promotes, scores: Sequence[float], true: float) -> None:
        self.rule, self.scores, self.true = rule, list(scores), true
        self.history: list[float] = []

    def challenge(self, scores: Sequence[float], true: float) -> bool:
        """Judge a challenger; a winner is the incumbent from now on."""
        is_better = self.rule(self.scores, scores, self.history)
        self.history.append(_gain(self.scores, scores))
        if is_better:
            self.scores, self.true = list(scores), true
        return is_better


class Patience:
    """Stop after so many challengers in a row without a promotion."""

    def __init__(self, patience: int) -> None:
        self.patience, self.waited = patience, 0

    def stops(self, *, promoted: bool, scores: Sequence[float]) -> bool:
        """Take a challenger in; whether to stop now."""
        self.waited = 0 if promoted or not scores else self.waited + 1
        return self.waited >= self.patience


class Window:
    """Ax's rule: stop when the best improved by less than 0.1 IQR of all scores in 20 trials."""

    def __init__(self, window: int = 20, bar: float = 0.1) -> None:
        self.window, self.bar = window, bar
        self.best: list[float] = []
        self.seen: list[float] = []

    def stops(self, *, promoted: bool, scores: Sequence[float]) -> bool:  # noqa: ARG002 - one interface
        """Take a challenger in; whether to stop now."""
        if not scores:
            return False
        self.seen.append(float(np.mean(scores)))
        self.best.append(min(self.seen))
        if len(self.best) <= self.window:
            return False
        low, high = np.percentile(self.seen, [25, 75])
        return bool(self.best[-1 - self.window] - self.best[-1] < self.bar * (high - low))

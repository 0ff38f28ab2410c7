"""Whether the challengers of a stop window can be told from copies of one config.

Source: docs/statistics.md, section "Honesty". A window of copies would look like a search without
success.
"""

import math
from collections.abc import Sequence

from homegolf_git.core.judge.distributions import chi2_quantile
from homegolf_git.core.judge.reign import Window
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Noise

_FROM = 10  # configs
_LEVEL = 0.95


def is_thin(state: LaneState, window: Window) -> bool:
    """Whether the scored configs of a window cannot be told from copies of one."""
    entries = window.entries.items()
    scored = [digest for digest, entry in entries if entry.is_scored and entry.is_counted]
    if len(scored) < _FROM:
        return False
    samples = (state.sample(state.configs[digest]) for digest in scored)
    found = thinness([Measured(sample.mean, sample.n) for sample in samples], state.noise)
    return found is not None and found.is_thin


class Measured(Value, frozen=True):
    """A config's mean, in the metric's unit, over `n` scores."""

    mean: float
    n: int


class Thinness(Value, frozen=True):
    """Weighted squares of the configs' means around their common one, and what copies reach."""

    q: float
    bar: float

    @property
    def is_thin(self) -> bool:
        """Whether the configs cannot be told from copies."""
        return self.q <= self.bar


def thinness(measured: Sequence[Measured], noise: Noise) -> Thinness | None:
    """Compare the configs with copies of one; None with too few of them."""
    if len(measured) < _FROM:
        return None
    between = 0.0 if noise.between is None else noise.between.sigma**2
    weights = [1 / (noise.sigma**2 / config.n + between) for config in measured]
    total = math.fsum(weights)
    pairs = list(zip(weights, measured, strict=True))
    centre = math.fsum(weight * config.mean for weight, config in pairs) / total
    q = math.fsum(weight * (config.mean - centre) ** 2 for weight, config in pairs)
    return Thinness(q, chi2_quantile(_LEVEL, len(measured) - 1))

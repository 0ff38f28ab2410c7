"""What the ledger says of a row, with every number behind it.

Scores, gains and errors are in the lane's metric unit.
"""

from typing import Literal

from homegolf_git.core.model.naming import LaneId, RunId
from homegolf_git.core.model.values import Number, Value

VerdictClass = Literal["improvement", "noise", "regression", "blocked", "invalid"]


Basis = Literal["assumed", "weak", "measured"]


Side = Literal["system", "model", "data", "eval", "confounded", "none", "unknown"]


class Noise(Value, frozen=True):
    """Pooled standard deviation of one score (metric unit) with its degrees of freedom."""

    sigma: float
    nu: Number
    nu_obs: int
    basis: Basis


class SeedsNeeded(Value, frozen=True):
    """Seeds in total on each side that would decide; both None: not decidable in 64."""

    challenger: int | None
    incumbent: int | None


class Stats(Value, frozen=True):
    """Every number of one comparison (statistics: docs/statistics.md)."""

    gain: float  # before the correction for picked seeds
    se: float
    df: Number
    t: float
    t_needed: float
    p_better: float
    p_worse: float
    alpha: float
    ucb95: float
    lcb95: float
    lcb_alpha: float
    mde: float
    noise: Noise
    n_incumbent: int
    n_challenger: int
    k: int
    look: int
    seeds_needed: SeedsNeeded | None


class Verdict(Value, frozen=True):
    """What the ledger says of one row. `order` counts the lane's rows from 1."""

    run_id: RunId
    lane: LaneId
    order: int
    verdict_class: VerdictClass
    reason: str
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    delta: float | None
    incumbent_before: RunId | None
    incumbent_after: RunId | None
    attribution: Side
    stats: Stats | None
    sentence: str
    finished_at: str
    score: float | None  # mean of the row's own results
    n_results: int

    @property
    def name(self) -> str:
        """Class and reason, as people say it: noise/underpowered."""
        return f"{self.verdict_class}/{self.reason}"

"""What the ledger says of a row, with every number behind it.

Scores, gains and errors are in the lane's metric unit.
"""

from typing import Literal

from homegolf_git.core.model.naming import LaneId, RunId
from homegolf_git.core.model.values import Number, Value

VerdictClass = Literal["improvement", "noise", "regression", "blocked", "invalid"]


Basis = Literal["assumed", "weak", "measured"]


Side = Literal["system", "model", "data", "eval", "confounded", "none", "unknown"]


class Change(Value, frozen=True):
    """What differs between a run and its base: the side, and the kind of change by name."""

    side: Side
    family: str


MEASURED_FROM = 8  # degrees of freedom from which the noise counts as measured


class BetweenNoise(Value, frozen=True):
    """Standard deviation between sessions (metric unit) and what it rests on."""

    sigma: float
    nu: Number
    nu_obs: int
    mean_square: float  # between the means of sessions, for one score
    n0: float  # scores of a session, as they count
    shared: Number  # part of a session's effect that all configs share


class Noise(Value, frozen=True):
    """Pooled standard deviation of one score (metric unit) with its degrees of freedom.

    With `between` it is that within a session.
    """

    sigma: float
    nu: Number
    nu_obs: int
    basis: Basis
    between: BetweenNoise | None = None
    wild: tuple[str, ...] = ()  # digests of configs whose spread was capped


class SeedsNeeded(Value, frozen=True):
    """Seeds in total on each side that would decide; both None: not decidable in 64."""

    challenger: int | None
    incumbent: int | None


class Outlook(Value, frozen=True):
    """What advice on an undecided config starts from: the plain contrast, and the rules it needs."""

    gain: float
    n_incumbent: int
    n_challenger: int
    squares_incumbent: int  # sum over its sessions of the squared number of scores
    squares_challenger: int
    alpha_next: float  # level at the next look
    delta_min: Number
    moderate: Number | None
    few_seeds_df: Number | None
    max_runs: int


class RunPlan(Value, frozen=True):
    """More runs of each side."""

    challenger: int
    incumbent: int

    @property
    def runs(self) -> int:
        """All of them."""
        return self.challenger + self.incumbent


NextAction = Literal["noise", "incumbent", "challenger", "both", "drop", "raise_delta"]


class NextStep(Value, frozen=True):
    """What to do about an undecided config, and the chances of the plan where there is one.

    `hope` is the chance of a win with the most runs that one idea may have.
    """

    action: NextAction
    plan: RunPlan | None
    hope: float
    promotes: float | None
    clears: float | None


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
    k: int | None  # None: a first look without a number (`discard`)
    look: int
    seeds_needed: SeedsNeeded | None
    outlook: Outlook | None = None  # of an undecided config


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

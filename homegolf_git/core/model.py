"""What the ledger is made of, as plain frozen values.

Units: scores in the lane's metric unit, times in seconds, sizes in bytes. A field that is None is a
fact nobody stated, unless its comment says otherwise.
"""

from collections.abc import Mapping
from typing import Any, Literal

from homegolf_git.core.naming import LaneId, Oid, RunId
from homegolf_git.core.values import Value, field

Number = int | float  # as a file states it: 600 and 600.0 stay what they are
Json = Any  # a JSON value: None, bool, int, float, str, list or dict of the same
Severity = Literal["error", "warning", "note"]
VerdictClass = Literal["improvement", "noise", "regression", "blocked", "invalid"]
Direction = Literal["minimize", "maximize"]
Basis = Literal["assumed", "weak", "measured"]
Side = Literal["system", "model", "data", "eval", "confounded", "none", "unknown"]


class Finding(Value, frozen=True):
    """One fault or remark: what is wrong, where, and how to mend it."""

    code: str
    message: str
    path: str = ""
    line: int = 0  # 1-based; 0 where a line makes no sense
    severity: Severity = "error"
    fix: str = ""


# --- a row -----------------------------------------------------------------------------------


class SeedResult(Value, frozen=True):
    """The numbers of one seed, under their names in the row; the metric is one of them."""

    seed: int
    numbers: Mapping[str, Number]


class Source(Value, frozen=True):
    """Where the trainer's code came from."""

    repository: str | None
    revision: str | None
    is_dirty: bool | None
    changed_paths: tuple[str, ...] | None


class Device(Value, frozen=True):
    """`count` devices of one name."""

    device: str
    count: int


class Evaluation(Value, frozen=True):
    """How the score was taken, and on which data."""

    mode: str
    split: str | None
    dataset_sha256: str | None
    tokenizer_sha256: str | None


class Failure(Value, frozen=True):
    """Why a run has no score."""

    kind: str
    stage: str
    detail: str


class Artifact(Value, frozen=True):
    """A file the run produced, kept elsewhere and known by its digest."""

    role: str
    uri: str | None
    sha256: str | None
    artifact_bytes: int | None


class ReceiptRef(Value, frozen=True):
    """A receipt the row lists; `path` is relative to the row's receipts folder."""

    kind: str
    path: str
    sha256: str


class Row(Value, frozen=True):
    """One retained run: facts only."""

    run_id: RunId
    lane: LaneId
    finished_at: str
    submitter: str
    base: RunId | None
    change_kind: str
    change_summary: str
    source: Source
    config: Mapping[str, Json]
    hardware: tuple[Device, ...]
    evaluation: Evaluation
    verification: str
    seeds_planned: int
    seeds_run: int
    states_budget: bool  # whether the row says anything about the budget
    train_seconds_budget: Number | None  # None with states_budget: no budget was set
    failure: Failure | None  # None for a scored run
    results: tuple[SeedResult, ...]
    artifacts: tuple[Artifact, ...]
    receipts: tuple[ReceiptRef, ...]
    resolves: tuple[RunId, ...]
    promotion: str | None
    notes: str
    config_digest: str  # SHA-256 over config, revision, hardware and evaluation

    @property
    def is_scored(self) -> bool:
        """Whether the run ended with a score."""
        return self.failure is None

    @property
    def unreported_seeds(self) -> int:
        """Seeds that finished and are not reported."""
        return max(0, self.seeds_run - len(self.results))


# --- a receipt -------------------------------------------------------------------------------


class Reading(Value, frozen=True):
    """A number as a receipt prints it: half a unit of its last digit is its tolerance."""

    value: Number
    tolerance: Number


class Observation(Value, frozen=True):
    """What a receipt says of one seed; `seed` is None where the receipt does not name it."""

    seed: int | None
    numbers: Mapping[str, Reading]


class Receipt(Value, frozen=True):
    """What a reader found: observations that check a row, and facts that can start one."""

    observations: tuple[Observation, ...]
    facts: Mapping[str, Json] = field(default_factory=dict)


class Evidence(Value, frozen=True):
    """A receipt of a row as the fold needs it: its digest and what it observed."""

    sha256: str
    observations: tuple[Observation, ...]


# --- a lane ----------------------------------------------------------------------------------


class Metric(Value, frozen=True):
    """The one score of a lane."""

    name: str
    unit: str
    direction: Direction
    decimals: int

    def gain(self, incumbent: float, challenger: float) -> float:
        """Difference in the metric's unit, positive when the challenger is better."""
        return incumbent - challenger if self.direction == "minimize" else challenger - incumbent


class DeviceRule(Value, frozen=True):
    """`count` devices whose name contains `device_matches`."""

    device_matches: str
    count: int


class Contract(Value, frozen=True):
    """What a run must keep to count; None: the lane does not ask."""

    train_seconds_max: Number | None
    train_seconds_tolerance: Number
    artifact_bytes_max: Number | None
    evaluated_tokens: Number | None
    evaluation_modes: tuple[str, ...] | None
    hardware: tuple[DeviceRule, ...] | None
    dataset_sha256: str | None
    tokenizer_sha256: str | None
    requires: frozenset[str]


class Decision(Value, frozen=True):
    """The numbers of the decision procedure."""

    delta_min: Number
    sigma0: Number
    nu0: Number
    alpha: Number
    block: int
    regression_alpha: Number
    fresh_seeds: int
    few_seeds_df: Number | None = None  # tail of one or two seeds; None: the lane's own


class Stop(Value, frozen=True):
    """The numbers of the stop condition."""

    p_star: Number
    error: Number
    min_cleared_per_side: int
    improving_below: int
    gain_per_device_hour: Number | None  # what an hour is worth, metric unit; None: not declared


class AttributionRules(Value, frozen=True):
    """Glob patterns a side, in the order of the file; the first match decides."""

    config: tuple[tuple[str, tuple[str, ...]], ...]
    paths: tuple[tuple[str, tuple[str, ...]], ...]


class Reference(Value, frozen=True):
    """A score from outside the ledger, shown beside it."""

    name: str
    value: Number


class Lane(Value, frozen=True):
    """One fixed track and its rules."""

    lane: LaneId
    title: str
    metric: Metric
    contract: Contract
    decision: Decision
    stop: Stop
    attribution: AttributionRules
    references: tuple[Reference, ...]
    claim: str
    needs_promotion_from: LaneId | None
    promotion: Mapping[str, Json] | None
    receipts: Mapping[str, Mapping[str, str]]  # receipt kind -> field -> JSON Pointer


class Retraction(Value, frozen=True):
    """A correction: the run no longer counts."""

    run_id: RunId
    reason: str
    evidence: str
    by: str


# --- judged ----------------------------------------------------------------------------------


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


class LandedRow(Value, frozen=True):
    """A row with where and how it landed."""

    row: Row
    evidence: tuple[Evidence, ...]
    is_promoted: bool  # it names a valid promotion tag
    commit: Oid
    position: int  # of the commit on the first-parent chain
    path: str
    blob: Oid

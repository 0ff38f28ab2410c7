"""The rules of a lane as plain values.

A field that is None is a rule that the lane does not have, unless its comment says otherwise.
"""

from collections.abc import Mapping
from typing import Any, Literal

from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Document, Number, Value, field, replace

TOLERANCE = 1e-9  # of comparisons with delta_min, in the metric's unit
Maps = Mapping[str, Mapping[str, str]]
Direction = Literal["minimize", "maximize"]


class Metric(Value, frozen=True):
    """The one score of a lane."""

    name: str
    unit: str
    direction: Direction
    decimals: int

    def is_comparable(self, other: "Metric") -> bool:
        """Whether scores of the one say something of the other's; unit and decimals may change."""
        return (self.name, self.direction) == (other.name, other.direction)

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
    eval_seconds_max: Number | None
    artifact_bytes_max: int | None
    evaluated_tokens: int | None
    evaluated_bytes: int | None
    evaluation_modes: tuple[str, ...] | None
    hardware: tuple[DeviceRule, ...] | None
    dataset_sha256: str | None
    tokenizer_sha256: str | None
    requires: frozenset[str]
    frozen_paths: tuple[str, ...] | None = None  # globs in the trainer's repository
    frozen_sha256: str | None = None  # over their blobs
    editable_paths: tuple[str, ...] | None = None  # globs: a run changes nothing else


class Sessions(Value, frozen=True):
    """What a lane declares of the noise between sessions (metric unit) and its weight."""

    sigma0: Number
    nu0: Number = 4
    shared: Number = 0  # part of a session's effect that all configs share


class Decision(Value, frozen=True):
    """The numbers of the decision procedure; those with a default were added by procedure 2."""

    delta_min: Number
    sigma0: Number
    nu0: Number
    alpha: Number
    block: int
    regression_alpha: Number
    fresh_seeds: int
    few_seeds_df: Number | None = None  # tail of one or two seeds; None: the lane's own
    sessions: Sessions | None = None
    pool: Literal["all", "capped"] = "all"
    moderate: Number | None = None  # weight of the pool in each config's variance
    repeats: Literal["one", "count"] | None = None  # None: a second score of a seed is refused
    discard: Number | None = None  # p_better above which a first look takes no number
    honesty: bool = False
    pool_share: Number | None = None  # largest share of the pool that one config may have
    reference_guard: bool = False
    max_runs: int = 12  # the most that advice may propose for one idea

    @property
    def is_extended(self) -> bool:
        """Whether anything of procedure 2 is declared."""
        return self != replace(self, **_EDITION_1)


_EDITION_1: Mapping[str, Any] = {
    "sessions": None, "pool": "all", "moderate": None, "repeats": None, "discard": None,
    "honesty": False, "pool_share": None, "reference_guard": False,
}  # fmt: skip


class Stop(Value, frozen=True):
    """The numbers of the stop condition."""

    p_star: Number
    error: Number
    min_cleared_per_side: int
    improving_below: int
    gain_per_device_hour: Number | None  # what an hour is worth, metric unit; None: not declared
    rejudge: bool = False  # challengers are cleared by the reference and the noise of head


class AttributionRules(Value, frozen=True):
    """Glob patterns a side, in the order of the file; the first match decides."""

    config: tuple[tuple[str, tuple[str, ...]], ...]
    paths: tuple[tuple[str, tuple[str, ...]], ...]


class Reference(Value, frozen=True):
    """A score from outside the ledger, shown beside it."""

    name: str
    value: Number


class LaneScorer(Value, frozen=True):
    """The program that scores a saved artifact apart from training."""

    command: str  # {artifact} stands for the file
    report: str  # that it writes
    revision: str | None = None  # the commit of it that counts; None: any


class Capture(Value, frozen=True):
    """What a captured run starts where nothing else is said, and where the facts of its row stand."""

    command: str | None = None
    patterns: Mapping[str, str] = field(default_factory=dict)  # a fact to what finds it in a line
    reports: tuple[str, ...] = ()
    scorer: LaneScorer | None = None
    wall_seconds_max: Number | None = None


class Signatures(Value, frozen=True):
    """What must carry the signature of an allowed signer."""

    rows: bool = False  # and retractions
    tags: bool = False


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
    promotion: Document | None
    receipts: Maps  # its own; receipt kind -> fact -> JSON Pointer
    shared_receipts: Maps = field(default_factory=dict)  # of all lanes
    capture: Capture = field(default_factory=Capture)
    signatures: Signatures = field(default_factory=Signatures)

    @property
    def receipt_maps(self) -> Maps:
        """Every map that is in force here: of a kind that both have the lane's own."""
        return {**self.shared_receipts, **self.receipts}

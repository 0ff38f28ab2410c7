"""What a run is, as it was stated: a row, its receipts, and a row that landed.

Of a row this is what anything is computed from; its document says more, such as notes.

Units: scores in the lane's metric unit, times in seconds, sizes in bytes. A field that is None is a
fact nobody stated, unless its comment says otherwise.
"""

from collections.abc import Mapping

from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.values import Json, Number, Value, field


class SeedResult(Value, frozen=True):
    """The numbers of one seed, under their names in the row; the metric is one of them.

    `seed` is None where the trainer set none; `repeat` tells runs of the same seed apart.
    """

    seed: int | None
    numbers: Mapping[str, Number]
    repeat: int = 0
    extra: Mapping[str, Number] = field(default_factory=dict)  # shown, never judged


class Source(Value, frozen=True):
    """Where the trainer's code came from."""

    revision: str | None
    is_dirty: bool | None
    changed_paths: tuple[str, ...] | None
    ref: str | None = None
    frozen_sha256: str | None = None


class Device(Value, frozen=True):
    """`count` devices of one name."""

    device: str
    count: int


class Scorer(Value, frozen=True):
    """The program that took a score, where the training process did not report its own."""

    revision: str | None
    command: str | None


class Evaluation(Value, frozen=True):
    """How the score was taken, and on which data."""

    mode: str
    split: str | None
    dataset_sha256: str | None
    tokenizer_sha256: str | None
    scorer: Scorer | None = None


class Failure(Value, frozen=True):
    """Why a run has no score."""

    kind: str
    stage: str
    detail: str


class Artifact(Value, frozen=True):
    """A file the run produced, kept elsewhere and known by its digest."""

    role: str
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
    verification: str  # self, maintainer or reproduced
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
    session: str  # one machine, one boot, one day: what its scores share
    config_digest: str  # SHA-256 over config, revision, hardware and evaluation

    @property
    def is_scored(self) -> bool:
        """Whether the run ended with a score."""
        return self.failure is None

    @property
    def unreported_seeds(self) -> int:
        """Seeds that finished and are not reported."""
        return max(0, self.seeds_run - len(self.results))


class Reading(Value, frozen=True):
    """A number as a receipt prints it: half a unit of its last digit is its tolerance."""

    value: Number
    tolerance: Number


class Observation(Value, frozen=True):
    """What a receipt says of one seed; `seed` is None where the receipt does not name it."""

    seed: int | None
    numbers: Mapping[str, Reading]
    extra: Mapping[str, Number] = field(default_factory=dict)  # of a result, never judged
    repeat: int | None = None  # None where the receipt does not number runs of the same seed


class Receipt(Value, frozen=True):
    """What a reader found: observations that check a row, and facts that can start one.

    `run_numbers` are of the run as a whole and of no one seed, `artifacts` the files that it names;
    `unread` says what the receipt states and the reader could not make use of. `stated` are facts of
    the row, by dotted name, that the row is held to.
    """

    observations: tuple[Observation, ...]
    facts: Mapping[str, Json] = field(default_factory=dict)
    run_numbers: Mapping[str, Reading] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()
    unread: str = ""
    stated: Mapping[str, Json] = field(default_factory=dict)


class Evidence(Value, frozen=True):
    """A receipt of a row as the fold needs it: its digest and what it observed.

    `differing` says which facts the row states otherwise, `added` are those that it leaves out.
    `contradiction` is what a log shows of a failure other than the row's.
    """

    sha256: str
    observations: tuple[Observation, ...]
    run_numbers: Mapping[str, Reading] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()
    differing: tuple[str, ...] = ()
    added: Mapping[str, Json] = field(default_factory=dict)
    names_devices: bool = False  # whether it states the devices
    contradiction: str = ""


class Retraction(Value, frozen=True):
    """A correction: the run no longer counts."""

    run_id: RunId
    reason: str
    evidence: str
    by: str


class LandedRow(Value, frozen=True):
    """A row with where and how it landed."""

    row: Row
    evidence: tuple[Evidence, ...]
    is_promoted: bool  # it names a valid promotion tag
    commit: Oid
    position: int  # of the commit on the first-parent chain
    path: str
    blob: Oid

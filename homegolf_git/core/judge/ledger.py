"""A whole ledger as values: what landed in each lane, and what the fold makes of it."""

from bisect import bisect_left
from collections.abc import Iterator
from heapq import merge
from typing import Literal

from homegolf_git.core.judge.history import LandedFile, Track
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.lane import Lane, Maps
from homegolf_git.core.model.naming import (
    LADDER_PATH,
    LaneId,
    LaneRun,
    Oid,
    RunId,
    lane_path,
    parse_path,
    retraction_path,
)
from homegolf_git.core.model.row import LandedRow, Retraction, Row
from homegolf_git.core.model.stored import StoredMap, StoredSeries
from homegolf_git.core.model.values import Record, Value, field, replace
from homegolf_git.core.model.verdict import Verdict

Cause = Literal["improvement", "not_confirmed", "retraction"]


NOT_STORED = Oid("")  # of rules that came from no repository


_OF_NO_RUN = ("unlisted_receipt", "unknown_run")  # a receipt, and a retraction
_RETRACTION = "remove it; a retraction lands behind its run"


class LandedRules(Value, frozen=True):
    """A lane file as a commit put it in force; `sha256` is over the file's bytes."""

    lane: Lane
    sha256: str
    position: int
    blob: Oid = NOT_STORED
    commit: Oid = NOT_STORED


class LandedRetraction(Value, frozen=True):
    """A retraction and the commit that landed it."""

    retraction: Retraction
    commit: Oid
    position: int


Event = LandedRules | LandedRetraction | LandedRow
Events = tuple[int, int, int]  # numbers of rules, retractions and rows
NO_EVENTS: Events = (0, 0, 0)


class IncumbentChange(Value, frozen=True):
    """The number-th time a lane's incumbent changed; `run_id` is None where none was left."""

    number: int
    run_id: RunId | None
    cause: Cause
    cause_run_id: RunId
    commit: Oid
    verdict: Verdict  # of the row that caused it, at that commit
    lane_sha256: str  # of the rules in force


class Judged(Record):
    """A lane after its last row: the state, and a verdict for each row in order.

    `changes` are the changes of incumbent, None where they take a walk of their own to tell.
    """

    state: LaneState
    verdicts: StoredSeries[Verdict]
    changes: StoredSeries[IncumbentChange] | None = None
    events: Events = NO_EVENTS  # that are in it
    # What raised when it was judged, and how: runs, and rules by their number, which are not in force.
    stuck: dict[RunId, str] = field(default_factory=dict)
    unusable: dict[int, str] = field(default_factory=dict)

    def copy(self) -> "Judged":
        """The same, to go on from."""
        return replace(
            self, state=self.state.copy(), verdicts=self.verdicts.copy(),
            stuck=dict(self.stuck), unusable=dict(self.unusable),
        )  # fmt: skip


class LaneLedger(Record):
    """What landed in one lane, each list in the order of landing."""

    rules: list[LandedRules] = field(default_factory=list)
    rows: StoredSeries[LandedRow] = field(default_factory=StoredSeries)
    retractions: list[LandedRetraction] = field(default_factory=list)
    # Where in `rows` a run stands.
    numbers: StoredMap[RunId, int] = field(default_factory=StoredMap)
    judged: Judged | None = None
    has_rows: bool = False  # whether a row's file has landed here, be it readable or not

    @property
    def current(self) -> LandedRules:
        """The rules in force at head."""
        return self.rules[-1]

    @property
    def retracted(self) -> frozenset[RunId]:
        """Runs that do not count any more."""
        return frozenset(landed.retraction.run_id for landed in self.retractions)

    def keeps_metric(self, rules: Lane) -> bool:
        """Whether scores by other rules compare with those of the rows, where there are some."""
        return not self.has_rows or rules.metric.is_comparable(self.current.lane.metric)

    def rules_of(self, landed: LandedRow) -> LandedRules:
        """The rules in force when a row landed."""
        return [rules for rules in self.rules if rules.position <= landed.position][-1]

    def is_retracted(self, run_id: RunId, position: int | None = None) -> bool:
        """Whether a run does not count any more; with `position` as of that commit."""
        return any(
            landed.retraction.run_id == run_id
            for landed in self.retractions
            if position is None or landed.position <= position
        )

    def land(self, landed: LandedRow) -> None:
        """Take in the next row."""
        self.numbers[landed.row.run_id] = len(self.rows)
        self.rows.append(landed)

    def find(self, run_id: RunId | None) -> LandedRow | None:
        """The row of a run, or None where none has landed here that can be read."""
        number = None if run_id is None else self.numbers.get(run_id)
        return None if number is None else self.rows[number]

    def with_retraction(self, landed: LandedRetraction) -> "LaneLedger":
        """The lane as it would be."""
        return replace(self, retractions=[*self.retractions, landed], judged=None)

    def events(self, start: Events = NO_EVENTS, stop: Events | None = None) -> Iterator[Event]:
        """Everything from `start` up to `stop`, in order; in a commit rules first and rows last."""
        rules, retractions, rows = zip(start, stop or self.counts, strict=True)
        return merge(
            self.rules[slice(*rules)],
            self.retractions[slice(*retractions)],
            self.rows.between(*rows),
            key=lambda event: event.position,
        )

    @property
    def counts(self) -> Events:
        """How many rules, retractions and rows there are."""
        return len(self.rules), len(self.retractions), len(self.rows)


def rows_before(lane: LaneLedger, position: int) -> int:
    """How many rows of a lane landed before a commit."""
    return bisect_left(lane.rows, position, key=lambda landed: landed.position)


class Ledger(Record):
    """Everything that landed up to a commit, and the faults that were met while reading it."""

    head: Oid
    ladder: tuple[LaneId, ...] = ()
    lanes: dict[LaneId, LaneLedger] = field(default_factory=dict)
    receipt_maps: Maps = field(default_factory=dict)  # for all lanes
    noted: list[Finding] = field(default_factory=list)  # what is wrong with files that landed
    waiting: dict[str, list[LandedFile]] = field(default_factory=dict)  # receipts without a row
    promotions_seen: dict[str, str] = field(default_factory=dict)  # tags asked for -> object or ""
    # Found to be right, by name.
    verified_tags: StoredMap[str, Oid] = field(default_factory=StoredMap)
    track: Track = field(default_factory=Track)
    # All rows, unreadable ones too.
    row_paths: StoredMap[RunId, str] = field(default_factory=StoredMap)
    n_rows: int = 0
    # Whose run a receipt belongs to, by its blob: all that brought it, in their order.
    receipt_runs: StoredMap[Oid, tuple[LaneRun, ...]] = field(default_factory=StoredMap)

    @property
    def findings(self) -> list[Finding]:
        """Every fault up to head.

        One in a file of a retracted run is settled by the retraction, and one of a file that belongs
        to no run by its removal.
        """
        found = (*self.track.findings(), *self.noted, *self._dangling(), *self._raised())
        gone = {(name, run_id) for name, lane in self.lanes.items() for run_id in lane.retracted}
        removed = {path for path, fault in self.track.faults.items() if fault.now is None}
        idle = {
            item.path
            for item in found
            if item.code in _OF_NO_RUN and item.severity == "error" and item.path in removed
        }

        def forgive(item: Finding) -> Finding:
            if item.path in idle:
                return replace(item, severity="note")
            place = parse_path(item.path)
            if place is None or place.kind not in ("row", "receipt"):
                return item
            is_gone = (place.lane, place.run_id) in gone
            return replace(item, severity="note") if is_gone else item

        return [forgive(item) for item in found]

    def _raised(self) -> Iterator[Finding]:
        """Files that landed and by which, or of which, nothing can be judged."""
        for name, lane in self.lanes.items():
            if lane.judged is None:
                continue
            for number, fault in lane.judged.unusable.items():
                is_over = any(n not in lane.judged.unusable for n in range(number, len(lane.rules)))
                message = f"{fault}; the rules before it stay in force"
                severity: Severity = "note" if is_over else "error"
                yield finding("unusable_rules", message, lane_path(name), severity=severity)
            for run_id, fault in lane.judged.stuck.items():
                yield finding("unjudged", f"judging it raises {fault}", self.row_paths[run_id])

    def _dangling(self) -> Iterator[Finding]:
        """What is named and is not there."""
        for receipts in self.waiting.values():
            if receipts[0].place.run_id not in self.row_paths:
                yield finding("unlisted_receipt", "no row lists it", receipts[0].path)
        for name in self.ladder:
            if name not in self.lanes and not self.faults_of(name):
                yield finding("unknown_lane", f"the ladder names {name}", LADDER_PATH)
        for name, lane in self.lanes.items():
            for gone in lane.retractions:
                run_id = gone.retraction.run_id
                path = retraction_path(name, run_id)
                if run_id not in self.row_paths:
                    yield finding("unknown_run", f"{run_id} never landed", path, fix=_RETRACTION)
                elif (landed := lane.find(run_id)) and landed.position > gone.position:
                    message = f"{run_id} landed behind its retraction, and never counts"
                    yield finding("unknown_run", message, path, severity="warning")

    def faults_of(self, lane: str) -> list[Finding]:
        """Why the rules of a lane cannot be read, though they are there."""
        path = lane_path(lane)
        return [item for item in self.noted if item.path == path and item.severity == "error"]

    def lane_order(self) -> list[LaneId]:
        """Lanes as the ladder has them, then the others by name."""
        rest = sorted(lane for lane in self.lanes if lane not in self.ladder)
        return [lane for lane in self.ladder if lane in self.lanes] + rest

    def row_of(self, run_id: str | None) -> Row | None:
        """The row of a run, whatever its lane; None where none has landed that can be read."""
        known = None if run_id is None else RunId(run_id)
        found = (lane.find(known) for lane in self.lanes.values())
        return next((landed.row for landed in found if landed is not None), None)

    def receipt_owner(self, blob: Oid, position: int | None = None) -> LaneRun | None:
        """The first run that a receipt proves and that has not been retracted.

        With `position` as it was at that commit.
        """
        for lane, run_id in self.receipt_runs.get(blob, ()):
            ledger = self.lanes.get(lane)
            if ledger is not None and not ledger.is_retracted(run_id, position):
                return lane, run_id
        return None

"""A whole ledger as values: what landed in each lane, and what the fold makes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from homegolf_git.core.fold import change_rules, fold, step
from homegolf_git.core.model import Finding, LandedRow, Lane, Retraction, Verdict
from homegolf_git.core.naming import LaneId, Oid, RunId
from homegolf_git.core.state import LaneState

Cause = Literal["improvement", "not_confirmed", "retraction"]


NOT_STORED = Oid("")  # of rules that came from no repository


@dataclass(frozen=True, slots=True)
class LandedRules:
    """A lane file as a commit put it in force; `sha256` is over the file's bytes."""

    lane: Lane
    sha256: str
    position: int
    blob: Oid = NOT_STORED


@dataclass(frozen=True, slots=True)
class LandedRetraction:
    """A retraction and the commit that landed it."""

    retraction: Retraction
    commit: Oid
    position: int


Event = LandedRules | LandedRetraction | LandedRow


@dataclass(slots=True)
class LaneLedger:
    """What landed in one lane, each list in the order of landing."""

    rules: list[LandedRules] = field(default_factory=list)
    rows: list[LandedRow] = field(default_factory=list)
    retractions: list[LandedRetraction] = field(default_factory=list)

    @property
    def current(self) -> LandedRules:
        """The rules in force at head."""
        return self.rules[-1]

    @property
    def retracted(self) -> frozenset[RunId]:
        """Runs that do not count any more."""
        return frozenset(landed.retraction.run_id for landed in self.retractions)

    def events(self) -> list[Event]:
        """Everything in order; within one commit rules come first and rows last."""
        return sorted(
            [*self.rules, *self.retractions, *self.rows], key=lambda event: event.position
        )


@dataclass(slots=True)
class Ledger:
    """Everything that landed up to a commit, and the faults that were met while reading it."""

    head: Oid
    ladder: tuple[LaneId, ...] = ()
    lanes: dict[LaneId, LaneLedger] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    positions: dict[Oid, int] = field(default_factory=dict)  # commits of the first-parent chain
    # Receipts of every lane whose run has not been retracted, by blob.
    receipt_blobs: dict[Oid, tuple[LaneId, RunId]] = field(default_factory=dict)
    row_paths: dict[RunId, str] = field(default_factory=dict)  # all rows, unreadable ones too

    def lane_order(self) -> list[LaneId]:
        """Lanes as the ladder has them, then the others by name."""
        rest = sorted(lane for lane in self.lanes if lane not in self.ladder)
        return [lane for lane in self.ladder if lane in self.lanes] + rest


@dataclass(frozen=True, slots=True)
class Judged:
    """A lane after its last row: the state, and a verdict for each row in order."""

    state: LaneState
    verdicts: list[Verdict]

    def valid_runs(self) -> list[RunId]:
        """Scored runs that count, in their order."""
        return [verdict.run_id for verdict in self.verdicts if verdict.run_id in self.state.valid]


def judge_lane(lane: LaneLedger) -> Judged:
    """Fold a lane's rows with every retraction that has landed since."""
    events = (e.lane if isinstance(e, LandedRules) else e for e in lane.events())
    rows = (e for e in events if not isinstance(e, LandedRetraction))
    return Judged(*fold(lane.rules[0].lane, rows, lane.retracted))


@dataclass(frozen=True, slots=True)
class IncumbentChange:
    """The number-th time a lane's incumbent changed; `run_id` is None where none was left."""

    number: int
    run_id: RunId | None
    cause: Cause
    cause_run_id: RunId
    commit: Oid
    verdict: Verdict  # of the row that caused it, at that commit
    rules: LandedRules


def incumbent_changes(lane: LaneLedger) -> list[IncumbentChange]:
    """Every change of incumbent, each as the fold of its own commit has it.

    A retraction judges the rows before it anew, so here, unlike in `judge_lane`, it counts from the
    commit that landed it.
    """
    changes: list[IncumbentChange] = []
    for commit, before, state, verdict, rules in _walk(lane):
        if state.incumbent != before:
            cause: Cause = "improvement"
            if verdict.reason in ("not_confirmed", "retracted"):
                cause = "retraction" if verdict.reason == "retracted" else "not_confirmed"
            changes.append(
                IncumbentChange(
                    len(changes) + 1, state.incumbent, cause, verdict.run_id, commit, verdict, rules
                )
            )
    return changes


def _walk(
    lane: LaneLedger,
) -> Iterator[tuple[Oid, RunId | None, LaneState, Verdict, LandedRules]]:
    """Step through the events; after each that could change the incumbent, say what it did."""
    rules = lane.rules[0]
    state, so_far, verdicts = (
        LaneState(rules.lane),
        list[LandedRow | Lane](),
        dict[RunId, Verdict](),
    )
    retracted: frozenset[RunId] = frozenset()
    for event in lane.events():
        before = state.incumbent
        if isinstance(event, LandedRules):
            rules = event
            so_far.append(event.lane)
            change_rules(state, event.lane)
        elif isinstance(event, LandedRow):
            so_far.append(event)
            run_id = event.row.run_id
            verdicts[run_id] = step(state, event, is_retracted=run_id in retracted)
            yield event.commit, before, state, verdicts[run_id], rules
        else:
            run_id = event.retraction.run_id
            retracted |= {run_id}
            if run_id in verdicts and verdicts[run_id].verdict_class != "invalid":
                state, again = fold(lane.rules[0].lane, so_far, retracted)
                verdicts = {verdict.run_id: verdict for verdict in again}
                yield event.commit, before, state, verdicts[run_id], rules

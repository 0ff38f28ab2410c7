"""A row at the ledger that it comes to: where it stands, and what of it is another run's already."""

from collections.abc import Callable, Iterator, Mapping

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId, Oid, RunId, receipt_folder
from homegolf_git.core.model.row import Evidence, LandedRow, Row
from homegolf_git.core.model.values import Value


class Spot(Value, frozen=True):
    """Where and how a row landed, or would."""

    path: str
    commit: Oid = Oid("")
    position: int = -1  # not landed
    blob: Oid = Oid("")


# Commits of valid promotions, by tag, lane promoted to and lane promoted from.
Promotions = Mapping[tuple[str, LaneId, LaneId], Oid]


def is_promoted(
    row: Row, rules: Lane, valid: Callable[[], Promotions], is_before: Callable[[Oid], bool]
) -> bool:
    """Whether a row names a promotion that admits it; `valid` is asked only where it matters.

    It gives the commit of every promotion that is what it says, by (tag, lane promoted to, lane
    promoted from); a promotion admits only rows that landed behind its commit.
    """
    source = rules.needs_promotion_from
    if source is None or row.promotion is None:
        return False
    commit = valid().get((row.promotion, row.lane, source))
    return commit is not None and is_before(commit)


def landed_row(
    row: Row, evidence: tuple[Evidence, ...], spot: Spot, *, is_promoted: bool
) -> LandedRow:
    """A row with what its receipts prove, and where and how it landed."""
    return LandedRow(
        row=row, evidence=evidence, is_promoted=is_promoted, commit=spot.commit,
        position=spot.position, path=spot.path, blob=spot.blob,
    )  # fmt: skip


def duplicate_findings(there: str | None, run_id: RunId, path: str) -> Iterator[Finding]:
    """Whether another row has the id; `there` is the path of the row that has it."""
    if there is not None:
        yield finding("duplicate_run_id", f"{run_id} already stands in {there}", path)


def reuse_findings(
    ledger: Ledger,
    row: Row,
    receipts: Mapping[str, Oid],
    severity: Severity = "error",
    position: int | None = None,
) -> Iterator[Finding]:
    """Receipts that prove a run of another lane; within a lane the row's own verdict says so.

    `receipts` gives their blobs by name; with `position` the ledger counts as of that commit.
    """
    for name in (listed.path for listed in row.receipts if listed.path in receipts):
        blob = receipts[name]
        if all(lane == row.lane for lane, _ in ledger.receipt_runs.get(blob, ())):
            continue
        owner = ledger.receipt_owner(blob, position)
        if owner is not None and owner[0] != row.lane:
            path = f"{receipt_folder(row.lane, row.run_id)}/{name}"
            message = f"it proves {owner[1]} on {owner[0]}"
            yield finding("receipt_reused", message, path, severity=severity)

"""Retractions by others than whoever submitted the run or owns the ledger."""

from collections.abc import Collection, Iterator

from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LaneId, retraction_path
from homegolf_git.core.model.row import Retraction, Row


def stranger_findings(name: LaneId, lane: LaneLedger, owners: Collection[str]) -> Iterator[Finding]:
    """A remark on each retraction in a lane that a stranger made."""
    for landed in lane.retractions:
        found = lane.find(landed.retraction.run_id)
        if found is not None:
            yield from stranger_finding(name, landed.retraction, found.row, owners)


def stranger_finding(
    name: LaneId, retraction: Retraction, row: Row, owners: Collection[str]
) -> Iterator[Finding]:
    """A remark on a retraction, if a stranger made it; names are compared as they are written."""
    by = retraction.by.removeprefix("@")
    if by == row.submitter.removeprefix("@") or by in owners:
        return
    message = f"{row.run_id} was submitted by {row.submitter}, and is retracted by {retraction.by}, who is no owner"
    path = retraction_path(name, row.run_id)
    yield finding("foreign_retraction", message, path, severity="warning")

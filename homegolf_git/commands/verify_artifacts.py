"""`homegolf verify --artifacts`: what rows list, held against what is at its address."""

from collections.abc import Iterable, Iterator
from itertools import islice

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.artifacts import (
    Checked,
    ListedArtifact,
    artifact_finding,
    listed_artifacts,
    sample_order,
)
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import LandedRow
from homegolf_git.shell.reading.rowdocuments import row_documents

_FEW = 16  # documents that are read at a time for a sample


class _Tally:
    """Counts of what was passed over on the way."""

    def __init__(self) -> None:
        self.without_address = self.without_digest = self.retracted = self.listed = 0

    def fit(self, items: Iterable[ListedArtifact]) -> Iterator[ListedArtifact]:
        """Artifacts that can be fetched and compared."""
        for item in items:
            if item.uri is None:
                self.without_address += 1
            elif not item.has_proof:
                self.without_digest += 1
            else:
                yield item


def check_artifacts(
    workspace: Workspace, ledger: Ledger, sample: int | None, timeout: float
) -> tuple[Checked, list[Finding]]:
    """Fetch and compare every artifact of the ledger, or so many of them."""
    from homegolf_git.shell.artifacts import fetch  # noqa: PLC0415 - half a second, and only here

    tally, progress = _Tally(), workspace.progress
    found: list[Finding] = []
    checked = bytes_read = 0
    for item in islice(_artifacts(workspace, ledger, tally, sample is not None), sample):
        checked += 1

        def tell(size: int, number: int = checked, run_id: RunId = item.run_id) -> None:
            progress.show(f"artifact {number}, {run_id}: {size:,} bytes")

        tell(0)
        assert item.uri is not None  # noqa: S101 - it fits
        fetched = fetch(item.uri, item.artifact_bytes, timeout, tell)
        bytes_read += fetched.artifact_bytes
        if (fault := artifact_finding(item, fetched)) is not None:
            found.append(fault)
    progress.clear()
    return Checked(
        tally.listed, checked, checked - len(found), bytes_read,
        tally.without_address, tally.without_digest, tally.retracted,
    ), found  # fmt: skip


def _artifacts(
    workspace: Workspace, ledger: Ledger, tally: _Tally, is_sample: bool
) -> Iterator[ListedArtifact]:
    """Artifacts to fetch, in the order of landing or of a sample."""
    rows = list(_rows(ledger, tally))
    if is_sample:
        by_run = {landed.row.run_id: landed for landed in rows}
        rows = [by_run[run] for run in sample_order(ledger.head, by_run)]
    documents = row_documents(workspace.repo(), rows, _FEW)
    for landed, document in zip(rows, documents, strict=True):
        yield from tally.fit(listed_artifacts(landed.row.run_id, landed.path, document))


def _rows(ledger: Ledger, tally: _Tally) -> Iterator[LandedRow]:
    """Rows that count and list artifacts."""
    for name in ledger.lane_order():
        lane = ledger.lanes[name]
        retracted = lane.retracted
        for landed in lane.rows:
            tally.listed += len(landed.row.artifacts)
            if landed.row.run_id in retracted:
                tally.retracted += len(landed.row.artifacts)
            elif landed.row.artifacts:
                yield landed

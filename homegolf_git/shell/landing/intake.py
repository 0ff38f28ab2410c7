"""A row on its way in: read from any file, with its receipts, and put where it belongs."""

from pathlib import Path

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.validity import Promotions, is_promoted
from homegolf_git.core.model.findings import Finding, finding, has_errors
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import Oid, receipt_folder, row_path
from homegolf_git.core.model.row import LandedRow, Row
from homegolf_git.core.model.values import Json, Record, field
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.files.documents import check_metric, read_row
from homegolf_git.shell.files.worktree import read_file
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reading.promotions import PromotionTags
from homegolf_git.shell.reading.rowfiles import read_evidence

RECEIPT_BYTES_MAX = 256 * 1024
RECEIPTS_BYTES_MAX = 1024 * 1024


class Incoming(Record):
    """A row that wants to land; `row` is None where it cannot be read."""

    path: str  # as the user named it
    data: bytes
    row: Row | None = None
    findings: list[Finding] = field(default_factory=list)
    document: dict[str, Json] = field(default_factory=dict)
    given: dict[str, bytes] = field(default_factory=dict)  # receipts handed over, by file name
    receipts: dict[str, bytes] = field(default_factory=dict)  # those found, by path in the ledger

    @property
    def place(self) -> str:
        """Where the row belongs."""
        assert self.row is not None  # noqa: S101 - only asked of rows that were read
        return row_path(self.row.lane, self.row.finished_at, self.row.run_id)

    @property
    def files(self) -> dict[str, bytes]:
        """Everything the row's commit adds, by path."""
        return {self.place: self.data, **self.receipts}

    @property
    def message(self) -> str:
        """The message of the row's commit."""
        assert self.row is not None  # noqa: S101 - only asked of rows that were read
        return (
            f"run({self.row.lane}): {self.row.run_id}\n\n"
            f"Homegolf-Run: {self.row.run_id}\n"
            f"Homegolf-Lane: {self.row.lane}\n"
            f"Homegolf-Row-Sha256: {sha256_hex(self.data)}\n"
        )


def read_incoming(file: Path, data: bytes | None = None) -> Incoming:
    """Read a row file from anywhere; `data` where the text was made just now."""
    candidate = Incoming(str(file), read_file(file) if data is None else data)
    candidate.row, document, candidate.findings = read_row(candidate.data, candidate.path)
    candidate.document = document or {}
    if candidate.row is not None and data is None and file.stem != candidate.row.run_id:
        message = f"run_id says {candidate.row.run_id}, the file name says {file.stem}"
        candidate.findings.append(finding("wrong_place", message, candidate.path))
    return candidate


def land(
    repo: GitRepo, ledger: Ledger, candidate: Incoming, folders: list[Path], tags: PromotionTags
) -> LandedRow | None:
    """Check a candidate against its lane and collect its receipts; None where it cannot land."""
    row, found = candidate.row, candidate.findings
    if row is None:
        return None
    lane = ledger.lanes.get(row.lane)
    if lane is None:
        known = ", ".join(ledger.lane_order()) or "none"
        found.append(
            finding("unknown_lane", f"{row.lane} has no rules; lanes: {known}", candidate.path)
        )
        return None
    if row.run_id in ledger.row_paths:
        message = f"{row.run_id} already stands in {ledger.row_paths[row.run_id]}"
        found.append(finding("duplicate_run_id", message, candidate.path))
        return None
    rules = lane.current.lane
    found += check_metric(candidate.document, rules, candidate.path)
    evidence = []
    for listed in row.receipts:
        data = _find_receipt(repo, candidate, listed.path, folders)
        if data is None:
            continue
        path = f"{receipt_folder(row.lane, row.run_id)}/{listed.path}"
        proof, faults = read_evidence(listed.kind, listed.sha256, data, rules, path)
        found += faults
        candidate.receipts[path] = data
        owner = ledger.receipt_owner(repo.blob_id(data))
        if owner is not None and owner[0] != row.lane:
            message = f"it proves {owner[1]} on {owner[0]}"
            found.append(finding("receipt_reused", message, candidate.path))
        if proof is not None:
            evidence.append(proof)
    _check_sizes(candidate)
    if has_errors(found):
        return None
    return LandedRow(
        row=row, evidence=tuple(evidence), is_promoted=is_admitted(tags, ledger, row, rules), commit=Oid(""), position=-1,
        path=candidate.place, blob=Oid(""),
    )  # fmt: skip


def is_admitted(tags: PromotionTags, ledger: Ledger, row: Row, rules: Lane) -> bool:
    """Whether a promotion admits a row that would land behind every commit there is."""

    def valid() -> Promotions:
        return tags.valid(ledger.head)[0]

    return is_promoted(row, rules, valid, lambda commit: commit in tags.repo.positions(ledger.head))


def _find_receipt(
    repo: GitRepo, candidate: Incoming, name: str, folders: list[Path]
) -> bytes | None:
    """A receipt's bytes: from the named folders, from beside the row, or from its place."""
    if name in candidate.given:
        return candidate.given[name]
    row = candidate.row
    assert row is not None  # noqa: S101 - the caller's condition
    beside = Path(candidate.path).absolute().parent
    looked = [folder for given in folders for folder in (given, given / row.run_id)]
    looked += [
        beside,
        beside / row.run_id,
        beside / "receipts" / row.run_id,
        beside.parent / "receipts" / row.run_id,
        beside.parent.parent / "receipts" / row.run_id,
        repo.top / receipt_folder(row.lane, row.run_id),
    ]
    for folder in looked:
        file = folder / name
        if file.is_symlink() or file.is_file():
            try:
                return read_file(file)
            except HomegolfError as error:
                candidate.findings += error.findings
                return None
    message = f"receipt {name} is in none of the folders looked in"
    fix = f"put it beside the row, or below {beside / 'receipts' / row.run_id}, or give --receipts"
    candidate.findings.append(finding("missing_receipt", message, candidate.path, fix=fix))
    return None


def _check_sizes(candidate: Incoming) -> None:
    for path, data in candidate.receipts.items():
        if len(data) > RECEIPT_BYTES_MAX:
            message = f"{len(data):,} bytes, {RECEIPT_BYTES_MAX:,} are allowed"
            candidate.findings.append(finding("receipt_too_large", message, path))
    if sum(map(len, candidate.receipts.values())) > RECEIPTS_BYTES_MAX:
        message = f"its receipts are larger than {RECEIPTS_BYTES_MAX:,} bytes together"
        candidate.findings.append(finding("receipt_too_large", message, candidate.path))

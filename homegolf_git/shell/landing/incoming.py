"""A row file on its way in: read from anywhere, with its receipts found, and put where it belongs."""

from collections.abc import Sequence
from pathlib import Path

from homegolf_git.core.judge.admission import Trial
from homegolf_git.core.judge.arrivals import Promotions, Spot, is_promoted
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import Oid, receipt_folder, row_path
from homegolf_git.core.model.row import LandedRow, Row
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.files.worktree import read_file
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reading.door import Arrival, Delivered, arrive
from homegolf_git.shell.reading.promotions import PromotionTags


class Incoming:
    """A row file that wants to land, and what is said of it so far."""

    def __init__(self, path: str, data: bytes) -> None:
        # `path` is the file as the user named it.
        beside = Path(path).absolute().parent / "receipts"
        self.arrival = Arrival("file", path, data)
        if (row := self.arrival.row) is not None:
            self.arrival.advice = (
                f"put it beside the row, or below {beside / row.run_id}, or give --receipts"
            )
        self.said: list[Finding] = self.arrival.faults  # at the door
        self.remarks: list[Finding] = []  # what only this way in can tell
        self.given: dict[str, bytes] = {}  # receipts handed over, by file name
        self.receipts: dict[str, bytes] = {}  # those that were found, by path in the ledger

    @property
    def path(self) -> str:
        """The file as the user named it."""
        return self.arrival.path

    @property
    def row(self) -> Row | None:
        """The row; None where it cannot be read."""
        return self.arrival.row

    @property
    def findings(self) -> list[Finding]:
        """Everything that is said of it."""
        return [*self.said, *self.remarks]

    @property
    def place(self) -> str:
        """Where the row belongs."""
        assert self.row is not None  # noqa: S101 - only asked of rows that were read
        return row_path(self.row.lane, self.row.finished_at, self.row.run_id)

    @property
    def files(self) -> dict[str, bytes]:
        """Everything the row's commit adds, by path."""
        return {self.place: self.arrival.data, **self.receipts}

    @property
    def message(self) -> str:
        """The message of the row's commit."""
        assert self.row is not None  # noqa: S101 - only asked of rows that were read
        return (
            f"run({self.row.lane}): {self.row.run_id}\n\n"
            f"Homegolf-Run: {self.row.run_id}\n"
            f"Homegolf-Lane: {self.row.lane}\n"
            f"Homegolf-Row-Sha256: {sha256_hex(self.arrival.data)}\n"
        )


def read_incoming(file: Path, data: bytes | None = None) -> Incoming:
    """Read a row file from anywhere; `data` where the text was made just now."""
    incoming = Incoming(str(file), read_file(file) if data is None else data)
    row = incoming.row
    if row is not None and data is None and file.stem != row.run_id:
        message = f"run_id says {row.run_id}, the file name says {file.stem}"
        fix = f"rename the file to {row.run_id}{file.suffix}, or correct run_id"
        incoming.remarks.append(finding("wrong_place", message, incoming.path, severity="warning", fix=fix))  # fmt: skip
    return incoming


def land(
    tags: PromotionTags, trial: Trial, incoming: Incoming, folders: Sequence[Path]
) -> LandedRow | None:
    """Take a row through the door with the receipts that are found; None where it cannot land."""
    row = incoming.row
    delivered = {} if row is None else _delivered(tags.repo, incoming, row, folders)
    landed, incoming.said = arrive(
        trial, incoming.arrival, delivered, Spot(incoming.path if row is None else incoming.place),
        lambda row, rules: is_admitted(tags, trial.ledger, row, rules),
    )  # fmt: skip
    return landed


def _delivered(
    repo: GitRepo, incoming: Incoming, row: Row, folders: Sequence[Path]
) -> dict[str, Delivered]:
    """The receipts that a row lists and that are found."""
    delivered = {}
    for listed in row.receipts:
        data = _find_receipt(repo, incoming, listed.path, folders)
        if isinstance(data, bytes):
            blob = repo.blob_id(data)
            delivered[listed.path] = Delivered(blob, len(data), data)
            incoming.receipts[f"{receipt_folder(row.lane, row.run_id)}/{listed.path}"] = data
        elif data is not None:
            incoming.remarks += data.findings
            delivered[listed.path] = Delivered(Oid(""), 0, None)
    return delivered


def is_admitted(tags: PromotionTags, ledger: Ledger, row: Row, rules: Lane) -> bool:
    """Whether a promotion admits a row that would land behind every commit there is."""

    def valid() -> Promotions:
        return tags.valid(ledger.head, only=row.promotion)[0]

    return is_promoted(row, rules, valid, lambda commit: commit in tags.repo.positions(ledger.head))


def _find_receipt(
    repo: GitRepo, incoming: Incoming, name: str, folders: Sequence[Path]
) -> bytes | HomegolfError | None:
    """A receipt's bytes: from the named folders, from beside the row, or from its place."""
    if name in incoming.given:
        return incoming.given[name]
    row = incoming.row
    assert row is not None  # noqa: S101 - the caller's condition
    beside = Path(incoming.path).absolute().parent
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
                return error
    return None

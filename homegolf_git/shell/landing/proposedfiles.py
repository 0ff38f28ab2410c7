"""The files of a pull request, read from git objects: a size is asked for before anything is read."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.judge.proposal import Proposal
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import (
    REGULAR_FILE_MODE,
    RULES,
    SUBMODULE_MODE,
    LaneRun,
    LedgerPath,
    Oid,
    parse_path,
)
from homegolf_git.core.model.signers import BYTES_MAX as SIGNERS_BYTES_MAX
from homegolf_git.errors import environment_error
from homegolf_git.shell.files.rowyaml import BYTES_MAX
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reading.door import RECEIPT_BYTES_MAX, RECEIPTS_BYTES_MAX, Delivered

_LIMITS = {
    "row": BYTES_MAX,
    "retraction": BYTES_MAX,
    "receipt": RECEIPT_BYTES_MAX,
    "lane": BYTES_MAX,
    "ladder": BYTES_MAX,
    "maps": BYTES_MAX,
    "signers": SIGNERS_BYTES_MAX,
}
CONTENT_BYTES_MAX = 256 << 20  # of all that is read
_LARGE = 10 << 20  # bytes of a file outside the ledger
_SQUASH = "run `git rebase -i <base>` and make them one commit: history keeps what it once held"
Placed = tuple[PathChange, LedgerPath]


class _Contents(Mapping[Oid, bytes]):
    """What objects hold, each read when it is asked for: together they may be large."""

    def __init__(self, repo: GitRepo, wanted: Collection[Oid]) -> None:
        self._repo, self._wanted = repo, wanted

    def __getitem__(self, oid: Oid) -> bytes:
        if oid not in self._wanted:
            raise KeyError(oid)
        return self._repo.blobs([oid])[oid]

    def __contains__(self, oid: object) -> bool:
        return oid in self._wanted

    def __iter__(self) -> Iterator[Oid]:
        return iter(self._wanted)

    def __len__(self) -> int:
        return len(self._wanted)


class ProposedFiles:
    """What a pull request adds to the ledger, file by file; what is too large is not read."""

    def __init__(self, repo: GitRepo, proposal: Proposal) -> None:
        """Find out what may be read.

        Raises:
            HomegolfError: where an object is missing.
        """
        self.findings: list[Finding] = []
        self._placed = _files(proposal.places(*_LIMITS))
        passing = list(_passing(proposal, {change.blob for change, _ in self._placed}))
        brought = [*self._placed, *(placed for _, placed in passing)]
        self._sizes = repo.sizes(change.blob for change, _ in brought)
        for change, _ in brought:
            if change.blob not in self._sizes:
                raise environment_error("missing_objects", f"object {change.blob} is not here")
        for commit, (change, place) in passing:
            self._check_size(change, place, f"as of commit {commit[:12]} ")
        self.findings += _replaced(repo, proposal)
        rules = [change for _, (change, place) in passing if place.kind in RULES]
        self.receipts: dict[LaneRun, list[Placed]] = {}  # that are added, links too
        for change, place in proposal.places("receipt"):
            if change.status != "A":
                continue
            self.receipts.setdefault((place.lane, place.run_id), []).append((change, place))
        small = (change.blob for change in rules if self._sizes[change.blob] <= BYTES_MAX)
        wanted = dict.fromkeys(chain(self._wanted(), small))
        total = sum(self._sizes[oid] for oid in wanted)
        if total > CONTENT_BYTES_MAX:
            message = (
                f"its files in the ledger have {total:,} bytes, {CONTENT_BYTES_MAX:,} are allowed"
            )
            self.findings.append(finding("too_many_changes", message))
            wanted.clear()
        self.blobs: Mapping[Oid, bytes] = _Contents(repo, wanted)

    def added(self, kind: str) -> list[Placed]:
        """Files of a kind that are added and were read."""
        return [
            (change, place)
            for change, place in self._placed
            if place.kind == kind and change.status == "A" and change.blob in self.blobs
        ]

    def delivered(self, run: LaneRun) -> dict[str, Delivered]:
        """The receipts of a run by their names."""
        return {
            place.file: Delivered(
                change.blob, self._sizes[change.blob], self.blobs.get(change.blob)
            )
            for change, place in self.receipts.get(run, ())
            if change.mode == REGULAR_FILE_MODE
        }

    def _wanted(self) -> Iterable[Oid]:
        """What is small enough; of receipts whose row is here the door says what is not."""
        rows = {(place.lane, place.run_id) for _, place in self._placed if place.kind == "row"}
        heavy = {
            run for run, placed in self.receipts.items() if self._total(placed) > RECEIPTS_BYTES_MAX
        }
        for change, place in self._placed:
            size, limit = self._sizes[change.blob], _LIMITS[place.kind]
            run = (place.lane, place.run_id) if place.kind == "receipt" else None
            if size <= limit and run not in heavy:
                yield change.blob
            elif run not in rows:
                self._check_size(change, place)

    def _check_size(self, change: PathChange, place: LedgerPath, when: str = "") -> None:
        size, limit = self._sizes[change.blob], _LIMITS[place.kind]
        if size > limit:
            code = "receipt_too_large" if place.kind == "receipt" else "too_large"
            message = f"{when}the file has {size:,} bytes, {limit:,} are allowed"
            self.findings.append(finding(code, message, change.path))

    def _total(self, placed: list[Placed]) -> int:
        return sum(self._sizes.get(change.blob, 0) for change, _ in placed)


def _files(placed: Iterable[Placed]) -> list[Placed]:
    """Those that are there, as regular files."""
    return [
        (change, place)
        for change, place in placed
        if change.status != "D" and change.mode == REGULAR_FILE_MODE
    ]


def _passing(proposal: Proposal, whole: Collection[Oid]) -> Iterator[tuple[Oid, Placed]]:
    """Files that a commit brings and a later one replaces or removes, with that commit."""
    for commit in proposal.commits:
        found = ((change, parse_path(change.path)) for change in commit.changes)
        placed = [(change, place) for change, place in found if place and place.kind in _LIMITS]
        for change, place in _files(placed):
            if change.blob not in whole:
                yield commit.oid, (change, place)


def _replaced(repo: GitRepo, proposal: Proposal) -> Iterator[Finding]:
    """Large files outside the ledger that a later commit replaces: a rebase keeps them for good."""
    whole = {change.path: change.blob for change in proposal.changes}
    brought = [
        (commit.oid, change)
        for commit in proposal.commits
        for change in commit.changes
        if whole.get(change.path, change.blob) != change.blob
        and change.mode != SUBMODULE_MODE
        and parse_path(change.path) is None
    ]
    sizes = repo.sizes(change.blob for _, change in brought)
    for commit, change in brought:
        size = sizes.get(change.blob, 0)
        if size > _LARGE:
            message = (
                f"commit {commit[:12]} brings {size:,} bytes of it, and a later one replaces them"
            )
            yield finding("taken_back", message, change.path, fix=_SQUASH)

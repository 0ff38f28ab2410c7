"""Row files with their receipts, from git objects to rows: in this process, or in others beside it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

from homegolf_git.core.judge.history import LandedFile, RowFile
from homegolf_git.core.judge.trailers import landed_findings, said_in, said_of_named
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import decode, encode
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reading.beside import Beside
from homegolf_git.shell.reading.door import Arrival, Delivered, ReadRow, read_arrival

_TOO_LATE = "retract the run, and record it again with its receipts under another id"


def read_batches(
    repo: GitRepo, batches: Iterable[list[RowFile]], jobs: int
) -> Iterator[list[ReadRow]]:
    """Read batch after batch; with several jobs the next ones are read meanwhile."""
    batches = iter(batches)
    first = list(islice(batches, 2))
    if jobs < 2 or len(first) < 2:  # noqa: PLR2004 - for one batch no process is worth its start
        yield from (_read(repo, batch) for batch in chain(first, batches))
        return

    def read_here(batch: list[RowFile]) -> bytes:
        return encode(_read(repo, batch))

    with Beside(jobs, _begin, repo.top) as beside:
        waiting: deque[Callable[[], bytes]] = deque()
        for batch in chain(first, batches):
            waiting.append(beside.ask(_read_beside, read_here, batch))
            if len(waiting) > jobs + 1:
                yield decode(list[ReadRow], waiting.popleft()())
        while waiting:
            yield decode(list[ReadRow], waiting.popleft()())


_beside: GitRepo  # of a process that reads for another one


def _begin(top: Path) -> None:
    global _beside  # noqa: PLW0603 - set once, when the process starts
    _beside = GitRepo(top)


def _read_beside(batch: list[RowFile]) -> bytes:
    return encode(_read(_beside, batch))


def _read(repo: GitRepo, batch: list[RowFile]) -> list[ReadRow]:
    blobs = repo.blobs(
        blob
        for item in batch
        for blob in (item.file.blob, *(receipt.blob for receipt in item.receipts), item.merged)
        if blob is not None
    )
    return [read_row_file(item, blobs) for item in batch]


def read_row_file(item: RowFile, blobs: dict[Oid, bytes]) -> ReadRow:
    """Read one row file that landed, given the contents of its blobs."""
    arrival = Arrival("history", item.file.path, blobs[item.file.blob], item.file.place, _TOO_LATE)
    read = read_arrival(arrival, delivered(item.receipts, blobs), item.rules)
    read.findings.extend(_trailer_findings(item, blobs))
    return read


def _trailer_findings(item: RowFile, blobs: Mapping[Oid, bytes]) -> Iterator[Finding]:
    """What the row's commit says of it and is not so; of a merge, what the merged commit says."""
    place, said = item.file.place, item.said
    if item.merged is not None:
        message = blobs[item.merged].partition(b"\n\n")[2].decode("utf-8", "surrogateescape")
        said = said_of_named(said_in(message), {place.run_id}).get(place.run_id, ())
    if said:
        digest = sha256_hex(blobs[item.file.blob])
        facts = {"Run": place.run_id, "Lane": place.lane, "Row-Sha256": digest}
        yield from landed_findings(said, facts, item.file.path)


def delivered(receipts: Iterable[LandedFile], blobs: Mapping[Oid, bytes]) -> dict[str, Delivered]:
    """Receipts that landed, by their names in the folder."""
    return {
        receipt.place.file: Delivered(receipt.blob, len(blobs[receipt.blob]), blobs[receipt.blob])
        for receipt in receipts
    }

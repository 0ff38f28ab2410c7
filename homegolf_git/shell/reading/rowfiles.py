"""Row files with their receipts, from git objects to rows: in this process, or in others beside it."""

import gc
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from pathlib import Path

from homegolf_git.core.judge.history import RowFile
from homegolf_git.core.model.findings import Finding, finding, has_errors
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.row import Evidence, Row
from homegolf_git.core.model.values import Value, decode, encode
from homegolf_git.receipts import ReceiptError, read_receipt, reader_of
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.files.documents import check_metric, read_row
from homegolf_git.shell.git.gitrepo import GitRepo


class ReadRow(Value, frozen=True):
    """What a row file says; the row is None where it cannot be read."""

    row: Row | None
    evidence: tuple[Evidence, ...]
    findings: list[Finding]


def read_batches(
    repo: GitRepo, batches: Iterable[list[RowFile]], jobs: int
) -> Iterator[list[ReadRow]]:
    """Read batch after batch; with several jobs the next ones are read meanwhile."""
    batches = iter(batches)
    first = list(islice(batches, 2))
    if jobs < 2 or len(first) < 2:  # noqa: PLR2004 - for one batch no process is worth its start
        yield from (_read(repo, batch) for batch in chain(first, batches))
        return
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(repo.top,)) as pool:
        waiting: deque[Future[bytes]] = deque()
        for batch in chain(first, batches):
            waiting.append(pool.submit(_read_beside, batch))
            if len(waiting) > jobs + 1:
                yield decode(list[ReadRow], waiting.popleft().result())
        while waiting:
            yield decode(list[ReadRow], waiting.popleft().result())


_beside: GitRepo  # of a process that reads for another one


def _begin(top: Path) -> None:
    global _beside  # noqa: PLW0603 - set once, when the process starts
    gc.disable()
    _beside = GitRepo(top)


def _read_beside(batch: list[RowFile]) -> bytes:
    return encode(_read(_beside, batch))


def _read(repo: GitRepo, batch: list[RowFile]) -> list[ReadRow]:
    blobs = repo.blobs(
        blob
        for item in batch
        for blob in (item.file.blob, *(receipt.blob for receipt in item.receipts))
    )
    return [read_row_file(item, blobs) for item in batch]


def read_row_file(item: RowFile, blobs: dict[Oid, bytes]) -> ReadRow:
    """Read one row file, given the contents of its blobs."""
    path = item.file.path
    row, document, found = read_row(blobs[item.file.blob], path, item.file.place)
    if item.rules is None:
        found.append(finding("unknown_lane", f"{item.file.place.lane} has no rules", path))
    elif row is not None and document is not None:
        found += check_metric(document, item.rules, path)
    if row is None or item.rules is None or has_errors(found):
        return ReadRow(None, (), found)
    evidence = []
    there = {receipt.place.file: receipt for receipt in item.receipts}
    for listed in row.receipts:
        receipt = there.get(listed.path)
        if receipt is None:
            found.append(finding("missing_receipt", f"{listed.path} did not land with it", path))
            continue
        proof, faults = read_evidence(
            listed.kind, listed.sha256, blobs[receipt.blob], item.rules, receipt.path
        )
        found += faults
        if proof is not None:
            evidence.append(proof)
    return ReadRow(row, tuple(evidence), found)


def read_evidence(
    kind: str, sha256: str, data: bytes, rules: Lane, path: str
) -> tuple[Evidence | None, list[Finding]]:
    """What a receipt proves; a digest that differs proves nothing."""
    if (found := sha256_hex(data)) != sha256:
        message = f"the file has {found[:12]}..., the row says {sha256[:12]}..."
        return None, [finding("receipt_digest", message, path)]
    if reader_of(kind, rules.receipts) is None:
        message = f"kind {kind!r} has no reader, so it proves nothing"
        return Evidence(sha256, ()), [
            finding("unknown_receipt_kind", message, path, severity="warning")
        ]
    try:
        return Evidence(sha256, read_receipt(kind, data, rules.receipts).observations), []
    except ReceiptError as error:
        return Evidence(sha256, ()), [finding("unreadable_receipt", str(error), path)]

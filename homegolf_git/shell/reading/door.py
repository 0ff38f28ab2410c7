"""The one door: from the bytes of a row and its receipts to a row that can land, with its findings.

A file, a pull request and the history each supply bytes; what is wrong with them is said here alone,
so that none of the three can disagree with another about one row and its receipts.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Literal

from homegolf_git.core.judge.admission import Trial
from homegolf_git.core.judge.arrivals import Spot, duplicate_findings, landed_row, reuse_findings
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.stated import compared
from homegolf_git.core.model.factnames import LOG_KIND
from homegolf_git.core.model.findings import Finding, finding, has_errors
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import (
    LaneId,
    LedgerPath,
    Oid,
    RunId,
    lane_id_of,
    receipt_folder,
    run_id_of,
)
from homegolf_git.core.model.row import Evidence, LandedRow, ReceiptRef, Row
from homegolf_git.core.model.rowcheck import name_findings
from homegolf_git.core.model.values import Document, Value, replace
from homegolf_git.receipts import DuplicateKeyError, ReceiptError, read_receipt, reader_of
from homegolf_git.receipts.strictjson import parse
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.files.documents import check_metric, read_row

RECEIPT_BYTES_MAX = 256 * 1024
RECEIPTS_BYTES_MAX = 1024 * 1024  # of a run

Origin = Literal["file", "pull request", "history"]
_MISSING = {
    "file": "receipt {} is in none of the folders looked in",
    "pull request": "{} is not in the pull request",
    "history": "{} did not land with it",
}


class Delivered(Value, frozen=True):
    """A receipt as it was handed over; of one that nobody reads the data is None."""

    blob: Oid
    size: int
    data: bytes | None

    @property
    def content(self) -> bytes | None:
        """What there is to read of it: nothing where it is too large."""
        return self.data if self.size <= RECEIPT_BYTES_MAX else None


Receipts = Mapping[str, Delivered]  # all that lie in the row's folder, by name


class Arrival:
    """The bytes of a row and where they come from.

    `place` is where they stand in the ledger, None for a file from outside; `advice` is what mends
    a receipt that is not there.
    """

    def __init__(
        self,
        origin: Origin,
        path: str,
        data: bytes,
        place: LedgerPath | None = None,
        advice: str = "",
    ) -> None:
        self.origin, self.path, self.data = origin, path, data
        self.place, self.advice = place, advice

    @cached_property
    def _read(self) -> tuple[Row | None, Document | None, list[Finding]]:
        return read_row(self.data, self.path, self.place)

    @property
    def row(self) -> Row | None:
        """The row, whatever its lane; None where it cannot be read."""
        return self._read[0]

    @property
    def document(self) -> Document | None:
        """The row as a document that passed its schema, or None."""
        return self._read[1]

    @property
    def faults(self) -> list[Finding]:
        """What is wrong with the row itself."""
        return self._read[2]

    @property
    def lane(self) -> LaneId:
        """The lane it stands in, or says it belongs to."""
        if self.place is not None:
            return self.place.lane
        return (self.document and lane_id_of(self.document["lane"])) or LaneId("")

    @property
    def run_id(self) -> RunId | None:
        """The run whose place it has, or that it says it is."""
        if self.place is not None:
            return self.place.run_id
        return run_id_of(self.document["run_id"]) if self.document is not None else None


class ReadRow(Value, frozen=True):
    """What a row and its receipts say; the row is None where it cannot be read."""

    row: Row | None
    evidence: tuple[Evidence, ...]
    findings: list[Finding]


def read_arrival(
    arrival: Arrival, receipts: Receipts, rules: Lane | None, ledger: Ledger | None = None
) -> ReadRow:
    """Read a row against its lane's rules, and every receipt in its folder.

    `ledger` is the one that it comes to, which can say why there are no rules.
    """
    row, document, found = arrival.row, arrival.document, list(arrival.faults)
    if rules is None and arrival.lane:
        found += _no_rules(arrival, ledger)
    elif document is not None and rules is not None:
        found += check_metric(document, rules, arrival.path)
    if row is None or rules is None:
        return ReadRow(None, (), found)
    # What landed stays; that its name was a bad choice is said all the same.
    found += name_findings(row, arrival.path, "warning" if arrival.origin == "history" else "error")
    is_readable = not has_errors(found)
    evidence, faults = _read_receipts(arrival, row, receipts, rules)
    return ReadRow(row if is_readable else None, evidence, [*found, *faults])


def _no_rules(arrival: Arrival, ledger: Ledger | None) -> list[Finding]:
    """That a lane has no rules, or that they cannot be read, with what is wrong with them."""
    if ledger is not None and (faults := ledger.faults_of(arrival.lane)):
        message = f"the rules of {arrival.lane} cannot be read"
        return [finding("bad_lane", message, arrival.path), *faults]
    lanes = ledger.lane_order() if ledger is not None else []
    known = f"; lanes: {', '.join(lanes)}" if lanes else ""
    message = f"{arrival.lane} has no rules{known}"
    return [finding("unknown_lane", message, arrival.path)]


def _read_receipts(
    arrival: Arrival, row: Row, receipts: Receipts, rules: Lane
) -> tuple[tuple[Evidence, ...], list[Finding]]:
    folder = receipt_folder(row.lane, row.run_id)
    found = list(_size_findings(receipts, folder))
    total = sum(delivered.size for delivered in receipts.values())
    is_heavy = total > RECEIPTS_BYTES_MAX  # then none of them is read
    evidence = []
    for listed in row.receipts:
        delivered = receipts.get(listed.path)
        if delivered is None:
            message = _MISSING[arrival.origin].format(listed.path)
            found.append(finding("missing_receipt", message, arrival.path, fix=arrival.advice))
        elif delivered.content is not None and not is_heavy:
            path = f"{folder}/{listed.path}"
            proof, faults = _read_evidence(listed, delivered.content, rules, path, arrival)
            found += faults
            evidence += [proof] if proof is not None else []
    names = {listed.path for listed in row.receipts}
    for name, delivered in receipts.items():
        if name not in names:
            path = f"{folder}/{name}"
            found.append(finding("unlisted_receipt", "the row does not list it", path))
            if delivered.content is not None and not is_heavy:
                found += _structure_findings(delivered.content, path)
    return tuple(evidence), found


def _size_findings(receipts: Receipts, folder: str) -> Iterator[Finding]:
    for name, delivered in receipts.items():
        if delivered.size > RECEIPT_BYTES_MAX:
            message = f"the file has {delivered.size:,} bytes, {RECEIPT_BYTES_MAX:,} are allowed"
            yield finding("receipt_too_large", message, f"{folder}/{name}")
    if (total := sum(delivered.size for delivered in receipts.values())) > RECEIPTS_BYTES_MAX:
        message = f"its receipts have {total:,} bytes, {RECEIPTS_BYTES_MAX:,} are allowed"
        yield finding("receipt_too_large", message, folder)


def _read_evidence(
    listed: ReceiptRef, data: bytes, rules: Lane, path: str, arrival: Arrival
) -> tuple[Evidence | None, list[Finding]]:
    """What a receipt proves; a digest that differs proves nothing."""
    if (digest := sha256_hex(data)) != listed.sha256:
        message = f"the file has {digest}, the row says {listed.sha256}"
        differs = finding("receipt_digest", message, path)
        return None, [differs, *_structure_findings(data, path)]
    if reader_of(listed.kind, rules.receipt_maps) is None:
        message = f"kind {listed.kind!r} has no reader, so it proves nothing"
        unknown = finding("unknown_receipt_kind", message, path, severity="warning")
        is_meant = listed.kind == LOG_KIND  # nobody takes the last lines of output for a proof
        found = [*([] if is_meant else [unknown]), *_structure_findings(data, path)]
        return Evidence(digest, (), contradiction=_contradiction(listed, data, arrival)), found
    try:
        receipt = read_receipt(listed.kind, data, rules.receipt_maps)
    except ReceiptError as error:
        return Evidence(digest, ()), list(_unreadable(error, path))
    found = []
    if receipt.unread:
        found.append(finding("partly_read", receipt.unread, path, severity="warning"))
    differing, added = compared(arrival.document or {}, receipt)
    proof = Evidence(
        digest, receipt.observations, receipt.run_numbers, receipt.artifacts, differing, added,
        names_devices=bool(receipt.stated.get("hardware") or receipt.facts.get("hardware")),
    )  # fmt: skip
    return proof, found


def _contradiction(listed: ReceiptRef, data: bytes, arrival: Arrival) -> str:
    """What a log shows of a failure other than the row's."""
    failure = arrival.row.failure if arrival.row is not None else None
    if failure is None or listed.kind != LOG_KIND:
        return ""
    from homegolf_git.shell.files.failurerules import shown_otherwise  # noqa: PLC0415 - rarely

    return shown_otherwise(failure, data)


def _structure_findings(data: bytes, path: str) -> Iterator[Finding]:
    """Whether a file that says it is JSON is strict JSON, though nobody reads more of it."""
    if path.lower().endswith(".json"):
        try:
            parse(data)
        except ReceiptError as error:
            yield from _unreadable(error, path)


def _unreadable(error: ReceiptError, path: str) -> Iterator[Finding]:
    yield finding("unreadable_receipt", str(error), path)
    if isinstance(error, DuplicateKeyError):
        yield finding("receipt_duplicate_key", str(error), path)


# --- the ledger that it comes to


def arrive(
    trial: Trial,
    arrival: Arrival,
    receipts: Receipts,
    spot: Spot,
    is_promoted: Callable[[Row, Lane], bool],
) -> tuple[LandedRow | None, list[Finding]]:
    """A row as the next of its lane; None where something keeps it out."""
    lane = trial.ledger.lanes.get(arrival.lane)
    rules = None if lane is None else lane.current.lane
    read = read_arrival(arrival, receipts, rules, trial.ledger)
    found, row = list(read.findings), arrival.row
    if (run_id := arrival.run_id) is not None:
        found += duplicate_findings(trial.path_of(run_id), run_id, arrival.path)
        trial.claim(run_id, spot.path)
    if row is not None and rules is not None:
        blobs = {name: delivered.blob for name, delivered in receipts.items()}
        found += reuse_findings(trial.ledger, row, blobs)
    if read.row is None or rules is None:
        return None, found
    is_admitted = is_promoted(read.row, rules)
    landed = landed_row(read.row, read.evidence, spot, is_promoted=is_admitted)
    if not has_errors(found):
        return landed, found
    return None, found + [replace(item, path=arrival.path) for item in trial.mendable(landed)]

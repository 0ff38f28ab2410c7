"""The three ways in, at the one door: a file, a pull request and the history."""

from collections.abc import Iterable, Mapping

from homegolf_git.core.judge.admission import Trial, landed_breaches
from homegolf_git.core.judge.arrivals import Spot, landed_row
from homegolf_git.core.judge.history import LandedFile, RowFile
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.validity import MENDABLE_REASONS
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import (
    LedgerPath,
    Oid,
    RunId,
    parse_path,
    receipt_folder,
    row_path,
)
from homegolf_git.core.model.values import Value, decode, encode
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.reading.batches import read_row_file
from homegolf_git.shell.reading.door import Arrival, Delivered, ReadRow, arrive
from tests.fuzz import ground
from tests.fuzz.documents import told

RECEIPT = "r.json"
DIGEST = b"d1" * 32  # in a row: the digest of the receipt, whatever that came to be
NAMES = {"unportable_name", "out_of_range"}  # warnings of what has landed
ELSEWHERE = {"wrong_place", "unlisted_receipt"}  # what a file from outside cannot be wrong in
_RUN, _MONTH = "tried-1", "2026-03"  # where a row lies that does not say it

Said = list[tuple[str, str, int, str]]  # code, severity, line, and the path where it is another


class Answer(Value, frozen=True):
    """What is said of a row at the door, what at the lane, and its verdict, if it comes so far.

    `mendable` are the breaches that its submitter could mend, whether it comes so far or not.
    """

    door: Said
    lane: Said
    mendable: list[str]
    verdict: Verdict | None


def parts(data: bytes) -> tuple[bytes, bytes | None]:
    """A row, and the receipt behind it, if any, whose digest the row may have."""
    text, is_there, receipt = data.partition(b"\x00")
    if not is_there:
        return text, None
    return text.replace(DIGEST, sha256_hex(receipt).encode()), receipt


def placed(file: Arrival) -> LedgerPath:
    """Where a row lies in the ledger: where it says, as far as it says so."""
    document = file.document or {}
    when = str(document.get("finished_at", _MONTH))
    path = row_path(file.lane or ground.HOME, when, file.run_id or _RUN)
    place = parse_path(path)
    assert file.row is None or place is not None, "a row that can be read has a place"
    if place is None or place.kind != "row":
        return LedgerPath("row", file.lane or ground.HOME, RunId(file.run_id or _RUN), _MONTH)
    return place


def ways(data: bytes) -> None:
    """The same bytes get the same findings and the same verdict by each way."""
    text, receipt = parts(data)
    file = Arrival("file", "in.yaml", text)
    place = placed(file)
    asked, offered = by_pull_request(text, receipt, place), by_file(file, receipt)
    assert own(asked.door) == own(offered.door)
    assert asked.mendable == offered.mendable
    if not any(code in ELSEWHERE for code, *_ in asked.door):
        assert asked == offered
    if place.run_id in ground.ledger().row_paths:
        assert "duplicate_run_id" in {code for code, *_ in asked.door}
        return  # the history reads no second row of a run
    landed = by_history(text, receipt, place)
    assert mild(landed.door) == mild(asked.door)
    assert landed.mendable == asked.mendable
    if asked.verdict is not None:
        assert landed.verdict == asked.verdict


def own(said: Said) -> Said:
    """What is said wherever a row stands; of a receipt that it does not list a file brings nothing."""
    stray = {path for code, _, _, path in said if code == "unlisted_receipt"}
    return [item for item in said if item[0] not in ELSEWHERE and item[3] not in (stray - {""})]


def mild(said: Said) -> Said:
    """The same whether it has landed or not."""
    return [
        (code, "" if code in NAMES else severity, line, path) for code, severity, line, path in said
    ]


def by_file(arrival: Arrival, receipt: bytes | None) -> Answer:
    """As `record` reads a file."""
    listed = {item.path for item in arrival.row.receipts} if arrival.row else set[str]()
    taken = {name: item for name, item in delivered(receipt).items() if name in listed}
    return _tried(arrival, taken)


def by_pull_request(text: bytes, receipt: bytes | None, place: LedgerPath) -> Answer:
    """As `check` reads a commit."""
    path = f"ledger/{place.lane}/runs/{place.month}/{place.run_id}.yaml"
    return _tried(Arrival("pull request", path, text, place), delivered(receipt))


def _tried(arrival: Arrival, receipts: Mapping[str, Delivered]) -> Answer:
    trial = Trial(ground.ledger())
    spot = Spot(arrival.path)
    landed, found = arrive(trial, arrival, receipts, spot, lambda _row, _rules: False)
    told(found, 300)
    mendable = [item for item in found if is_breach(item, arrival.path)]
    door = [item for item in found if item not in mendable]
    if landed is None:
        return Answer(said_of(door, arrival.path), [], codes(mendable), None)
    assert not mendable, "of a row that can land its lane says it"
    verdict, more = trial.admit(landed)
    told(more, 300)
    mendable = [item for item in more if is_breach(item, arrival.path)]
    return Answer(
        said_of(door, arrival.path), said_of(more, arrival.path), codes(mendable), verdict
    )


def is_breach(item: Finding, path: str) -> bool:
    """Whether it is a breach that could be mended; a receipt of another lane has its own path."""
    return item.path == path and item.code in {*MENDABLE_REASONS, "unjudged"}


def codes(found: Iterable[Finding]) -> list[str]:
    return [item.code for item in found]


def by_history(text: bytes, receipt: bytes | None, place: LedgerPath) -> Answer:
    """As `verify` reads what landed, with the checkpoint between reading and judging."""
    path = f"ledger/{place.lane}/runs/{place.month}/{place.run_id}.yaml"
    ledger = ground.ledger()
    lane = ledger.lanes.get(place.lane)
    folder = receipt_folder(place.lane, place.run_id)
    blobs = {Oid("a" * 40): text}
    files = []
    for name, item in delivered(receipt).items():
        blobs[item.blob] = item.data or b""
        where = LedgerPath("receipt", place.lane, place.run_id, file=name)
        files.append(LandedFile(where, f"{folder}/{name}", item.blob))
    file = RowFile(
        LandedFile(place, path, Oid("a" * 40)), tuple(files), lane.current.lane if lane else None
    )
    read = read_row_file(file, blobs)
    assert decode(ReadRow, encode(read)) == read
    verdict, mendable = None, list[Finding]()
    if read.row is not None and lane is not None:
        spot = Spot(path, Oid("3" * 40), 3, Oid("a" * 40))
        lane.land(landed_row(read.row, read.evidence, spot, is_promoted=False))
        verdict = judge_lane(lane).verdicts[-1]
        mendable = [item for item in landed_breaches(ledger) if item.path == path]
    return Answer(said_of(read.findings, path), [], codes(mendable), verdict)


def delivered(receipt: bytes | None) -> dict[str, Delivered]:
    """The receipt by its name."""
    if receipt is None:
        return {}
    return {RECEIPT: Delivered(Oid("b" * 40), len(receipt), receipt)}


def said_of(found: Iterable[Finding], path: str) -> Said:
    """Findings without the path, which is where the ways differ."""
    return [
        (item.code, item.severity, item.line, "" if item.path == path else item.path)
        for item in found
    ]

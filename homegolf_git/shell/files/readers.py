"""Which reader understands a report: one that is named, or the one that finds a score in it."""

from contextlib import suppress
from hashlib import sha256

from homegolf_git.core.model.draft import ReceiptFile
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.errors import HomegolfError, refused
from homegolf_git.receipts import READERS, ReceiptError, read_receipt


def read_by_one(
    lanes: list[Lane], kind: str | None, files: dict[str, bytes]
) -> tuple[Lane, list[ReceiptFile]]:
    """The rules of the lane; where it is not said, those of the first that can read the receipts."""
    for rules in lanes[:-1]:
        with suppress(HomegolfError):
            return rules, [read_by_any(rules, kind, name, data) for name, data in files.items()]
    return lanes[-1], [read_by_any(lanes[-1], kind, name, data) for name, data in files.items()]


def read_by_any(rules: Lane, kind: str | None, name: str, data: bytes) -> ReceiptFile:
    """A report by the reader that is named, or the one that understands it.

    Raises:
        HomegolfError: where none does, or several do.
    """
    if kind is not None:
        return _read(rules, kind, name, data)
    reasons: list[str] = []
    levels: list[list[ReceiptFile]] = []
    tried: set[str] = set()
    # What a lane maps itself wins over what is mapped for all, and that over what the program knows.
    for kinds in (rules.receipts, rules.shared_receipts, READERS):
        level: list[ReceiptFile] = []
        for known in kinds:
            if known in tried:
                continue
            tried.add(known)
            try:
                level.append(_read(rules, known, name, data))
            except HomegolfError as error:
                reasons.append(error.findings[0].message)
        levels.append(level)
    scored = [[file for file in level if _has_score(file, rules)] for level in levels]
    read: list[ReceiptFile] = next(filter(None, [*scored, *levels]), [])
    if len(read) == 1:
        return read[0]
    if read:
        message = f"it can be read as {' or '.join(file.kind for file in read)}"
        fix = "say which with --receipt-kind"
    else:
        message = "no reader understands it: " + "; ".join(reasons)
        fix = "map its fields in lane.yaml or ledger/receipts.yaml under `receipts`"
    raise refused(finding("unreadable_receipt", message, name, fix=fix))


def _has_score(file: ReceiptFile, rules: Lane) -> bool:
    return any(rules.metric.name in seen.numbers for seen in file.receipt.observations)


def _read(rules: Lane, kind: str, name: str, data: bytes) -> ReceiptFile:
    if kind not in rules.receipt_maps and kind not in READERS:
        known = ", ".join([*rules.receipt_maps, *READERS])
        raise refused(finding("unknown_receipt_kind", f"{kind!r}; known: {known}", name))
    try:
        receipt = read_receipt(kind, data, rules.receipt_maps)
    except ReceiptError as error:
        raise refused(finding("unreadable_receipt", f"{kind}: {error}", name)) from error
    return ReceiptFile(kind, name, sha256(data).hexdigest(), receipt)

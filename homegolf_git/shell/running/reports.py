"""Files that a command wrote: its reports, and the artifacts that it left."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG

from homegolf_git.core.model.captured import Report
from homegolf_git.core.model.draft import ReceiptFile
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.values import Json, Value
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.files.readers import read_by_any
from homegolf_git.shell.reading.door import RECEIPT_BYTES_MAX
from homegolf_git.shell.running.output import Tail

_CHUNK = 1 << 20
_LINES = 40  # of a report that cannot be a receipt, and stands in the log instead

Signature = tuple[int, int, int] | None


class Reports(Value, frozen=True):
    """Reports that can be read; of others what is wrong with them, and their lines for the log."""

    files: tuple[ReceiptFile, ...] = ()
    data: tuple[Report, ...] = ()
    remarks: tuple[Finding, ...] = ()
    lines: tuple[str, ...] = ()


def signature(path: Path) -> Signature:
    """What changes when a file is written; None: there is no such file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    if not S_ISREG(stat.st_mode):  # a pipe or a device might never end
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def read_reports(lane: Lane, paths: Sequence[Path], tail: Tail, kind: str | None = None) -> Reports:
    """Read reports by the readers that understand them; `tail` knows what is secret."""
    files, data, remarks, lines = [], [], [], []
    for path in paths:
        try:
            content = path.read_bytes() if path.stat().st_size <= RECEIPT_BYTES_MAX else None
            if content is None:
                message = f"{path.name} has more than {RECEIPT_BYTES_MAX // 1024} KiB"
                remarks.append(_unread(message))
                continue
            file = read_by_any(lane, kind, path.name, content)
        except HomegolfError as error:
            remarks += [_unread(f"{path.name}: {item.message}") for item in error.findings]
            text = content.decode("utf-8", "replace") if content else ""
            lines += [f"== {path.name}", *map(tail.without_secrets, text.splitlines()[:_LINES])]
        except OSError as error:
            remarks.append(_unread(f"{path.name}: {error.strerror}"))
        else:
            files.append(file)
            observations = file.receipt.observations
            has_score = any(lane.metric.name in seen.numbers for seen in observations)
            data.append(Report(file.kind, path.name, content, has_score))
    return Reports(tuple(files), tuple(data), tuple(remarks), tuple(lines))


def _unread(message: str) -> Finding:
    fix = "see its lines in the log receipt; NaN and infinities are no JSON"
    return finding("unreadable_receipt", message, severity="warning", fix=fix)


def artifact(role: str, path: Path) -> Mapping[str, Json] | None:
    """An artifact by its digest and size, read in a stream; None where it cannot be read."""
    digest, size = sha256(), 0
    if signature(path) is None:
        return None
    with suppress(OSError), path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
        return {
            "role": role, "uri": path.absolute().as_uri(), "sha256": digest.hexdigest(), "bytes": size,
        }  # fmt: skip
    return None


def local_artifacts(files: Sequence[ReceiptFile], folder: Path) -> Iterator[tuple[str, Path]]:
    """Files that reports name as artifacts without their digest, by role."""
    for file in files:
        stated = file.receipt.stated.get("artifacts")
        for item in stated if isinstance(stated, list) else ():
            if isinstance(item, dict) and item.get("uri") and not item.get("sha256"):
                uri = str(item["uri"]).removeprefix("file://")
                if "://" not in uri:
                    yield str(item["role"]), folder / uri

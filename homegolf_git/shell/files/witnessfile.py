"""A witness as a file: a JSON document, and behind it the signature of whoever wrote it."""

import json
import os
from pathlib import Path

from homegolf_git.core.judge.witness import Witness, contradiction
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import Oid, is_utc_time
from homegolf_git.core.model.signers import read_signers
from homegolf_git.core.model.values import Document, Value
from homegolf_git.errors import environment_error, refused
from homegolf_git.receipts.strictjson import ReceiptError, parse, plain
from homegolf_git.shell.files.fastschema import is_valid

BYTES_MAX = 64 * 1024
_SCHEMA = "homegolf/witness/v1"
_MARK = b"-----BEGIN "  # of a signature, of whatever kind
_TOLD_MAX = 5


class WitnessFile(Value, frozen=True):
    """A witness that was read, the bytes of its document, and the signature behind them."""

    witness: Witness
    document: bytes
    signature: bytes


def document_of(witness: Witness) -> bytes:
    """A witness as its document."""
    document = {
        "schema": _SCHEMA,
        "written_at": witness.written_at,
        "begins": witness.begins,
        "head": witness.head,
        "files": witness.files,
        "rows": witness.rows,
        "sha256": witness.sha256,
        "marks": list(witness.marks),
        "chains": {name: {"tag": tag, "oid": oid} for name, (tag, oid) in witness.chains.items()},
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def read_witness(path: Path) -> WitnessFile:
    """Read a witness.

    Raises:
        HomegolfError: where the file cannot be read, or is no witness.
    """
    return witness_in(small_file(path), path)


def witness_in(data: bytes, path: Path) -> WitnessFile:
    """The witness that the bytes of a file are.

    Raises:
        HomegolfError: where they are none.
    """
    document, mark, rest = data.partition(_MARK)
    try:
        value = parse(document)
    except ReceiptError as error:
        raise refused(_bad(path, str(error))) from error
    said = {name: plain(each) for name, each in value.items()}
    if not is_valid("witness-v1", said):
        from homegolf_git.shell.files.schema import schema_findings  # noqa: PLC0415 - slow, rarely needed

        found = schema_findings("witness-v1", said)
        raise refused(*(_bad(path, item.message) for item in found[:_TOLD_MAX]))
    read = _witness(said)
    if not is_utc_time(read.written_at):
        raise refused(_bad(path, f"written_at is {read.written_at}, which is no time"))
    if fault := contradiction(read):
        raise refused(_bad(path, fault))
    return WitnessFile(read, document, mark + rest)


def small_file(path: Path, code: str = "bad_witness") -> bytes:
    """The bytes of a plain file of at most 64 KiB; anything else is a finding with this code.

    Raises:
        HomegolfError: for anything else.
    """
    if os.path.lexists(path) and not os.path.isfile(path):  # noqa: PTH113 - is_file raises for a name that is too long
        raise refused(finding(code, "it is no plain file", str(path)))
    try:
        with path.open("rb") as file:
            data = file.read(BYTES_MAX + 1)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        reason = "no_file" if missing else "no_permission"
        raise environment_error(reason, f"{path}: {error.strerror}") from error
    if len(data) > BYTES_MAX:
        raise refused(finding(code, f"it has more than {BYTES_MAX:,} bytes", str(path)))
    return data


def read_signers_file(path: Path) -> bytes:
    """A list of allowed signers of one's own.

    Raises:
        HomegolfError: where the file cannot be read, or a line of it names no key.
    """
    data = small_file(path, "bad_signers")
    if lines := read_signers(data).bad_lines:
        message = "it names no key, or one of a line before it"
        raise refused(*(finding("bad_signers", message, str(path), n) for n in lines[:_TOLD_MAX]))
    return data


def _bad(path: Path, message: str) -> Finding:
    return finding("bad_witness", message, str(path))


def _witness(said: Document) -> Witness:
    """A witness of a document that its schema admits."""
    chains = {name: (each["tag"], Oid(each["oid"])) for name, each in said["chains"].items()}
    return Witness(
        said["written_at"], Oid(said["begins"]), Oid(said["head"]), said["files"], said["rows"],
        said["sha256"], tuple(said["marks"]), chains,
    )  # fmt: skip

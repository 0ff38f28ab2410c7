"""Witness files: what is written is read again, and what is none is told with its fault."""

import json
import os
from pathlib import Path

import pytest

from homegolf_git.core.judge.witness import Account, Entry, witness_of
from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.files.witnessfile import BYTES_MAX, document_of, read_witness

A = Oid("a" * 40)
ENTRIES = [Entry(f"ledger/home/runs/2026-03/run{n}.yaml", A) for n in range(5)]
CHAINS = {"incumbents/home": ("incumbents/home/0001", A)}
WITNESS = witness_of(Account(A, A, ENTRIES, CHAINS), "2026-03-28T11:06:00Z")
SIGNATURE = b"-----BEGIN SSH SIGNATURE-----\nxx\n-----END SSH SIGNATURE-----\n"


def fault(path: Path) -> str:
    """The code of what is wrong with a file."""
    with pytest.raises(HomegolfError) as caught:
        read_witness(path)
    for item in caught.value.findings:
        assert item.fix
        assert item.path == str(path) or str(path) in item.message
    return caught.value.findings[0].code


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "w"
    path.write_bytes(document_of(WITNESS))
    assert read_witness(path).witness == WITNESS
    assert read_witness(path).signature == b""
    path.write_bytes(document_of(WITNESS) + SIGNATURE)
    assert read_witness(path).document == document_of(WITNESS)
    assert read_witness(path).signature == SIGNATURE


@pytest.mark.parametrize("data", [
    b"", b"hello\n", b"[1, 2]\n", b'{"schema": "homegolf/witness/v1", "head": ',
    b'{"schema": "homegolf/run/v1"}\n', b'{"schema": 1, "schema": 2}\n', b"\xff\xfe\x00",
    b'{"a": ' + b"[" * 20_000, b" " * (BYTES_MAX + 1), SIGNATURE, b'{"files": NaN}',
    b'{"\\u0000": "\\ud800"}',
])  # fmt: skip
def test_files_that_are_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "w"
    path.write_bytes(data)
    assert fault(path) == "bad_witness"


@pytest.mark.parametrize("changes", [
    {"begins": "x"}, {"head": None}, {"files": -1}, {"files": 1.5}, {"files": True}, {"files": 10**30},
    {"marks": ["x"]}, {"more": 1}, {"chains": {"incumbents/../x": {}}}, {"marks": []},
    {"written_at": "2026-13-45T00:00:00Z"}, {"files": 10**9}, {"sha256": "0" * 64}, {"head": "A" * 40},
    {"chains": {"incumbents/home": {"tag": "incumbents/home/1", "oid": A}}}, {"schema": "homegolf/witness/v2"},
])  # fmt: skip
def test_fields_that_cannot_be(tmp_path: Path, changes: dict[str, object]) -> None:
    path = tmp_path / "w"
    path.write_text(json.dumps(json.loads(document_of(WITNESS)) | changes))
    assert fault(path) == "bad_witness"


def test_places_where_no_file_is(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    assert fault(tmp_path) == "bad_witness"
    assert fault(tmp_path / "pipe") == "bad_witness"
    assert fault(tmp_path / "link") == "bad_witness"
    assert fault(tmp_path / "absent") == "no_file"

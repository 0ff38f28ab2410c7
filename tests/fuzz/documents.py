"""Targets: documents, lists of signers, and what stands in messages of tags and commits."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from homegolf_git.core.judge.proposal import ProposedCommit, trailer_findings
from homegolf_git.core.judge.tagseries import Tag, promoted_runs, series_findings
from homegolf_git.core.judge.trailers import landed_findings, said_in, said_of_runs
from homegolf_git.core.judge.witness import chain_findings, witness_findings
from homegolf_git.core.model.findings import (
    CODES,
    FINDINGS_OF_FILE_MAX,
    MESSAGE_MAX,
    Finding,
    has_errors,
)
from homegolf_git.core.model.naming import LaneId, LedgerPath, Oid, RunId, parse_tag
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.signers import read_signers, still_valid
from homegolf_git.core.model.values import Json, decode, encode
from homegolf_git.errors import HomegolfError
from homegolf_git.receipts import ReceiptError, read_receipt
from homegolf_git.shell.files import documents, rowyaml
from homegolf_git.shell.files.witnessfile import witness_in
from homegolf_git.shell.git import tagobjects
from homegolf_git.shell.reading.rulecheck import rules_fault
from tests.fuzz import ground

PATH = "ledger/home/file.yaml"


def told(found: Iterable[Finding], most: int = FINDINGS_OF_FILE_MAX + 2) -> None:
    """Findings are known, say what to do, and are not too many; the last ones count the rest."""
    kept = list(found)
    assert len(kept) <= most, f"{len(kept)} findings"
    for item in kept:
        assert item.code in CODES, item.code
        assert item.message, item
        assert item.fix, item
        assert len(item.message) <= MESSAGE_MAX, item.code


def plainly(data: bytes) -> dict[str, Json] | None:
    """A strict document, which reads as any reader reads it and survives being written."""
    loaded = rowyaml.load(data, PATH)
    told(loaded.findings)
    assert loaded.value is not None or has_errors(loaded.findings)
    if loaded.findings or loaded.value is None:
        return None
    assert yaml.load(data, yaml.CSafeLoader) == loaded.value
    return loaded.value


def written(value: Mapping[str, Json]) -> None:
    """What was read comes back from what is written of it."""
    again = rowyaml.load(rowyaml.dump(dict(value)).encode())
    assert again.findings == []
    assert again.value == value


def row(data: bytes) -> None:
    """A row: read whole or refused with a reason, and the same from the checkpoint."""
    plainly(data)
    read, document, found = documents.read_row(data, PATH)
    told(found)
    assert (read is None) == has_errors(found)
    if read is not None and document is not None:
        told(documents.check_metric(document, ground.rules(), PATH))
        assert decode(Row, encode(read)) == read
        written(document)


def lane(data: bytes) -> None:
    """Rules: no run of any kind makes those that are read raise."""
    plainly(data)
    read, found = documents.read_lane(data, PATH, LaneId("home"))
    told(found)
    assert (read is None) == has_errors(found)
    if read is not None:
        rules_fault(read)


def retraction(data: bytes) -> None:
    """A retraction, or a ladder: read whole or refused with a reason."""
    place = LedgerPath("retraction", ground.HOME, RunId("20260328d-g64-clip1"))
    read, found = documents.read_retraction(data, PATH, place)
    told(found)
    assert (read is None) == has_errors(found)
    lanes, found = documents.read_ladder(data, PATH)
    told(found)
    assert not (lanes and has_errors(found))


def receipt_map(data: bytes) -> None:
    """Receipt maps: those that are read read any report, or say why not."""
    plainly(data)
    maps, found = documents.read_receipt_maps(data, PATH, ["val_bpb"])
    told(found)
    assert (maps is None) == has_errors(found)
    for kind in maps or {}:
        for report in ground.REPORTS:
            try:
                read_receipt(kind, report, maps or {})
            except ReceiptError as error:
                assert str(error)  # noqa: PT017 - any reason will do


def tag(data: bytes) -> None:
    """A tag: its name on the first line, then its message."""
    first, _, rest = data.partition(b"\n")
    name = first.decode("utf-8", "replace")
    parsed = parse_tag(name)
    assert parsed is None or str(parsed) == name
    document = tagobjects._document(rest.decode("utf-8", "surrogateescape"))
    if document is not None:
        written(document)
    tags = {
        name: Tag(name, Oid("1" * 40), is_annotated=True, target=Oid("2" * 40), document=document)
    }
    judged = ground.ledger().lanes[ground.HOME]
    told(series_findings(ground.HOME, judged, ground.changes(), tags), len(data) + 100)
    promoted_runs(tags.values())


def witness(data: bytes) -> None:
    """A witness: read or refused, and held against two ledgers."""
    try:
        read = witness_in(data, Path("w.json")).witness
    except HomegolfError as error:
        told(error.findings)
        return
    for account in ground.accounts():
        told(witness_findings(account, read, {account.head: 0}, "w.json"))
        told(
            chain_findings(read.chains, dict(account.chains.values()), "the witness has"), len(data)
        )


def signers(data: bytes) -> None:
    """A list of allowed signers: every line names a key or is counted."""
    read = read_signers(data)
    lines = data.decode("utf-8", "replace").split("\n")
    assert all(0 < number <= len(lines) for number in read.bad_lines)
    for signer in read.all:
        assert read.may_sign(signer.fingerprint, "ada", "ada") in (True, False)
        signer.may_sign_for("a" * 100)
    later = read_signers(still_valid(data, "20260328000000"))
    assert {signer.fingerprint for signer in later.all} <= {item.fingerprint for item in read.all}


def trailer(data: bytes) -> None:
    """The message of a commit that lands a row."""
    message = data.decode("utf-8", "surrogateescape")
    facts = {"Run": "first", "Lane": ground.HOME, "Row-Sha256": "ab" * 32}
    for run, said in said_of_runs(message, {"first", "second"}).items():
        assert said
        told(landed_findings(said, facts | {"Run": run}, PATH), len(data))
    assert all(name in {"run", "lane", "row-sha256"} for name, _ in said_in(message))
    commit = ProposedCommit(Oid("1" * 40), message, (), is_merge=False)
    for is_joined in (False, True):
        told(trailer_findings(commit, facts, is_merge_group=is_joined), len(data))

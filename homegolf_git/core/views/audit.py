"""A ledger held against what others know of it: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.witness import Witness
from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views.findings import findings_json


class Kept(Value, frozen=True):
    """A witness file: whether this call wrote it, what it says, and who signed it (none: nobody known)."""

    path: str
    is_new: bool
    witness: Witness
    signed_by: Sequence[str] = ()


class Other(Value, frozen=True):
    """Another ledger: rows that only the one or only the other has, behind all they share."""

    name: str
    head: str
    more_here: int = 0
    more_there: int = 0


class Audited(Value, frozen=True):
    """What the ledger amounts to now, what it was held against, and every fault."""

    now: Witness
    findings: Sequence[Finding]
    witnesses: Sequence[Kept] = ()
    other: Other | None = None


def text(audited: Audited) -> Iterator[str]:
    """The ledger in a line, its tag series, and a line for each that it was held against."""
    errors = sum(item.severity == "error" for item in audited.findings)
    outcome = counted(errors, "error") if errors else "all in order"
    now = audited.now
    yield f"{counted(now.rows, 'row')} up to {now.head[:12]}: {outcome}"
    yield f"sha256 {now.sha256} of {counted(now.files, 'file')}"
    for tag, oid in now.chains.values():
        yield f"{tag} {oid}"
    for kept in audited.witnesses:
        signed = f", signed by {' and '.join(kept.signed_by)}" if kept.signed_by else ""
        said = kept.witness
        if kept.is_new:
            yield f"wrote {kept.path}{signed}"
        else:
            yield f"{kept.path} of {said.written_at}{signed}: {counted(said.rows, 'row')} up to {said.head[:12]}"
    if (other := audited.other) is not None:
        more = [
            f"{counted(number, 'row')} more {where}"
            for number, where in ((other.more_here, "here"), (other.more_there, "there"))
            if number
        ]
        yield f"{other.name} is at {other.head[:12]}" + (f": {' and '.join(more)}" if more else "")


def json(audited: Audited) -> dict[str, Json]:
    """What the ledger amounts to, what it was held against, and every fault."""
    other = audited.other
    return {
        **_witness_json(audited.now),
        "witnesses": [
            {
                "path": kept.path,
                "written": kept.is_new,
                "signed_by": list(kept.signed_by),
                "written_at": kept.witness.written_at,
                **_witness_json(kept.witness),
            }
            for kept in audited.witnesses
        ],
        "against": None if other is None else {
            "name": other.name, "head": other.head,
            "more_here": other.more_here, "more_there": other.more_there,
        },
        "findings": findings_json(audited.findings),
    }  # fmt: skip


def _witness_json(witness: Witness) -> dict[str, Json]:
    chains: Json = {
        series: {"tag": tag, "oid": oid} for series, (tag, oid) in witness.chains.items()
    }
    return {
        "begins": witness.begins, "head": witness.head, "rows": witness.rows,
        "files": witness.files, "sha256": witness.sha256, "chains": chains,
    }  # fmt: skip

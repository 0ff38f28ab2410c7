"""Incumbent tags that were made or checked: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding, has_errors
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Json, Record, field
from homegolf_git.core.views.findings import findings_json


class Synced(Record):
    """What a sync did: tags made, pointers moved (name -> object before), and faults met."""

    created: list[str] = field(default_factory=list)
    moved: dict[str, Oid | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    remote: str | None = None  # that they were pushed to


def sync_text(synced: Synced) -> Iterator[str]:
    """A line a tag."""
    if not synced.created and not synced.moved:
        yield "no tag was made" if has_errors(synced.findings) else "every tag is there"
        return
    yield from (f"created {name}" for name in synced.created)
    for name, before in synced.moved.items():
        yield f"{'moved' if before else 'created'} {name}"
    if synced.remote:
        yield f"pushed to {synced.remote}"


def sync_json(synced: Synced) -> dict[str, Json]:
    """What was made and moved."""
    return {
        "created": list(synced.created),
        "moved": list(synced.moved),
        "findings": findings_json(synced.findings),
    }


def verify_text(found: Sequence[Finding]) -> Iterator[str]:
    """Whether every tag is right."""
    is_ok = not has_errors(found)
    yield "every tag is what the rows say" if is_ok else counted(len(found), "fault")

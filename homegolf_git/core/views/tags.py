"""Incumbent tags that were made or checked: text and JSON."""

from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding, has_errors
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views.findings import findings_json


class Synced(Value, frozen=True):
    """Tags that were made, pointers that moved (name -> object before), and faults met."""

    created: Sequence[str]
    moved: Mapping[str, Oid | None]
    findings: Sequence[Finding]
    remote: str | None  # that they were pushed to


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

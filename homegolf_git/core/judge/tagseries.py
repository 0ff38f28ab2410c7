"""Incumbent tags as the rows want them, and what is wrong with those that are there.

A tag's message is a line for a person, a blank line and a document (homegolf/tag/v1). Each numbered
tag names the object of the one before it, which makes the series a chain.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from homegolf_git.core.judge.ledger import IncumbentChange, LaneLedger
from homegolf_git.core.model.figures import gain
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LaneId, Oid, RunId, TagName, parse_tag
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.model.verdict import Verdict

TAG_SCHEMA = "homegolf/tag/v1"


class Tag(Value, frozen=True):
    """A tag as it is in the repository; `document` is None where the message holds none."""

    name: str
    oid: Oid
    is_annotated: bool
    target: Oid
    document: Document | None


_AHEAD = "pull first: a clone that lags behind sees it so; if it is up to date, delete it"


def headline(document: Document) -> str:
    """The line for a person."""
    lane, run_id = document["lane"], document["run_id"]
    if document["kind"] == "promotion":
        return f"{lane}: go for {run_id}"
    what = "the incumbent" if document["kind"] == "pointer" else f"incumbent {document['number']}"
    return f"{lane}: {what} is {run_id or 'nobody'}"


def incumbent_document(
    lane: LaneId, ledger: LaneLedger, change: IncumbentChange, previous: Json
) -> dict[str, Json]:
    """The document of a change of incumbent; `previous` is the tag before it, or None."""
    landed = ledger.find(change.run_id)
    verdict = change.verdict
    return {
        "schema": TAG_SCHEMA,
        "kind": "incumbent",
        "lane": lane,
        "number": change.number,
        "run_id": change.run_id,
        "row_path": landed.path if landed else None,
        "row_blob": landed.blob if landed else None,
        "lane_sha256": change.lane_sha256,
        "verdict": _verdict_json(verdict),
        "cause": change.cause,
        "cause_run_id": change.cause_run_id,
        "previous": previous,
    }


def pointer_document(numbered: Document, tag: str, oid: Oid) -> dict[str, Json]:
    """The pointer's document: the latest numbered tag's, with that tag as the one before."""
    return {**numbered, "kind": "pointer", "previous": link(tag, oid)}


def promotion_document(  # noqa: PLR0913, PLR0917 - the parts of a go decision
    target: LaneId,
    number: int,
    landed: LandedRow,
    verdict: Verdict,
    lane_sha256: str,
    evidence: Mapping[str, str],
    previous: Json,
) -> dict[str, Json]:
    """The document of a promotion to `target`; `previous` is the tag before it, or None."""
    return {
        "schema": TAG_SCHEMA,
        "kind": "promotion",
        "lane": target,
        "number": number,
        "run_id": landed.row.run_id,
        "row_path": landed.path,
        "row_blob": landed.blob,
        "lane_sha256": lane_sha256,
        "verdict": _verdict_json(verdict),
        "promoted_from": landed.row.lane,
        "checklist": dict(evidence),
        "previous": previous,
    }


def _verdict_json(verdict: Verdict) -> dict[str, Json]:
    """A verdict as tags keep it; delta is rounded, since its last digits may differ by machine."""
    return {
        "class": verdict.verdict_class,
        "reason": verdict.reason,
        "delta": gain(verdict.delta),
    }


def link(tag: str, oid: Oid) -> Json:
    """How a tag names another."""
    return {"tag": tag, "oid": oid}


def promoted_runs(tags: Iterable[Tag]) -> dict[str, RunId]:
    """The local run of each promotion tag among these, by the tag's name."""
    found = {}
    for tag in tags:
        parsed = parse_tag(tag.name)
        if parsed and parsed.kind == "promotion" and tag.document and tag.document["run_id"]:
            found[tag.name] = RunId(tag.document["run_id"])
    return found


def unread_tag(name: str, oid: Oid) -> Tag:
    """A tag that is known to be right, and so is not opened again."""
    return Tag(name, oid, is_annotated=True, target=Oid(""), document=None)


def verified_numbers(lane: LaneId, verified: Mapping[str, Oid], tags: Mapping[str, Oid]) -> int:
    """How many of a lane's numbered tags, from the first on, are the objects found right before.

    Each names the object of the one before it and is checked against the fold of its own commit, so
    nothing that lands later can make one wrong.
    """
    number = 0
    while True:
        name = str(TagName("incumbent", lane, number + 1))
        if name not in verified or tags.get(name) != verified[name]:
            return number
        number += 1


def series_findings(
    lane: LaneId,
    ledger: LaneLedger,
    changes: Sequence[IncumbentChange],
    tags: Mapping[str, Tag],
    verified: int = 0,
) -> Iterator[Finding]:
    """What is wrong with a lane's numbered tags, behind the verified ones, and its pointer."""
    for change in changes[verified:]:
        name = str(TagName("incumbent", lane, change.number))
        tag = tags.get(name)
        if tag is None:
            yield finding("tag_missing", f"{change.run_id} is incumbent without it", name)
            continue
        previous = None
        if change.number > 1:
            before = tags.get(str(TagName("incumbent", lane, change.number - 1)))
            said = (tag.document or {}).get("previous")
            # A missing one is reported already.
            previous = link(before.name, before.oid) if before else said
        wanted = incumbent_document(lane, ledger, change, previous)
        yield from tag_findings(tag, wanted, change.commit)
    for name in sorted(tags):
        parsed = parse_tag(name)
        if (
            parsed
            and (parsed.kind, parsed.lane) == ("incumbent", lane)
            and parsed.number > len(changes)
        ):
            message = f"the rows know of {len(changes)} incumbents"
            yield finding("tag_forged", message, name, fix=_AHEAD)
    yield from _pointer_findings(lane, ledger, changes, tags)


def _pointer_findings(
    lane: LaneId, ledger: LaneLedger, changes: Sequence[IncumbentChange], tags: Mapping[str, Tag]
) -> Iterator[Finding]:
    name = str(TagName("pointer", lane))
    tag = tags.get(name)
    if not changes:
        if tag is not None:
            yield finding("tag_forged", "the lane never had an incumbent", name)
        return
    numbered = tags.get(str(TagName("incumbent", lane, changes[-1].number)))
    if tag is None:
        yield finding("tag_missing", f"{changes[-1].run_id} is the incumbent", name)
        return
    said = (tag.document or {}).get("number")
    if isinstance(said, int) and 0 < said < len(changes):
        message = f"it names incumbent {said} of {len(changes)}"
        yield finding("tag_stale", message, name)
        return
    if isinstance(said, int) and said > len(changes):
        message = f"it names incumbent {said} of {len(changes)}"
        yield finding("tag_forged", message, name, fix=_AHEAD)
        return
    previous = (
        link(numbered.name, numbered.oid) if numbered else (tag.document or {}).get("previous")
    )
    wanted = incumbent_document(lane, ledger, changes[-1], previous) | {"kind": "pointer"}
    yield from tag_findings(tag, wanted, changes[-1].commit)


def tag_findings(tag: Tag, wanted: Mapping[str, Json], commit: Oid) -> Iterator[Finding]:
    """What is wrong with one tag, given the document and the commit the rows ask for."""
    if not tag.is_annotated:
        yield finding("tag_lightweight", "it carries no document", tag.name)
        return
    if tag.document is None:
        yield finding("tag_unreadable", "its message holds no tag document", tag.name)
        return
    if tag.target != commit:
        message = f"it is on {tag.target[:12]}, its cause landed in {commit[:12]}"
        yield finding("tag_moved", message, tag.name)
    for field, value in wanted.items():
        said = tag.document.get(field)
        if said == value:
            continue
        if field == "previous":
            message = f"it names {_shown(said)}, before it stands {_shown(value)}"
            yield finding("tag_broken_chain", message, tag.name)
        else:
            message = f"{field} says {_shown(said)}, the rows say {_shown(value)}"
            yield finding("tag_forged", message, tag.name)


def _shown(value: Json) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {str(item)[:40]}" for name, item in value.items())
    return str(value)[:60]

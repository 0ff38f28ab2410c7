"""One promotion tag checked against the ledger of its own commit."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane, verdict_of
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.judge.tagseries import (
    Tag,
    link,
    promoted_runs,
    promotion_document,
    tag_findings,
)
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import Oid, TagName, lane_id_of
from homegolf_git.core.search.promotion import Candidate, checklist

_OF_THE_CLOCK = "revision_age"  # the one item that was true at a time and not at a commit


def promotion_findings(
    tag: Tag, parsed: TagName, tags: Mapping[str, Tag], load: Callable[[Oid], Ledger]
) -> Iterator[Finding]:
    """What is wrong with a promotion tag; `load` reads the ledger of a commit."""
    document = tag.document
    if not tag.is_annotated or document is None:
        yield from tag_findings(tag, {}, tag.target)
        return
    ledger = load(tag.target)
    stated = lane_id_of(document.get("promoted_from") or "")
    target, source = ledger.lanes.get(parsed.lane), ledger.lanes.get(stated) if stated else None
    if (
        target is None
        or source is None
        or target.current.lane.needs_promotion_from != document["promoted_from"]
    ):
        message = f"{parsed.lane} does not promote from {document.get('promoted_from')}"
        yield finding("tag_forged", message, tag.name)
        return
    judged = judge_lane(source)
    landed = source.find(document["run_id"])
    reign = judged.state.reign
    if landed is None or reign is None or landed.row.config_digest != reign.config.digest:
        message = f"{document['run_id']} was not the incumbent of {document['promoted_from']}"
        yield finding("tag_forged", message, tag.name)
        return
    yield from _checklist_findings(tag, parsed, tags, judge_lane(target).state, judged.state)
    verdict = verdict_of(source, landed.row.run_id)
    earlier = str(TagName("promotion", parsed.lane, parsed.number - 1))
    before = tags.get(earlier) if parsed.number > 1 else None
    wanted = promotion_document(
        parsed.lane, parsed.number, landed, verdict, target.current.sha256,
        document.get("checklist") or {}, link(before.name, before.oid) if before else None,
    )  # fmt: skip
    if before is None and parsed.number > 1:
        yield finding("tag_missing", f"{tag.name} names it", earlier)
        wanted["previous"] = document["previous"]
    yield from tag_findings(tag, wanted, tag.target)


def _checklist_findings(
    tag: Tag, parsed: TagName, tags: Mapping[str, Tag], target: LaneState, source: LaneState
) -> Iterator[Finding]:
    """Items that the ledger of the tag's commit does not answer with go, or that are not named."""
    document = tag.document or {}
    names = (str(TagName("promotion", parsed.lane, number)) for number in range(1, parsed.number))
    promoted = promoted_runs(tags[name] for name in names if name in tags)
    items = checklist(
        Candidate(document["run_id"], source, target, promoted, datetime.max.replace(tzinfo=UTC))
    )
    said: Mapping[str, str] = document.get("checklist") or {}
    for item in items:
        if not item.is_go and item.name != _OF_THE_CLOCK:
            yield finding("tag_forged", f"{item.name} is no-go: {item.evidence}", tag.name)
        elif not said.get(item.name, "").startswith("go: "):
            yield finding("tag_forged", f"its checklist does not say go to {item.name}", tag.name)

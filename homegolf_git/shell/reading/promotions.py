"""Promotion tags checked against the ledger of their own commit."""

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
from homegolf_git.core.model.naming import LaneId, Oid, TagName, is_promotion, parse_tag
from homegolf_git.core.search.promotion import Candidate, checklist
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.tagobjects import read_tags

Load = Callable[[GitRepo, Oid], Ledger]
_OF_THE_CLOCK = "revision_age"  # the one item that was true at a time and not at a commit


def valid_promotions(
    repo: GitRepo, load: Load, head: Oid, *, is_landed: bool = False
) -> tuple[dict[tuple[str, LaneId, LaneId], Oid], dict[str, str]]:
    """The commit of each promotion that is what it says, by tag and lanes promoted to and from.

    Also the object of every promotion tag there is, by name: what the answer rests on.
    With `is_landed` they are asked for rows of this history, none of which landed behind its head.
    """
    found = {}
    tags = read_tags(repo)
    seen = {name: str(tag.oid) for name, tag in tags.items() if is_promotion(name)}
    if is_landed:
        tags = {name: tag for name, tag in tags.items() if tag.target != head}
    for tag, faults in judged_promotions(repo, tags, load, head):
        parsed = parse_tag(tag.name)
        if parsed and tag.document and not faults:
            source = LaneId(tag.document["promoted_from"])
            found[tag.name, parsed.lane, source] = tag.target
    return found, seen


def judged_promotions(
    repo: GitRepo, tags: Mapping[str, Tag], load: Load, head: Oid
) -> Iterator[tuple[Tag, list[Finding]]]:
    """Each promotion tag with what is wrong with it; `load` reads the ledger of a commit."""
    for name, tag in sorted(tags.items()):
        parsed = parse_tag(name)
        if parsed is None or parsed.kind != "promotion":
            continue
        if repo.run("merge-base", "--is-ancestor", tag.target, head).code:
            message = f"it is on {tag.target[:12]}, which is not in this history"
            yield tag, [finding("tag_moved", message, name)]
            continue
        # Judging one means reading the ledger of its commit, which may rest on older promotions.
        if tag.oid not in repo.judged_tags:
            repo.judged_tags[tag.oid] = list(_findings(repo, tag, parsed, tags, load))
        yield tag, repo.judged_tags[tag.oid]


def _findings(
    repo: GitRepo, tag: Tag, parsed: TagName, tags: Mapping[str, Tag], load: Load
) -> Iterator[Finding]:
    document = tag.document
    if not tag.is_annotated or document is None:
        yield from tag_findings(tag, {}, tag.target)
        return
    ledger = load(repo, tag.target)
    target, source = (
        ledger.lanes.get(parsed.lane),
        ledger.lanes.get(LaneId(document.get("promoted_from") or "")),
    )
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
    before = (
        tags.get(str(TagName("promotion", parsed.lane, parsed.number - 1)))
        if parsed.number > 1
        else None
    )
    wanted = promotion_document(
        parsed.lane, parsed.number, landed, verdict, target.current.sha256,
        document.get("checklist") or {}, link(before.name, before.oid) if before else None,
    )  # fmt: skip
    if before is None and parsed.number > 1:
        yield finding(
            "tag_missing",
            f"{tag.name} names it",
            str(TagName("promotion", parsed.lane, parsed.number - 1)),
        )
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

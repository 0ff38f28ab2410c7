"""Bring the tags up to what the rows say, here and on a remote."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from homegolf_git.core.findings import finding, has_errors
from homegolf_git.core.ledger import IncumbentChange, LaneLedger, Ledger, incumbent_changes
from homegolf_git.core.model import Finding
from homegolf_git.core.naming import LaneId, Oid, TagName, parse_tag
from homegolf_git.core.tags import (
    TAG_FOLDERS,
    Tag,
    incumbent_document,
    link,
    pointer_document,
    series_findings,
    tag_findings,
)
from homegolf_git.errors import Exit, HomegolfError, environment_error
from homegolf_git.shell.gitrepo import GitRepo
from homegolf_git.shell.tagstore import create_tag, read_tags


def verify_tags(repo: GitRepo, ledger: Ledger) -> list[Finding]:
    """Everything that is wrong with the ledger's tags."""
    tags = read_tags(repo)
    found = list(_stray_tags(ledger, tags))
    for name, lane in ledger.lanes.items():
        found += series_findings(name, lane, incumbent_changes(lane), tags)
    return found


def _stray_tags(ledger: Ledger, tags: dict[str, Tag]) -> Iterator[Finding]:
    for name in sorted(tags):
        parsed = parse_tag(name)
        if parsed is None:
            yield finding("tag_name", "it is none of the ledger's names", name)
        elif parsed.lane not in ledger.lanes:
            yield finding("tag_forged", f"there is no lane {parsed.lane}", name)


@dataclass(slots=True)
class Synced:
    """What a sync did: tags made, pointers moved (name -> object before), and faults met."""

    created: list[str] = field(default_factory=list)
    moved: dict[str, Oid | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def sync_tags(repo: GitRepo, ledger: Ledger, remote: str | None = None) -> Synced:
    """Create what is missing, never move a numbered tag, and push both kinds in one transaction.

    With a remote its tags come first: what is published there wins over a tag made only here.

    Raises:
        HomegolfError: exit 5 when somebody else pushed the same number first; the tags made here
            are then taken back.
    """
    if remote is not None:
        _fetch_tags(repo, remote)
    tags, synced = read_tags(repo), Synced()
    for name, lane in ledger.lanes.items():
        _sync_lane(repo, name, lane, tags, synced)
    if remote is not None:
        _push(repo, ledger, remote, synced)
    return synced


def _sync_lane(
    repo: GitRepo, name: LaneId, lane: LaneLedger, tags: dict[str, Tag], synced: Synced
) -> None:
    changes, newest = incumbent_changes(lane), None
    for change in changes:
        tag_name = str(TagName("incumbent", name, change.number))
        document = incumbent_document(name, lane, change, link(*newest) if newest else None)
        if tag_name in tags:
            found = list(tag_findings(tags[tag_name], document, change.commit))
            synced.findings += found
            if has_errors(found):
                return  # a series is never continued behind a tag that is not right
            oid = tags[tag_name].oid
        elif oid_before := _named_by_next(name, change, tags):
            repo.run("update-ref", f"refs/tags/{tag_name}", oid_before, "0" * len(oid_before))
            if repo.run("rev-parse", "--verify", "--quiet", f"refs/tags/{tag_name}").code:
                synced.findings.append(finding("tag_missing", "its object is gone", tag_name))
                return
            oid = oid_before
            synced.created.append(tag_name)
        else:
            oid = create_tag(repo, tag_name, change.commit, document)
            synced.created.append(tag_name)
        newest = tag_name, oid
    if newest is not None:
        _sync_pointer(repo, name, lane, changes[-1], newest, tags, synced)


def _named_by_next(lane: LaneId, change: IncumbentChange, tags: dict[str, Tag]) -> Oid | None:
    """The object of a lost tag, where the tag behind it names it: a chain is mended, not forked."""
    behind = tags.get(str(TagName("incumbent", lane, change.number + 1)))
    previous = (behind.document or {}).get("previous") if behind else None
    return Oid(previous["oid"]) if previous else None


def _sync_pointer(  # noqa: PLR0913 - the pointer and all it is made from
    repo: GitRepo,
    name: LaneId,
    lane: LaneLedger,
    change: IncumbentChange,
    newest: tuple[str, Oid],
    tags: dict[str, Tag],
    synced: Synced,
) -> None:
    pointer = str(TagName("pointer", name))
    document = pointer_document(incumbent_document(name, lane, change, None), *newest)
    there = tags.get(pointer)
    if there is not None and not list(tag_findings(there, document, change.commit)):
        return
    create_tag(repo, pointer, change.commit, document, move=there is not None)
    synced.moved[pointer] = there.oid if there else None


# --- the remote


def _fetch_tags(repo: GitRepo, remote: str) -> None:
    specs = [f"+refs/tags/{folder}/*:refs/tags/{folder}/*" for folder in TAG_FOLDERS]
    ran = repo.run("fetch", "--quiet", "--no-tags", "--", remote, *specs)
    if ran.code:
        raise environment_error("push_failed", ran.error or f"cannot fetch from {remote}")


def _remote_tags(repo: GitRepo, remote: str) -> dict[str, Oid]:
    patterns = [f"refs/tags/{folder}/*" for folder in TAG_FOLDERS]
    ran = repo.run("ls-remote", "--refs", "--", remote, *patterns)
    if ran.code:
        raise environment_error("push_failed", ran.error or f"cannot reach {remote}")
    lines = [line.split("\t") for line in ran.text.splitlines()]
    return {name.removeprefix("refs/tags/"): Oid(oid) for oid, name in lines}


def _push(repo: GitRepo, ledger: Ledger, remote: str, synced: Synced) -> None:
    """Push numbered tags and pointers together; a pointer moves only from what was seen there."""
    seen = _remote_tags(repo, remote)
    mine = {name: tag.oid for name, tag in read_tags(repo).items() if _is_incumbent(name, ledger)}
    differing = {name: oid for name, oid in mine.items() if seen.get(name) != oid}
    if not differing:
        return
    leases, specs = [], []
    for name in sorted(differing):
        parsed = parse_tag(name)
        forced = "+" if parsed and parsed.kind == "pointer" else ""
        if forced:
            leases.append(f"--force-with-lease=refs/tags/{name}:{seen.get(name, '')}")
        specs.append(f"refs/tags/{name}:refs/tags/{name}")
    ran = repo.run("push", "--quiet", "--atomic", *leases, "--", remote, *specs)
    if ran.code == 0:
        return
    _take_back(repo, synced)
    if _remote_tags(repo, remote) != seen:
        message = f"{remote} got other tags in the meantime"
        raise HomegolfError(Exit.LOST_RACE, finding("lost_race", message))
    raise environment_error("push_failed", ran.error or f"{remote} refused the tags")


def _is_incumbent(name: str, ledger: Ledger) -> bool:
    parsed = parse_tag(name)
    return parsed is not None and parsed.kind != "promotion" and parsed.lane in ledger.lanes


def _take_back(repo: GitRepo, synced: Synced) -> None:
    for name in synced.created:
        repo.run("update-ref", "-d", f"refs/tags/{name}")
    for name, before in synced.moved.items():
        where = f"refs/tags/{name}"
        repo.run(*(("update-ref", where, before) if before else ("update-ref", "-d", where)))

"""Bring the tags up to what the rows say, here and on a remote."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from homegolf_git.core.judge.ledger import IncumbentChange, LaneLedger, Ledger
from homegolf_git.core.judge.replay import incumbent_changes
from homegolf_git.core.judge.signed import wants_signed_tags
from homegolf_git.core.judge.tagseries import (
    Tag,
    incumbent_document,
    link,
    pointer_document,
    series_findings,
    tag_findings,
    unread_tag,
    verified_numbers,
)
from homegolf_git.core.model.findings import Finding, finding, has_errors
from homegolf_git.core.model.naming import (
    TAG_FOLDERS,
    LaneId,
    Oid,
    TagName,
    is_promotion,
    parse_tag,
    tag_ref,
    tag_refspec,
)
from homegolf_git.core.model.values import Document
from homegolf_git.core.views.tags import Synced
from homegolf_git.errors import Exit, HomegolfError, refused
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.remotes import fetch, push, push_failed, remote_tags
from homegolf_git.shell.git.tagobjects import create_tag, readable_tags
from homegolf_git.shell.landing.signing import require_key
from homegolf_git.shell.reading.accounts import remember_tags
from homegolf_git.shell.reading.promotions import PromotionTags
from homegolf_git.shell.reading.signatures import unsigned_tags


def verify_tags(promotion_tags: PromotionTags, ledger: Ledger) -> list[Finding]:
    """Everything that is wrong with the ledger's tags; what is right is noted in the ledger."""
    repo = promotion_tags.repo
    objects = repo.tag_objects(*TAG_FOLDERS)
    before = {name: oid for name, oid in ledger.verified_tags.items() if oid}
    numbers = {lane: verified_numbers(lane, before, objects) for lane in ledger.lanes}
    tags, damaged = _opened(repo, objects, numbers)
    found = [*damaged.values(), *_stray_tags(ledger, objects)]
    right: dict[str, Oid] = {}
    for name, lane in ledger.lanes.items():
        series = series_findings(name, lane, incumbent_changes(lane), tags, numbers[name])
        faults = [item for item in series if item.path not in damaged]
        wrong = {item.path for item in faults}
        checked = {known: oid for known, oid in objects.items() if known not in wrong}
        number = verified_numbers(name, checked, objects)
        names = (str(TagName("incumbent", name, i)) for i in range(1, number + 1))
        right |= {known: objects[known] for known in names}
        found += faults
    promotions = _promotions_in(objects)
    if promotions != _promotions_in(before):
        judged = promotion_tags.judged(tags, ledger.head)
        faults = [item for tag, items in judged if tag.name not in damaged for item in items]
        promotions = {} if faults else promotions
        found += faults
    right |= promotions
    right = {known: oid for known, oid in right.items() if known not in damaged}
    for known in before.keys() | right.keys():
        if before.get(known) != right.get(known):
            ledger.verified_tags[known] = right.get(known, Oid(""))
    return found


def _promotions_in(tags: Mapping[str, Oid]) -> dict[str, Oid]:
    return {name: oid for name, oid in tags.items() if is_promotion(name)}


def _opened(
    repo: GitRepo, objects: Mapping[str, Oid], numbers: Mapping[LaneId, int]
) -> tuple[dict[str, Tag], dict[str, Finding]]:
    """Every tag, and what is wrong with the object of one; those verified before are not read."""
    names = []
    for name in objects:
        parsed = parse_tag(name)
        is_known = parsed and parsed.kind == "incumbent"
        if not (is_known and parsed and parsed.number <= numbers.get(parsed.lane, 0)):
            names.append(name)
    return _whole(repo, objects, names)


def _whole(
    repo: GitRepo, objects: Mapping[str, Oid], opened: Collection[str]
) -> tuple[dict[str, Tag], dict[str, Finding]]:
    """Every tag, opened or not, and by name the findings of those whose object is damaged."""
    tags, found = readable_tags(repo, objects, opened)
    unread = {name: unread_tag(name, oid) for name, oid in objects.items()}
    return unread | tags, {item.path: item for item in found}


def _stray_tags(ledger: Ledger, names: Iterable[str]) -> Iterator[Finding]:
    for name in sorted(names):
        parsed = parse_tag(name)
        if parsed is None:
            yield finding("tag_name", "it is none of the ledger's names", name)
        elif parsed.lane not in ledger.lanes:
            yield finding("tag_forged", f"there is no lane {parsed.lane}", name)


def sync_tags(repo: GitRepo, ledger: Ledger, remote: str | None = None) -> Synced:
    """Create what is missing, never move a numbered tag, and push both kinds in one transaction.

    With a remote its tags come first: what is published there wins over a tag made only here.

    Raises:
        HomegolfError: exit 5 when somebody else pushed the same number first; the tags made here
            are then taken back.
    """
    seen: dict[str, Oid] = {}
    if remote is not None:
        seen = remote_tags(repo, remote)  # first: what comes after this is a race
        fetch_tags(repo, remote)
    sync = _Sync(repo, ledger, remote)
    for name, lane in ledger.lanes.items():
        sync.lane(name, lane)
    if found := list(unsigned_tags(repo, ledger.head, sync.signed)):
        _take_back(repo, sync.done)
        raise refused(*found)
    if remote is not None:
        try:
            push_tags(repo, remote, _incumbent_tags(repo, ledger), seen)
        except HomegolfError:
            _take_back(repo, sync.done)
            raise
    if sync.done.created:
        remember_tags(repo, repo.tag_objects(*TAG_FOLDERS), sync.done.created)
    return sync.done


class _Sync:
    """Brings lanes up to date one by one, noting what was done."""

    def __init__(self, repo: GitRepo, ledger: Ledger, remote: str | None) -> None:
        self.repo, self.ledger, self.done = repo, ledger, Synced(remote=remote)
        self.signed: dict[str, Oid] = {}  # that were made and must be
        objects = repo.tag_objects(*TAG_FOLDERS)
        self.tags, self.damaged = _whole(repo, objects, objects)

    def lane(self, name: LaneId, lane: LaneLedger) -> None:
        """Create a lane's missing tags in their order; stop at the first that is not right."""
        changes = incumbent_changes(lane)
        newest: tuple[str, Oid] | None = None
        for change in changes:
            previous = link(*newest) if newest else None
            document = incumbent_document(name, lane, change, previous)
            oid = self._numbered(name, change, document)
            if oid is None:
                return  # a series is never continued behind a tag that is not right
            newest = str(TagName("incumbent", name, change.number)), oid
        if ahead := self._ahead(name, len(changes)):
            self.done.findings.append(ahead)
            return
        if newest is not None:
            wanted = incumbent_document(name, lane, changes[-1], None)
            self._pointer(name, changes[-1].commit, pointer_document(wanted, *newest))

    def _ahead(self, lane: LaneId, known: int) -> Finding | None:
        """A numbered tag beyond what the rows here know: an old clone must not take the pointer back."""
        beyond = str(TagName("incumbent", lane, known + 1))
        if beyond not in self.tags:
            return None
        message = f"{self.repo.ledger_name} knows of {known} incumbents of {lane}"
        return finding("tag_ahead", message, beyond, severity="note")

    def _numbered(self, lane: LaneId, change: IncumbentChange, document: Document) -> Oid | None:
        name = str(TagName("incumbent", lane, change.number))
        if name in self.damaged:
            self.done.findings.append(self.damaged[name])
            return None
        if there := self.tags.get(name):
            found = list(tag_findings(there, document, change.commit))
            self.done.findings += found
            return None if has_errors(found) else there.oid
        lost = self._named_by_next(lane, change.number)
        if lost is None:
            oid: Oid | None = self._made(name, lane, change.commit, document)
        else:
            oid = lost if self.repo.update_ref(tag_ref(name), lost) else None
        if oid is None:
            message = "its object is gone, and the tags behind it name that"
            fix = (
                "run `git fetch --tags`; if no clone has it delete each tag behind it and the "
                "pointer, and run `homegolf tags sync`"
            )
            self.done.findings.append(finding("tag_missing", message, name, fix=fix))
        else:
            self.done.created.append(name)
        return oid

    def _named_by_next(self, lane: LaneId, number: int) -> Oid | None:
        """The object of a lost tag, where the tag behind it names it: a chain is mended, not forked."""
        name = str(TagName("incumbent", lane, number))
        behind = TagName("incumbent", lane, number + 1), TagName("pointer", lane)
        for tag in (self.tags.get(str(other)) for other in behind):
            previous = (tag.document or {}).get("previous") if tag else None
            if previous and previous["tag"] == name:
                return Oid(previous["oid"])
        return None

    def _pointer(self, lane: LaneId, commit: Oid, document: Document) -> None:
        name = str(TagName("pointer", lane))
        there = self.tags.get(name)
        found = list(tag_findings(there, document, commit)) if there else []
        if there is not None and not found:
            return
        if [item.code for item in found] == ["tag_broken_chain"]:
            self.done.findings += found  # the newest numbered tag is not the one it pointed at
            return
        self._made(name, lane, commit, document, move=there is not None)
        self.done.moved[name] = there.oid if there else None

    def _made(
        self, name: str, lane: LaneId, commit: Oid, document: Document, *, move: bool = False
    ) -> Oid:
        asks = wants_signed_tags(self.ledger, lane)
        if asks:
            require_key(self.repo, "signed tags")
        oid = create_tag(self.repo, name, commit, document, move=move, must_sign=asks)
        if asks:
            self.signed[name] = oid
        return oid


# --- the remote


def fetch_tags(repo: GitRepo, remote: str) -> None:
    """Fetch every tag of the ledger; what is published wins over a tag made only here."""
    fetch(repo, remote, *map(tag_refspec, TAG_FOLDERS))


def push_tags(
    repo: GitRepo, remote: str, tags: dict[str, Oid], seen: dict[str, Oid] | None = None
) -> None:
    """Push tags in one transaction; a pointer moves only from where it was seen, others never.

    `seen` is what the remote had when the tags were decided; it is asked now if not given.

    Raises:
        HomegolfError: exit 5 when the remote got other tags in the meantime, else 4.
    """
    seen = remote_tags(repo, remote) if seen is None else seen
    differing = sorted(name for name, oid in tags.items() if seen.get(name) != oid)
    if not differing:
        return
    leases, specs = [], []
    for name in differing:
        parsed = parse_tag(name)
        if parsed and parsed.kind == "pointer":
            leases.append(f"--force-with-lease={tag_ref(name)}:{seen.get(name, '')}")
        # Without a +, which would override the lease: a lease that holds forces by itself.
        specs.append(f"{tag_ref(name)}:{tag_ref(name)}")
    ran = push(repo, remote, specs, ["--atomic", *leases])
    if ran.code == 0:
        return
    there = seen
    with suppress(HomegolfError):  # that it does not answer is said below
        there = remote_tags(repo, remote)
    if all(there.get(name) == tags[name] for name in differing):  # the answer alone was lost
        return
    if there != seen or _is_taken(seen, tags):
        message = f"{remote} got other tags in the meantime"
        raise HomegolfError(Exit.LOST_RACE, finding("lost_race", message))
    raise push_failed(repo, remote, ran.error, "the tags")


def _is_taken(seen: dict[str, Oid], tags: dict[str, Oid]) -> bool:
    """Whether somebody else holds one of the numbers."""
    return any(
        name in seen and seen[name] != oid
        for name, oid in tags.items()
        if (parsed := parse_tag(name)) and parsed.kind != "pointer"
    )


def _incumbent_tags(repo: GitRepo, ledger: Ledger) -> dict[str, Oid]:
    found = {}
    for name, oid in repo.tag_objects(*TAG_FOLDERS).items():
        parsed = parse_tag(name)
        if parsed and parsed.kind != "promotion" and parsed.lane in ledger.lanes:
            found[name] = oid
    return found


def _take_back(repo: GitRepo, synced: Synced) -> None:
    for name in synced.created:
        repo.update_ref(tag_ref(name), None)
    for name, before in synced.moved.items():
        repo.update_ref(tag_ref(name), before)

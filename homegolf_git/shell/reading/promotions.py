"""Promotion tags checked against the ledgers of their own commits, each tag once."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from homegolf_git.core.judge.arrivals import Promotions
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LaneId, Oid, is_promotion, parse_tag
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.progress import SILENT, Progress

if TYPE_CHECKING:
    from homegolf_git.core.judge.tagseries import Tag

Load = Callable[["PromotionTags", Oid], Ledger]


class PromotionTags:
    """The promotion tags of a repository, each judged once however often it is asked for.

    A command makes one and hands it down; `progress` hears how far its readings are. `load` reads the ledger of a commit; it is given this very
    object, for that ledger may rest on older promotions.
    """

    def __init__(self, repo: GitRepo, load: Load, progress: Progress = SILENT) -> None:
        self.repo, self.load, self.progress = repo, load, progress
        self.faults: dict[Oid, list[Finding]] = {}  # by the tag's object

    def valid(
        self, head: Oid, *, is_landed: bool = False, only: str | None = None
    ) -> tuple[Promotions, dict[str, str]]:
        """The commit of each promotion that is what it says, by tag and lanes promoted to and from.

        Also the object of every promotion tag there is, by name: what the answer rests on.
        With `is_landed` they are asked for rows of this history, none of which landed behind its
        head. With `only` no other tag is judged: each takes a reading of its ledger.
        """
        from homegolf_git.shell.git.tagobjects import read_tags  # noqa: PLC0415 - most lanes ask for no tag, and it needs YAML

        found = {}
        tags = read_tags(self.repo)
        seen = {name: str(tag.oid) for name, tag in tags.items() if is_promotion(name)}
        if is_landed:
            tags = {name: tag for name, tag in tags.items() if tag.target != head}
        for tag, faults in self.judged(tags, head, only):
            parsed = parse_tag(tag.name)
            if parsed and tag.document and not faults:
                source = LaneId(tag.document["promoted_from"])
                found[tag.name, parsed.lane, source] = tag.target
        return found, seen

    def judged(
        self, tags: "Mapping[str, Tag]", head: Oid, only: str | None = None
    ) -> "Iterator[tuple[Tag, list[Finding]]]":
        """Each promotion tag, or one, with what is wrong with it."""
        from homegolf_git.shell.reading.promotioncheck import promotion_findings  # noqa: PLC0415 - as above

        for name, tag in sorted(tags.items()):
            parsed = parse_tag(name)
            if parsed is None or parsed.kind != "promotion" or only not in (None, name):
                continue
            if not self.repo.is_ancestor(tag.target, head):
                message = f"it is on {tag.target[:12]}, which is not in this history"
                yield tag, [finding("tag_moved", message, name)]
                continue
            if tag.oid not in self.faults:
                load = partial(self.load, self)
                self.faults[tag.oid] = list(promotion_findings(tag, parsed, tags, load))
            yield tag, self.faults[tag.oid]

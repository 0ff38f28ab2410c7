"""A decision up the ladder: its checklist as text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.search.promotion import Item


class Promotion(Value, frozen=True):
    """What a promotion was decided from, and its tag; None: none was made."""

    run_id: RunId
    source: LaneId
    target: LaneId
    items: Sequence[Item]
    is_go: bool
    is_dry_run: bool
    tag: str | None = None
    oid: Oid | None = None


def text(promotion: Promotion) -> Iterator[str]:
    """The decision, an item a line, and the tag that was made."""
    verdict = "go" if promotion.is_go else "no-go"
    yield f"{promotion.run_id} from {promotion.source} to {promotion.target}: {verdict}"
    for item in promotion.items:
        yield f"  {'go   ' if item.is_go else 'NO-GO'} {item.name}: {item.evidence}"
    if promotion.tag:
        yield (
            f"created {promotion.tag}: name it under `promotion` in the run's row on "
            f"{promotion.target}"
        )


def json(promotion: Promotion) -> dict[str, Json]:
    """The checklist and the tag."""
    return {
        "run_id": promotion.run_id,
        "from": promotion.source,
        "to": promotion.target,
        "dry_run": promotion.is_dry_run,
        "items": [
            {"name": item.name, "is_go": item.is_go, "evidence": item.evidence}
            for item in promotion.items
        ],
        "tag": promotion.tag,
        "oid": promotion.oid,
    }

"""A decision up the ladder: its checklist as text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.search.promotion import Item
from homegolf_git.core.views.findings import findings_json

# What mends an item that is no-go.
_MENDS = {
    "is_incumbent": "promote the incumbent, or record a run that beats it",
    "is_confirmed": "record fresh seeds of it on the lane below",
    "noise_measured": "record replicates with new seeds: 8 degrees of freedom make the noise measured",
    "seed_covered": "record runs of other seeds with --new-seed: their gain is what is promoted",
    "artifact": "record a run of this config that lists its model artifact with the sha256",
    "receipt": "record a run of this config with the report that proves its score",
    "scored_apart": "score its artifact with the scorer, and record that as a new run",
    "clean_source": "commit the trainer's changes, run it from that commit and record that run",
    "revision_age": "run it again, or raise max_revision_age_days",
    "artifact_bytes": "keep within the limit of the lane above, and state the size in the row",
    "train_seconds": "keep within the limit of the lane above, and state the time in the row",
    "no_gating_blockers": "settle them, or take their kinds out of gating_blockers",
    "plateau_or_gain": "go on searching: `homegolf plateau` says what would settle it",
    "transfer": "gains of the lane below have not held above: find out why before spending more",
    "predicted_gain": "gain more below, or measure more pairs: `homegolf transfer`",
    "in_flight": "wait for the result of what is open, or raise max_in_flight",
}


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
    findings: Sequence[Finding] = ()


def text(promotion: Promotion) -> Iterator[str]:
    """The decision, an item a line, and the tag that was made."""
    verdict = "go" if promotion.is_go else "no-go"
    yield f"{promotion.run_id} from {promotion.source} to {promotion.target}: {verdict}"
    for item in promotion.items:
        yield f"  {'go   ' if item.is_go else 'NO-GO'} {item.name}: {item.evidence}"
        if not item.is_go:
            yield f"        to mend it: {_MENDS[item.name]}"
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
            {
                "name": item.name,
                "is_go": item.is_go,
                "evidence": item.evidence,
                "fix": "" if item.is_go else _MENDS[item.name],
            }
            for item in promotion.items
        ],
        "tag": promotion.tag,
        "oid": promotion.oid,
        "findings": findings_json(promotion.findings),
    }

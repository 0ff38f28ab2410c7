"""Whether a score is what the lane means by it: frozen files, files that may change, and who scored."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.attribution import matches
from homegolf_git.core.judge.evidence import facts_known
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.row import Evidence, Row, Scorer
from homegolf_git.core.model.values import Document


def integrity_checks(
    row: Row, evidence: Sequence[Evidence], lane: Lane
) -> Iterator[tuple[str, bool | None]]:
    """Each reason with True (broken), False (kept) or None (nobody states the fact)."""
    contract = lane.contract
    if contract.frozen_sha256 is not None:
        for digest in frozen_digests(row, evidence):
            yield "eval_changed", None if digest is None else digest != contract.frozen_sha256
    if contract.editable_paths is not None:
        for paths in _changed_paths(row, evidence):
            yield "outside_editable", None if paths is None else bool(_outside(paths, lane))
    if "scorer" in contract.requires:
        yield "no_scorer", not all(_is_the_lanes(found, lane) for found in _scorers(row, evidence))


def frozen_digests(row: Row, evidence: Sequence[Evidence]) -> Sequence[str | None]:
    """Digests of the frozen paths that row or receipts state; None: nobody does."""
    return facts_known(row.source.frozen_sha256, evidence, "source.frozen_sha256")


def changed_outside(row: Row, evidence: Sequence[Evidence], lane: Lane) -> list[str]:
    """The changed paths that the lane does not let a run change, in their order."""
    found = {
        path for paths in _changed_paths(row, evidence) for path in _outside(paths or (), lane)
    }
    return sorted(found)


def is_self_reported(row: Row, evidence: Sequence[Evidence]) -> bool:
    """Whether the training process reported its own score: neither row nor receipts name a scorer."""
    return None in _scorers(row, evidence)


def is_scored_apart(lane: Lane) -> bool:
    """Whether a lane means its scores to be out of reach of training: a scorer, or frozen files."""
    contract = lane.contract
    has_scorer = lane.capture.scorer is not None or "scorer" in contract.requires
    return has_scorer or bool(contract.frozen_paths)


def _scorers(row: Row, evidence: Sequence[Evidence]) -> Sequence[Scorer | Document | None]:
    return facts_known(row.evaluation.scorer, evidence, "evaluation.scorer")


def _is_the_lanes(found: Scorer | Document | None, lane: Lane) -> bool:
    """Whether a score was taken by the lane's scorer; either side may shorten the revision."""
    if found is None:
        return False
    pinned = lane.capture.scorer.revision if lane.capture.scorer else None
    if pinned is None:
        return True
    revision = found.revision if isinstance(found, Scorer) else found["revision"]
    return revision is not None and (revision.startswith(pinned) or pinned.startswith(revision))


def _changed_paths(row: Row, evidence: Sequence[Evidence]) -> Sequence[Sequence[str] | None]:
    return facts_known(row.source.changed_paths, evidence, "source.changed_paths")


def _outside(paths: Sequence[str], lane: Lane) -> list[str]:
    globs = lane.contract.editable_paths or ()
    return [path for path in paths if not any(matches(g, path, crosses_slash=False) for g in globs)]

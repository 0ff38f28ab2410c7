"""A retraction and the verdicts it changes: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.views.verdicts import verdict_json


class Retracted(Value, frozen=True):
    """A run that does not count, and the verdicts that change by that, before and after."""

    run_id: RunId
    lane: LaneId
    is_dry_run: bool
    is_new: bool = True  # it was not retracted before
    commit: Oid | None = None
    changed: Sequence[tuple[Verdict, Verdict]] = ()
    is_signed: bool = False  # which the lane asks for


def text(retracted: Retracted) -> Iterator[str]:
    """What was done, and a line a verdict."""
    if not retracted.is_new:
        yield f"{retracted.run_id} is retracted already: nothing to do"
        return
    verb = "would retract" if retracted.is_dry_run else "retracted"
    yield f"{verb} {retracted.run_id} in {retracted.lane}"
    for was, now in retracted.changed:
        remark = " (other figures)" if was.name == now.name else ""
        yield f"  {now.run_id}: {was.name} -> {now.name}{remark}"


def json(retracted: Retracted) -> dict[str, Json]:
    """The commit and the verdicts that change."""
    return {
        "commit": retracted.commit,
        "dry_run": retracted.is_dry_run,
        "changed": [
            {"before": verdict_json(was), "after": verdict_json(now)}
            for was, now in retracted.changed
        ],
    }

"""`homegolf log`: what landed last."""

from collections.abc import Iterator
from itertools import islice

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Verdict, VerdictClass
from homegolf_git.core.views import log as view
from homegolf_git.shell.reporters import Answer

_OPEN = ("underpowered", "incomplete", "below_delta", "not_confirmed")


class Filter(Value, frozen=True):
    """Which rows to list; None asks nothing. A near miss looked better and was not proven."""

    verdict_class: VerdictClass | None = None
    since: str | None = None  # beginning of a time, such as 2026-03-28
    submitter: str | None = None
    near_misses: bool = False

    def takes(self, landed: LandedRow, verdict: Verdict) -> bool:
        """Whether a row is listed."""
        is_near = verdict.reason in _OPEN and verdict.delta is not None and verdict.delta > 0
        return (
            self.verdict_class in (None, verdict.verdict_class)
            and (self.since is None or verdict.finished_at >= self.since)
            and self.submitter in (None, landed.row.submitter)
            and (is_near or not self.near_misses)
        )


def log(
    workspace: Workspace, lane: str | None, most: int | None, rows: Filter, *, is_brief: bool
) -> Answer[view.Rows]:
    """The latest rows of all lanes, the newest first."""
    ledger = open_ledger(workspace)
    found = [
        pair
        for name in lanes_named(ledger, lane)
        for pair in islice(_newest(ledger.lanes[name], rows), most)
    ]
    found.sort(key=lambda pair: (pair[0].position, pair[1].order), reverse=True)
    text = view.brief if is_brief else view.text
    return Answer(found[:most], text, view.json, plain=view.plain)


def _newest(lane: LaneLedger, rows: Filter) -> Iterator[tuple[LandedRow, Verdict]]:
    verdicts = judge_lane(lane).verdicts
    for number in reversed(range(len(verdicts))):
        landed, verdict = lane.rows[number], verdicts[number]
        if rows.takes(landed, verdict):
            yield landed, verdict

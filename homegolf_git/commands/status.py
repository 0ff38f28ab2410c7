"""`homegolf status`: one screen a person reads first."""

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.search.actions import first_action
from homegolf_git.core.search.plateau import plateau
from homegolf_git.core.views import status as view
from homegolf_git.shell.reporters import Answer


def status(workspace: Workspace, lane: str | None) -> Answer[view.Status]:
    """Incumbent, noise, blockers, the latest row and what to do next of each lane."""
    ledger = open_ledger(workspace)
    lanes = [_lane(workspace, ledger, name) for name in lanes_named(ledger, lane)]
    errors = [item for item in ledger.findings if item.severity == "error"]
    return Answer(view.Status(lanes, errors), view.text, view.json, plain=view.plain)


def _lane(workspace: Workspace, ledger: Ledger, name: LaneId) -> view.LaneStatus:
    lane = ledger.lanes[name]
    judged = judge_lane(lane)
    found = plateau(judged.state)
    first = first_action(judged.state, found, lambda: _promotable(workspace, ledger, name))
    return view.LaneStatus(name, lane.current, judged, found, first)


def _promotable(workspace: Workspace, ledger: Ledger, name: LaneId) -> list[LaneId]:
    if all(lane.current.lane.needs_promotion_from != name for lane in ledger.lanes.values()):
        return []
    from homegolf_git.commands.promote import promotable  # noqa: PLC0415 - few lanes come to it

    return promotable(workspace, ledger, name)

"""`homegolf status`: one screen a person reads first."""

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.search.plateau import plateau
from homegolf_git.core.views import status as view
from homegolf_git.shell.reporters import Answer


def status(workspace: Workspace, lane: str | None) -> Answer[view.Status]:
    """Incumbent, noise, blockers and the latest row of each lane."""
    ledger = open_ledger(workspace)
    lanes = [_lane(ledger, name) for name in lanes_named(ledger, lane)]
    errors = [item for item in ledger.findings if item.severity == "error"]
    return Answer(view.Status(lanes, errors), view.text, view.json)


def _lane(ledger: Ledger, name: LaneId) -> view.LaneStatus:
    lane = ledger.lanes[name]
    judged = judge_lane(lane)
    return view.LaneStatus(name, lane.current, judged, plateau(judged.state))

"""`homegolf verdicts`: what the ledger says of each row."""

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.views import verdicts as view
from homegolf_git.shell.reporters import Answer


def verdicts(workspace: Workspace, lane: str | None) -> Answer[view.Lanes]:
    """Every verdict of a lane, or of all lanes, in order."""
    ledger = open_ledger(workspace)
    lanes = {name: ledger.lanes[name] for name in lanes_named(ledger, lane)}
    judged = {name: (found, judge_lane(found)) for name, found in lanes.items()}
    return Answer(judged, view.text, view.json, plain=view.plain)

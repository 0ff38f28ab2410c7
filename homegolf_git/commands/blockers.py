"""`homegolf blockers`: runs without a score, and what settled them."""

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.search.blockers import blockers as find_blockers
from homegolf_git.core.views import blockers as view
from homegolf_git.shell.reporters import Answer


def blockers(workspace: Workspace, lane: str | None) -> Answer[view.Lanes]:
    """Open blockers by failure and stage, and what settled the others."""
    ledger = open_ledger(workspace)
    judged = {name: judge_lane(ledger.lanes[name]) for name in lanes_named(ledger, lane)}
    found = {name: find_blockers(lane.state, lane.verdicts) for name, lane in judged.items()}
    return Answer(found, view.text, view.json, plain=view.plain)

"""`homegolf log`: what landed last."""

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.views import log as view
from homegolf_git.shell.reporters import Answer


def log(workspace: Workspace, lane: str | None, most: int) -> Answer[view.Rows]:
    """The latest rows of all lanes, the newest first."""
    ledger = open_ledger(workspace)
    rows = [
        pair
        for name in lanes_named(ledger, lane)
        for pair in zip(
            ledger.lanes[name].rows[-most:],
            judge_lane(ledger.lanes[name]).verdicts[-most:],
            strict=True,
        )
    ]
    rows.sort(key=lambda pair: (pair[0].position, pair[1].order), reverse=True)
    return Answer(rows[:most], view.text, view.json)

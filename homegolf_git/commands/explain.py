"""`homegolf explain RUN`: every number of a verdict, in sentences."""

from homegolf_git.commands.common import landed_run, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane, verdict_of
from homegolf_git.core.views import explain as view
from homegolf_git.shell.reporters import Answer


def explain(workspace: Workspace, run_id: str) -> Answer[view.Explained]:
    """Explain one verdict."""
    ledger = open_ledger(workspace)
    lane, landed = landed_run(ledger, run_id)
    run = landed.row.run_id
    in_force = lane.rules_of(landed)
    verdict = verdict_of(lane, run)
    retractions = (item.retraction for item in lane.retractions)
    found = view.Explained(
        verdict,
        landed,
        in_force,
        next((item for item in retractions if item.run_id == run), None),
        judge_lane(lane).state.settled.get(run),
    )
    return Answer(found, view.text, view.json)

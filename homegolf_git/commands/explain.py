"""`homegolf explain RUN`: every number of a verdict, in sentences."""

from homegolf_git.commands.common import open_ledger, place_of_run
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane, verdict_of
from homegolf_git.core.model.findings import finding
from homegolf_git.core.views import explain as view
from homegolf_git.errors import refused
from homegolf_git.shell.reporters import Answer


def explain(workspace: Workspace, run_id: str) -> Answer[view.Explained]:
    """Explain one verdict."""
    ledger = open_ledger(workspace)
    place = place_of_run(ledger, run_id)
    lane = ledger.lanes.get(place.lane)
    landed = lane.find(place.run_id) if lane else None
    if lane is None or landed is None:
        path = ledger.row_paths[place.run_id]
        faults = [item for item in ledger.findings if item.path == path]
        message = f"{run_id} landed, but cannot be read, so it has no verdict"
        raise refused(finding("no_such_run", message, path, fix="see the findings below"), *faults)
    in_force = lane.rules_of(landed)
    verdict = verdict_of(lane, place.run_id)
    retractions = (item.retraction for item in lane.retractions)
    found = view.Explained(
        verdict,
        landed,
        in_force,
        next((item for item in retractions if item.run_id == place.run_id), None),
        judge_lane(lane).state.settled.get(place.run_id),
    )
    return Answer(found, view.text, view.json)

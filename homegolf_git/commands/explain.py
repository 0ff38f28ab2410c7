"""`homegolf explain RUN`: every number of a verdict, in sentences."""

from pathlib import Path

from homegolf_git.commands.common import open_ledger, place_of_run
from homegolf_git.core.judge.replay import verdict_of
from homegolf_git.core.model.findings import finding
from homegolf_git.core.views import inert
from homegolf_git.core.views.explain import explain as explain_verdict
from homegolf_git.core.views.verdicts import verdict_json
from homegolf_git.errors import Exit, refused
from homegolf_git.shell.reporters import Output


def explain(out: Output, repo_path: Path, run_id: str) -> Exit:
    """Explain one verdict."""
    ledger = open_ledger(repo_path)
    place = place_of_run(ledger, run_id)
    lane = ledger.lanes.get(place.lane)
    landed = lane.find(place.run_id) if lane else None
    if lane is None or landed is None:
        path = ledger.row_paths[place.run_id]
        faults = [item for item in ledger.findings if item.path == path]
        message = f"{run_id} landed, but cannot be read, so it has no verdict"
        raise refused(finding("no_such_run", message, path, fix="see the findings below"), *faults)
    verdict = verdict_of(lane, landed.row.run_id)
    in_force = [rules for rules in lane.rules if rules.position <= landed.position][-1]
    lines = explain_verdict(verdict, landed, in_force.lane)
    text = "\n".join(inert.plain(line) for line in lines)
    out.answer(
        text, lane=place.lane, commit=landed.commit, path=landed.path, lane_sha256=in_force.sha256,
        verdict=verdict_json(verdict), sentences=lines,
    )  # fmt: skip
    return Exit.OK

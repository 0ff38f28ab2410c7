"""`homegolf show RUN`: the row as it landed, its commit, receipts and verdict."""

from homegolf_git.commands.common import landed_run, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.doubts import doubts
from homegolf_git.core.judge.replay import judge_lane, verdict_of
from homegolf_git.core.views import show as view
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.reporters import Answer


def show(workspace: Workspace, run_id: str) -> Answer[view.Shown]:
    """One run."""
    repo, ledger = workspace.repo(), open_ledger(workspace)
    lane, landed = landed_run(ledger, run_id)
    data = repo.blobs([landed.blob])[landed.blob]
    document = rowyaml.load(data, landed.path).value or {}
    verdict = verdict_of(lane, landed.row.run_id)
    found = list(doubts(judge_lane(lane).state, landed, verdict.incumbent_before))
    shown = view.Shown(landed, verdict, data.decode(), document, found)
    return Answer(shown, view.text, view.json, findings=found)

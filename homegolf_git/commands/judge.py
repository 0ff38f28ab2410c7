"""`homegolf judge`: keep a run, discard it, or run it again."""

from homegolf_git.commands.common import landed_run, one_lane, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane, verdict_of
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.keep import Decision, decision_of
from homegolf_git.core.views import judge as view
from homegolf_git.errors import Exit, refused
from homegolf_git.shell.reporters import Answer

CODES = {
    "keep": Exit.OK, "discard": Exit.DISCARD, "more": Exit.MORE, "invalid": Exit.INVALID,
    "blocked": Exit.BLOCKED,
}  # fmt: skip


def judge(workspace: Workspace, run_id: str | None, lane: str | None) -> Answer[Decision]:
    """The decision about a run, the latest of a lane if none is named; the exit code says it too."""
    ledger = open_ledger(workspace)
    decision = decision_of(_verdict(ledger, run_id, lane))
    return Answer(decision, view.text, view.json, CODES[decision.name])


def _verdict(ledger: Ledger, run_id: str | None, lane: str | None) -> Verdict:
    if run_id is None:
        name = one_lane(ledger, lane)
        verdicts = judge_lane(ledger.lanes[name]).verdicts
        if not verdicts:
            raise refused(finding("no_such_run", f"no run has landed on {name}"))
        return verdicts[-1]
    found, landed = landed_run(ledger, run_id)
    if lane is not None and landed.row.lane != lane:
        raise refused(finding("wrong_lane", f"{run_id} is on {landed.row.lane}, not on {lane}"))
    return verdict_of(found, landed.row.run_id)

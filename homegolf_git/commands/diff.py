"""`homegolf diff RUN RUN`: what differs between two runs, and what it did to the score."""

from homegolf_git.commands.common import landed_run, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import finding
from homegolf_git.core.search.comparison import differences, interval
from homegolf_git.core.views import diff as view
from homegolf_git.errors import refused
from homegolf_git.shell.reporters import Answer


def diff(workspace: Workspace, before: str, after: str) -> Answer[view.Pair]:
    """Two runs of one lane side by side."""
    ledger = open_ledger(workspace)
    lane, one = landed_run(ledger, before)
    other_lane, other = landed_run(ledger, after)
    if lane is not other_lane:
        message = (
            f"{before} is on {one.row.lane}, {after} on {other.row.lane}: scores do not compare"
        )
        raise refused(finding("wrong_lane", message))
    judged = judge_lane(lane)
    numbers = [lane.numbers[landed.row.run_id] for landed in (one, other)]
    scores = [judged.verdicts[number].score for number in numbers]
    pair = view.Pair(
        one.row.run_id, other.row.run_id, judged.state.rules.metric,
        list(differences(one.row, other.row)), (scores[0], scores[1]),
        interval(judged.state, one.row, other.row),
    )  # fmt: skip
    return Answer(pair, view.text, view.json)

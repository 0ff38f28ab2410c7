"""`homegolf seen`: whether an idea was tried before it is paid for again."""

from homegolf_git.commands.common import one_lane, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane, verdict_of
from homegolf_git.core.search.keep import decision_of
from homegolf_git.core.search.seen import Idea
from homegolf_git.core.search.seen import seen as matches
from homegolf_git.core.views import judge as view
from homegolf_git.errors import Exit, usage_error
from homegolf_git.shell.reporters import Answer


def seen(workspace: Workspace, lane: str | None, idea: Idea) -> Answer[view.Seen]:
    """The runs of a lane that tried an idea: exit 0 if there is none, else 1."""
    if idea == Idea():
        raise usage_error("give the idea: --set KEY=VALUE, --config FILE, --revision REV or words")
    ledger = open_ledger(workspace)
    found = ledger.lanes[one_lane(ledger, lane)]
    judge_lane(found)
    runs = [
        (match, decision_of(verdict_of(found, match.run_id)))
        for match in matches((landed.row for landed in found.rows), idea)
    ]
    code = Exit.FINDINGS if runs else Exit.OK
    return Answer(runs, view.seen_text, view.seen_json, code, is_ok=True, plain=view.seen_plain)

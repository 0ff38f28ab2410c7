"""`homegolf plateau`: whether to stop at home."""

from homegolf_git.commands.common import one_lane, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.search.advice import stop_call
from homegolf_git.core.views import inert
from homegolf_git.core.views.stop import beside, plateau_json
from homegolf_git.errors import Exit
from homegolf_git.shell.reporters import Output


def plateau(out: Output, workspace: Workspace, lane: str | None) -> Exit:
    """The stop condition of a lane; exit 10 when it has plateaued."""
    ledger = open_ledger(workspace)
    state = judge_lane(ledger.lanes[one_lane(ledger, lane)]).state
    call = stop_call(state)
    found = call.plateau
    lines = [found.state, call.sentence, *(f"  {line}" for line in beside(call, state))]
    if found.reasons:
        lines.insert(1, f"reasons: {', '.join(found.reasons)}")
    out.answer("\n".join(map(inert.plain, lines)), **plateau_json(call))
    return Exit.PLATEAUED if found.state == "plateaued" else Exit.OK

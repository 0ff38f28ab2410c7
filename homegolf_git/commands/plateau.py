"""`homegolf plateau`: whether to stop at home."""

from homegolf_git.commands.common import one_state, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.search.advice import StopCall, stop_call
from homegolf_git.core.views import stop as view
from homegolf_git.errors import Exit
from homegolf_git.shell.reporters import Answer


def plateau(workspace: Workspace, lane: str | None) -> Answer[StopCall]:
    """The stop condition of a lane; exit 10 when it has plateaued."""
    call = stop_call(one_state(open_ledger(workspace), lane))
    code = Exit.PLATEAUED if call.plateau.state == "plateaued" else Exit.OK
    return Answer(call, view.text, view.plateau_json, code)

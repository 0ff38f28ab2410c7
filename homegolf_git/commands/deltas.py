"""`homegolf deltas`: what improved the score."""

from homegolf_git.commands.common import one_state, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.search.deltas import delta_ledger
from homegolf_git.core.views import deltas as view
from homegolf_git.shell.reporters import Answer


def deltas(workspace: Workspace, lane: str | None) -> Answer[view.Deltas]:
    """Every change of incumbent with its gain, and the totals a side."""
    state = one_state(open_ledger(workspace), lane)
    found = view.Deltas(delta_ledger(state), state.rules.metric)
    return Answer(found, view.text, view.json, plain=view.plain)

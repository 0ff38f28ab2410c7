"""`homegolf transfer`: what gains of one lane are worth on another."""

from homegolf_git.commands.common import one_state, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.tagseries import promoted_runs
from homegolf_git.core.search.transfer import transfer as find_transfer
from homegolf_git.core.views import transfer as view
from homegolf_git.errors import usage_error
from homegolf_git.shell.git.tagobjects import read_tags
from homegolf_git.shell.reporters import Answer


def transfer(workspace: Workspace, local: str, upstream: str) -> Answer[view.Transferred]:
    """How well gains of one lane have predicted gains of another."""
    if local == upstream:
        raise usage_error("--from and --to name the same lane")
    ledger = open_ledger(workspace)
    below, above = one_state(ledger, local), one_state(ledger, upstream)
    promoted = promoted_runs(read_tags(workspace.repo()).values())
    found = view.Transferred(
        view.Side(below.rules.lane, below.rules.metric),
        view.Side(above.rules.lane, above.rules.metric),
        find_transfer(below, above, promoted),
    )
    return Answer(found, view.text, view.json)

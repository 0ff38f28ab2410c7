"""`homegolf doctor`: what keeps a clone from working, or from working quickly."""

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.findings import has_errors
from homegolf_git.core.views import doctor as view
from homegolf_git.errors import Exit
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.upkeep import examine, mend


def doctor(workspace: Workspace, *, mends: bool) -> Answer[view.Examined]:
    """Examine the clone; with `mends` do what its findings advise, where that loses nothing."""
    repo = workspace.repo()
    mended = mend(repo, examine(repo), workspace.progress) if mends else []
    found = examine(repo)
    code = Exit.FINDINGS if has_errors(found) else Exit.OK
    return Answer(view.Examined(mended, found), view.text, view.json, code, found)

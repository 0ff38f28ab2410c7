"""`homegolf doctor`: what keeps a clone from working, or from working quickly."""

from homegolf_git.commands.pushing import land_again
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.findings import Finding, has_errors
from homegolf_git.core.views import doctor as view
from homegolf_git.core.views.findings import worst_first
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.running.keeping import Keeper
from homegolf_git.shell.setup import examine_setup
from homegolf_git.shell.upkeep import examine, mend


def doctor(workspace: Workspace, *, mends: bool) -> Answer[view.Examined]:
    """Examine the clone; with `mends` do what its findings advise, where that loses nothing."""
    repo = GitRepo(workspace.path)  # a deleted branch of the ledger is to be seen
    mended = _mend(repo, workspace) if mends else []
    found = [*examine(repo), *_setup(repo), *Keeper(repo).damaged()]
    found = worst_first(list(dict.fromkeys(found)))
    code = Exit.FINDINGS if has_errors(found) else Exit.OK
    return Answer(view.Examined(mended, found), view.text, view.json, code, found)


def _mend(repo: GitRepo, workspace: Workspace) -> list[str]:
    found = examine(repo)
    mended = mend(repo, found, workspace.progress)
    if any(item.code == "unlanded_rows" for item in found):
        land_again(GitRepo(workspace.path), workspace.progress)  # on the branch as it is now
        mended.append("unlanded_rows")
    return mended


def _setup(repo: GitRepo) -> list[Finding]:
    try:
        return list(examine_setup(repo))
    except HomegolfError as error:
        return error.findings

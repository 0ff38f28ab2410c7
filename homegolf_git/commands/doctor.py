"""`homegolf doctor`: what keeps a clone from working, or from working quickly."""

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import has_errors
from homegolf_git.core.views.findings import findings_json
from homegolf_git.errors import Exit
from homegolf_git.shell.reporters import Output
from homegolf_git.shell.upkeep import examine, mend


def doctor(out: Output, workspace: Workspace, *, mends: bool) -> Exit:
    """Examine the clone; with `mends` do what its findings advise, where that loses nothing."""
    repo = workspace.repo()
    mended = mend(repo, examine(repo), workspace.progress) if mends else []
    found = examine(repo)
    out.findings(found)
    lines = [f"mended {code}" for code in mended]
    lines.append(counted(len(found), "remark") if found else "nothing to mend")
    is_ok = not has_errors(found)
    out.answer("\n".join(lines), ok=is_ok, mended=mended, findings=findings_json(found))
    return Exit.OK if is_ok else Exit.FINDINGS

"""`homegolf doctor`: what keeps a clone from working, or from working quickly."""

from pathlib import Path

from homegolf_git.core.board import counted
from homegolf_git.core.findings import has_errors
from homegolf_git.core.report import findings_json
from homegolf_git.errors import Exit
from homegolf_git.shell.gitrepo import GitRepo
from homegolf_git.shell.reporters import Output
from homegolf_git.shell.upkeep import examine, mend


def doctor(out: Output, repo_path: Path, *, mends: bool) -> Exit:
    """Examine the clone; with `mends` do what its findings advise, where that loses nothing."""
    repo = GitRepo(repo_path)
    mended = mend(repo, examine(repo)) if mends else []
    found = examine(repo)
    out.findings(found)
    lines = [f"mended {code}" for code in mended]
    lines.append(counted(len(found), "remark") if found else "nothing to mend")
    is_ok = not has_errors(found)
    out.answer("\n".join(lines), ok=is_ok, mended=mended, findings=findings_json(found))
    return Exit.OK if is_ok else Exit.FINDINGS

"""`homegolf verify`: check every row, every rule and the history they landed in."""

from pathlib import Path

from homegolf_git.commands.common import require_ledger
from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import has_errors
from homegolf_git.core.views.findings import findings_json
from homegolf_git.errors import Exit
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reading.load import verified_ledger
from homegolf_git.shell.reporters import Output


def verify(out: Output, repo_path: Path, jobs: int | None = None) -> Exit:
    """Report every fault of the ledger; exit 1 when one of them is an error.

    Everything is read from the objects of git; what was kept of an earlier reading is replaced.
    """
    repo = GitRepo(repo_path)
    ledger = require_ledger(verified_ledger(repo, repo.require_history(), jobs))
    found, rows = ledger.findings, ledger.n_rows
    is_ok = not has_errors(found)
    out.findings(found)
    errors = sum(item.severity == "error" for item in found)
    summary = f"{counted(rows, 'row')} in {counted(len(ledger.lanes), 'lane')}: "
    summary += "all in order" if is_ok else counted(errors, "error")
    out.answer(summary, ok=is_ok, rows=rows, findings=findings_json(found))
    return Exit.OK if is_ok else Exit.FINDINGS

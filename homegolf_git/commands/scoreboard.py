"""`homegolf scoreboard`: write the generated files, or say which are stale."""

from pathlib import Path

from homegolf_git.commands.common import require_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LEDGER, parse_path
from homegolf_git.core.views import scoreboard as view
from homegolf_git.errors import Exit
from homegolf_git.shell.files.worktree import replace_file, require_place
from homegolf_git.shell.generated import MONTH_FOLDERS, generated_files, stale_files
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.commits import committing
from homegolf_git.shell.reading.load import kept_ledger
from homegolf_git.shell.reporters import Answer, Refusal, refusal

_STALE = "not what the rows give"


def scoreboard(workspace: Workspace, *, only_check: bool) -> Answer[view.Written] | Refusal:
    """Write every generated file whose bytes differ; with `only_check` write nothing.

    Where the ledger has a branch for itself they go into a commit of it.
    """
    repo = workspace.repo()
    if repo.ledger_ref is not None:
        return _checked(workspace, repo) if only_check else _committed(workspace, repo)
    repo.require_work_tree()
    with kept_ledger(repo, progress=workspace.progress) as ledger:
        files = generated_files(repo, require_ledger(repo, ledger))
    left_out = repo.left_out(LEDGER)  # what a sparse checkout leaves out is as git has it
    hidden = repo.blobs(blob for path, blob in left_out.items() if path in files)
    kept = {path for path, blob in left_out.items() if hidden.get(blob) == files.get(path, b"")}
    gone = [path for path in _month_files(repo.top) if path not in files]
    hidden_gone = [_hidden(path) for path in left_out if _is_month_file(path) and path not in files]
    if only_check:
        differing = (path for path, data in files.items() if _bytes(repo.top / path) != data)
        stale = [*(path for path in differing if path not in kept), *gone]
        found = [finding("stale_scoreboard", _STALE, path) for path in stale] + hidden_gone
        return refusal(found, Exit.FINDINGS if found else Exit.OK)
    for path in (*files, *gone):  # all of them are written, or none
        require_place(repo.top, path)
    written = [
        path
        for path, data in files.items()
        if path not in kept and replace_file(repo.top, path, data)
    ]
    for path in gone:  # a month whose rows are none any more, or are shown elsewhere
        (repo.top / path).unlink()
    done = view.Written(written, gone, len(files))
    return Answer(done, view.text, view.json, findings=hidden_gone)


def _checked(workspace: Workspace, repo: GitRepo) -> Refusal:
    with kept_ledger(repo, progress=workspace.progress) as ledger:
        files, gone = stale_files(repo, ledger.head, require_ledger(repo, ledger))
    found = [finding("stale_scoreboard", _STALE, path) for path in (*files, *gone)]
    return refusal(found, Exit.FINDINGS if found else Exit.OK)


def _committed(workspace: Workspace, repo: GitRepo) -> Answer[view.Written]:
    with committing(repo) as committer:
        with kept_ledger(repo, progress=workspace.progress) as ledger:
            files, gone = stale_files(repo, committer.head, require_ledger(repo, ledger))
        made = None
        if files or gone:
            made = committer.replace("Write the scoreboards\n", files, gone, lambda _: None)
    done = view.Written(list(files), gone, len(files), made)
    return Answer(done, view.text, view.json)


def _month_files(top: Path) -> list[str]:
    found = (
        path.relative_to(top).as_posix()
        for folder in MONTH_FOLDERS
        for path in sorted(top.glob(f"{LEDGER}/*/{folder}/*"))
    )
    return [path for path in found if _is_month_file(path)]


def _is_month_file(path: str) -> bool:
    place = parse_path(path)
    return place is not None and place.kind == "generated" and bool(place.month)


def _hidden(path: str) -> Finding:
    """A file that is to go and that only git has."""
    fix = f"run `git rm --cached --sparse -- {path}`"
    return finding("stale_scoreboard", f"{_STALE}; a sparse checkout leaves it out", path, fix=fix)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None

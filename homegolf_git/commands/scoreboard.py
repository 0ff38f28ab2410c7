"""`homegolf scoreboard`: write the generated files, or say which are stale."""

from pathlib import Path

from homegolf_git.commands.common import require_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import LEDGER
from homegolf_git.core.views import scoreboard as view
from homegolf_git.errors import Exit, environment_error
from homegolf_git.shell.files.worktree import replace_file, require_no_link
from homegolf_git.shell.generated import generated_files
from homegolf_git.shell.reading.load import kept_ledger
from homegolf_git.shell.reporters import Answer, Refusal, refusal


def scoreboard(workspace: Workspace, *, only_check: bool) -> Answer[view.Written] | Refusal:
    """Write every generated file whose bytes differ; with `only_check` write nothing."""
    repo = workspace.repo()
    if repo.is_bare:
        raise environment_error("bare_repository", f"{repo.top} is bare")
    with kept_ledger(repo, progress=workspace.progress) as ledger:
        files = generated_files(require_ledger(repo, ledger))
    gone = [path for path in _verdict_files(repo.top) if path not in files]
    if only_check:
        stale = [path for path, data in files.items() if _bytes(repo.top / path) != data] + gone
        found = [finding("stale_scoreboard", "not what the rows give", path) for path in stale]
        return refusal(found, Exit.FINDINGS if found else Exit.OK)
    written = [path for path, data in files.items() if replace_file(repo.top, path, data)]
    for path in gone:  # a month whose only row cannot be read any more
        require_no_link(repo.top, path)
        (repo.top / path).unlink()
    return Answer(view.Written(written, gone, len(files)), view.text, view.json)


def _verdict_files(top: Path) -> list[str]:
    return [str(p.relative_to(top)) for p in sorted(top.glob(f"{LEDGER}/*/verdicts/*.jsonl"))]


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None

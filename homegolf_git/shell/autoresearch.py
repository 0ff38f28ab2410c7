"""What an autoresearch repository holds: its files as git has them, its budget, its command."""

import shlex
import shutil
from pathlib import Path

from homegolf_git.core.model.autoresearch import (
    NOTE,
    PREPARE,
    RESULTS,
    TRAIN,
    Trainer,
    note_for,
    time_budget,
)
from homegolf_git.core.model.findings import finding
from homegolf_git.errors import environment_error, refused
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.files.worktree import place_files
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.trainer import frozen_digest

_NOTES = "*.md"  # at the top: what people and agents read changes no score


def trainer_of(repo: GitRepo, folder: Path) -> Trainer:
    """What the lane of a trainer is made from.

    Raises:
        HomegolfError: where it is no work tree with a commit, a file is missing, or is not committed
            as it stands: what is pinned would not be what a reset brings back.
    """
    repo.require_work_tree()
    head = repo.head()
    if head is None:
        raise environment_error("no_commits", f"{repo.top} has no commit", "commit the trainer")
    top, folder = repo.top.resolve(), folder.resolve()
    if not folder.is_relative_to(top):  # such as its git directory
        folder = top
    prefix = "" if folder == top else f"{folder.relative_to(top).as_posix()}/"
    names = [prefix + name for name in (TRAIN, PREPARE)]
    _require_there(repo, names)
    _require_committed(repo, names)
    results = prefix + RESULTS
    is_tracked = repo.lookups([f"{head}:{results}"]) != [None]
    source = (folder / PREPARE).read_text(encoding="utf-8", errors="replace")
    return Trainer(
        prefix, time_budget(source), frozen_digest(repo, head, [prefix + PREPARE]), _command(folder),
        (prefix + TRAIN, prefix + _NOTES, *([results] if is_tracked else [])), _has_runs(folder / RESULTS),
    )  # fmt: skip


def place_note(repo: GitRepo, trainer: Trainer, lane: str, branch: str) -> list[str]:
    """Write what an agent is to read beside the trainer, unless it is there; the files that were written."""
    name = trainer.folder + NOTE
    if (repo.top / name).exists():
        return []
    template = (data_folder("examples") / "autoresearch" / NOTE).read_text(encoding="utf-8")
    return place_files(repo.top, {name: note_for(template, trainer, lane, branch).encode()})


def _require_there(repo: GitRepo, names: list[str]) -> None:
    missing = [name for name in names if not (repo.top / name).is_file()]
    if missing:
        message = f"there is no {' and no '.join(missing)}"
        fix = f"give it, or run this where {TRAIN} and {PREPARE} are; another trainer's lane is written by hand, see docs/lanes.md"
        raise refused(finding("not_autoresearch", message, fix=fix))


def _require_committed(repo: GitRepo, names: list[str]) -> None:
    known = repo.lookups([f"HEAD:{name}" for name in names])
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--")
    changed = {
        entry[3:] for entry in repo.fields((*words, *(f":(top,literal){name}" for name in names)))
    }
    names = [
        name for name, blob in zip(names, known, strict=True) if blob is None or name in changed
    ]
    if names:
        message = f"{' and '.join(names)}: git does not have it as it stands"
        fix = (
            f"run `git add -f {shlex.join(names)}`, then `git commit -m 'The trainer as it stands'`"
        )
        raise refused(finding("not_autoresearch", message, fix=fix))


def _has_runs(log: Path) -> bool:
    """Whether a log has a line behind its header."""
    return log.is_file() and log.read_bytes().strip().count(b"\n") > 0


def _command(folder: Path) -> str:
    """How its README starts the trainer, as far as that is installed here."""
    project = folder / "pyproject.toml"
    is_project = (folder / "uv.lock").exists() or (
        project.is_file() and b"[tool.uv" in project.read_bytes()
    )
    if is_project and shutil.which("uv"):
        return f"uv run {TRAIN}"
    return f"{'python' if shutil.which('python') else 'python3'} {TRAIN}"

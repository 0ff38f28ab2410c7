"""Hooks of a commit: whether there are any, and a place in which they see the user's files and change nothing else."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.judge.proposal import message_fault
from homegolf_git.core.judge.trailers import said_in
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import REGULAR_FILE_MODE, Oid
from homegolf_git.errors import refused
from homegolf_git.shell.files.unwritten import writing
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo, Ran
from homegolf_git.shell.git.locks import hindrance
from homegolf_git.shell.git.rawlog import first_parent_history

_WITHOUT = "let a hook leave ledger/ alone, or run this without it; nothing was kept"
_REPORT = re.compile(r"^fast-import: dumping crash report .*$", re.MULTILINE)  # it is gone by then
_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")


def has_hooks(repo: GitRepo) -> bool:
    """Whether a commit would run one."""
    folder = Path(repo.run("rev-parse", "--path-format=absolute", "--git-path", "hooks").text)
    return any((folder / name).exists() for name in _HOOKS)


@contextmanager
def private_head(repo: GitRepo, head: Oid) -> Iterator[tuple[str, ...]]:
    """A HEAD and an index beside the user's; options of git that use them with the user's files."""
    place = repo.git_dir / OWN_FOLDER / f"commit-{os.getpid()}"
    place.parent.mkdir(parents=True, exist_ok=True)
    require(
        repo.run("worktree", "add", "--quiet", "--detach", "--no-checkout", "--", str(place), head),
    )
    try:
        private = require(repo.run("-C", str(place), "rev-parse", "--absolute-git-dir")).text
        index = repo.git_dir / "index"
        if index.exists():
            with writing(own := Path(private) / "index"):
                own.write_bytes(index.read_bytes())
        yield f"--git-dir={private}", f"--work-tree={repo.top}"
    finally:
        repo.run("worktree", "remove", "--force", "--", str(place))


def require_as_asked(repo: GitRepo, head: Oid, made: Oid, message: str) -> None:
    """Refuse what a hook made of a commit besides its files: others beside it, or what it says of the row."""
    commits = list(first_parent_history(repo, made, after=head or None))
    if [(commit.parent or "", commit.merged) for commit in commits] != [(head, None)]:
        _refuse("a hook made commits of its own")
    if said_in(commits[0].message) != said_in(message):
        _refuse("a hook changed the trailers of the message, which name the row")
    if fault := message_fault(commits[0].message):
        _refuse(f"behind a hook the commit has {fault}")


def _refuse(message: str, path: str = "") -> NoReturn:
    raise refused(finding("commit_refused", message, path, fix=_WITHOUT))


def require(ran: Ran) -> Ran:
    """Refuse what git, or a hook, refused."""
    if ran.code:
        said = _REPORT.sub("", ran.error).strip() or "a hook said no"
        no = refused(finding("commit_refused", said))
        raise hindrance(ran.error, Path(ran.folder)) or no
    return ran


def stored_in(changes: Iterable[PathChange]) -> dict[str, str]:
    """Blobs by path; a mode that no file of a ledger has makes it another one."""
    return {
        change.path: str(change.blob) + change.mode.removeprefix(REGULAR_FILE_MODE).strip("0")
        for change in changes
    }


def require_same(stored: Mapping[str, str], judged: Mapping[str, str]) -> None:
    """Refuse a commit that holds other blobs than those that were judged: only a hook makes some."""
    if stored == dict(judged):
        return
    name = next(n for n in sorted({*judged, *stored}) if stored.get(n) != judged.get(n))
    what = "changed" if name in judged else "added"
    _refuse(f"a hook {what} {name}, so it is not what was judged", name)

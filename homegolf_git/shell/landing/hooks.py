"""Hooks of a commit: whether there are any, and a place in which they see the user's files and change nothing else."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import refused
from homegolf_git.shell.files.unwritten import writing
from homegolf_git.shell.git.complaints import unwritten
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo, Ran
from homegolf_git.shell.git.locks import require_no_lock

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


def require(ran: Ran) -> Ran:
    """Refuse what git, or a hook, refused."""
    if ran.code:
        require_no_lock(ran.error, Path(ran.folder))
        no = refused(finding("commit_refused", ran.error or "a hook said no"))
        raise unwritten(ran.error, Path(ran.folder)) or no
    return ran


def require_same(stored: Mapping[str, str], judged: Mapping[str, str]) -> None:
    """Refuse a commit that holds other blobs than those that were judged: only a hook makes some."""
    if stored == dict(judged):
        return
    name = next(n for n in sorted({*judged, *stored}) if stored.get(n) != judged.get(n))
    what = "changed" if name in judged else "added"
    fix = "let a hook leave ledger/ alone, or run this without it; nothing was kept"
    message = f"a hook {what} {name}, so it is not what was judged"
    raise refused(finding("commit_refused", message, name, fix=fix))

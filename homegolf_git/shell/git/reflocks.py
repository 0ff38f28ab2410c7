"""Locks of refs that a git left which was killed together with its command."""

from collections.abc import Iterator
from pathlib import Path

from homegolf_git.core.model.naming import TAG_FOLDERS, tag_ref
from homegolf_git.shell.git.gitrepo import BRANCHES, GitRepo
from homegolf_git.shell.git.locks import clear_locks

_OURS = "refs/homegolf"


def clear_ref_locks(repo: GitRepo, *refs: str) -> None:
    """Take away the locks of refs that commands write: these, and the program's own.

    Only for a caller who knows that a command was killed, and that no other writes refs now.
    """
    names = ("packed-refs", *refs, *filter(None, (repo.ledger_ref, repo.ledger_copy)))
    if repo.ledger_ref is None and (branch := repo.branch()) is not None:
        names += (f"{BRANCHES}{branch}",)
    clear_locks([repo.common_dir / name for name in names], _own(repo))


def _own(repo: GitRepo) -> Iterator[Path]:
    for folder in (_OURS, *map(tag_ref, TAG_FOLDERS)):
        yield from (repo.common_dir / folder).rglob("*.lock")

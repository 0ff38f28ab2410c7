"""Locks of refs that a git left which was killed together with its command."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from homegolf_git.core.model.naming import TAG_FOLDERS, tag_ref
from homegolf_git.shell.git.gitrepo import BRANCHES, GitRepo

_PATIENCE, _PAUSE = 2.0, 0.05  # seconds that a living git is given
_OURS = "refs/homegolf"


def clear_ref_locks(repo: GitRepo, *refs: str) -> None:
    """Take away the locks of refs that commands write: these, and the program's own.

    Only for a caller who knows that a command was killed, and that no other writes refs now.
    """
    names = ("packed-refs", *refs, *filter(None, (repo.ledger_ref, repo.ledger_copy)))
    if repo.ledger_ref is None and (branch := repo.branch()) is not None:
        names += (f"{BRANCHES}{branch}",)
    clear_locks([repo.common_dir / name for name in names], _own(repo))


def clear_locks(files: Iterable[Path], more: Iterable[Path] = ()) -> None:
    """Take away the locks of files, and locks that were found; a living git is given time to do it."""
    locks = [*(name.with_name(f"{name.name}.lock") for name in files), *more]
    left = {lock: seen for lock in locks if (seen := _identity(lock)) is not None}
    until = time.monotonic() + _PATIENCE
    while left:
        left = {lock: seen for lock, seen in left.items() if _identity(lock) == seen}
        if time.monotonic() > until:
            break
        time.sleep(_PAUSE if left else 0)
    for lock in left:
        lock.unlink(missing_ok=True)


def _identity(lock: Path) -> tuple[int, int] | None:
    """What tells a lock from the next one of its name; None where there is none."""
    try:
        found = lock.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _own(repo: GitRepo) -> Iterator[Path]:
    for folder in (_OURS, *map(tag_ref, TAG_FOLDERS)):
        yield from (repo.common_dir / folder).rglob("*.lock")

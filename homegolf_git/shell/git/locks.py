"""Locks that a git left which a signal ended."""

import time
from collections.abc import Iterable
from pathlib import Path

_PATIENCE, _PAUSE = 2.0, 0.05  # seconds that a living git is given


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

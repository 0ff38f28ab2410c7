"""Locks of git: those that a signal left, which are taken away, and others, which are named with their age."""

import re
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from shlex import quote

from homegolf_git.errors import HomegolfError, environment_error
from homegolf_git.shell.git.complaints import complaint, unwritten_by_git

_PATIENCE, _PAUSE = 2.0, 0.05  # seconds that a living git is given
_FREE = 1.0  # seconds that it is given before anything is written
_OLD = 60.0  # seconds; a living git needs less
# Of a push to a remote the remote's own locks are named too, behind its name.
_HELD = re.compile(
    r"^(?!remote:).*?(?:Unable to create '|could not lock config file )(?P<path>[^'\n]+?)(?:\.lock')?: File exists",
    re.MULTILINE,
)
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


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


def require_unlocked(file: Path) -> None:
    """Refuse while another git writes a file, having given it time to end.

    Raises:
        HomegolfError: naming the lock and its age.
    """
    lock, until = file.with_name(f"{file.name}.lock"), time.monotonic() + _FREE
    while lock.exists():
        if time.monotonic() > until:
            raise lock_error(lock)
        time.sleep(_PAUSE)


def fault(said: str, folder: Path) -> HomegolfError | None:
    """A lock, with its age, an unreadable setting, or too little memory that git ran into in a folder."""
    known = complaint(said, folder)
    if known is not None and known.findings[0].code in {"bad_git_config", "no_resources"}:
        return known
    held = _HELD.search(said)
    return None if held is None else lock_error(folder / f"{held['path']}.lock")


def hindrance(said: str, folder: Path) -> HomegolfError | None:
    """What kept git from writing in a folder: a fault, or a place that takes nothing; None for all else."""
    return unwritten_by_git(said, folder) or fault(said, folder)


def lock_error(lock: Path) -> HomegolfError:
    """That a lock is there, since when, and what to do: nobody but its user knows whose it is."""
    message = f"{lock} is there{_since(lock)}: another git is at work, or was killed"
    fix = f"wait for it; if no git is running here, run `rm -f {quote(str(lock))}`, then this again"
    return environment_error("locked", message, fix)


def is_old(lock: Path) -> bool:
    """Whether a lock is older than a living git needs, or from a time that is yet to come."""
    with suppress(OSError):
        return not 0 <= time.time() - lock.stat().st_mtime <= _OLD
    return False


def _since(lock: Path) -> str:
    try:
        seconds = time.time() - lock.stat().st_mtime
    except OSError:  # it has just gone
        return ""
    count, unit = next(
        ((int(abs(seconds) / size), name) for name, size in _UNITS if abs(seconds) >= size),
        (0, "second"),
    )
    age = f"{count} {unit}{'' if count == 1 else 's'}"
    # The clock was set back since, or is another machine's.
    return f", dated {age} ahead of the clock" if seconds < 0 and count else f", {age} old"


def _identity(lock: Path) -> tuple[int, int] | None:
    """What tells a lock from the next one of its name; None where there is none."""
    try:
        found = lock.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns

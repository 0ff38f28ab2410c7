"""Committing commands of one clone wait for each other, in the order in which they arrived."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from homegolf_git.core.model.findings import finding
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.files.unwritten import unwritten
from homegolf_git.shell.git.holding import held, is_held

_PATIENCE = 60.0  # seconds in which nobody else's commit landed
_PAUSE = 0.01  # seconds between two looks


class CommitLock:
    """The lock of a git directory; whoever holds it says when a commit of its own has landed."""

    def __init__(self, folder: Path) -> None:
        """Locks lie in `folder`, which all work trees of a clone share."""
        self._file, self._queue = folder / "commit", folder / "queue"
        self._working = folder / "working"  # is there as long as somebody holds the lock
        self.is_after_kill = False  # whoever held it before came to no end

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; wait for those that came before.

        Raises:
            HomegolfError: exit 5 after a minute in which nobody's commit landed.
        """
        try:
            self._queue.mkdir(parents=True, exist_ok=True)
            file = self._file.open("a")
        except OSError as error:
            raise unwritten(error) from error
        with file as lock, self._ticket() as mine:
            self._wait(lock, mine)
            self.is_after_kill = self._working.exists()
            try:
                self._working.touch()
            except OSError as error:
                raise unwritten(error) from error
            try:
                yield
            finally:
                self._working.unlink(missing_ok=True)

    def is_held(self) -> bool:
        """Whether a living command holds it."""
        try:
            with self._file.open() as file:
                return _is_taken(file)
        except FileNotFoundError:
            return False

    def landed(self) -> None:
        """Tell those that wait that there is progress."""
        os.utime(self._file)

    @contextmanager
    def _ticket(self) -> Iterator[str]:
        """A place in the queue, held as long as this process lives."""
        name = f"{time.time_ns():020}-{os.getpid()}"
        with held(self._queue / name):
            yield name

    def _wait(self, lock: IO[str], mine: str) -> None:
        # How long is told by a clock that nobody sets; that something landed, by any other time.
        began, landed = time.monotonic(), self._file.stat().st_mtime_ns
        while not (self._is_first(mine) and not _is_taken(lock)):
            if (seen := self._file.stat().st_mtime_ns) != landed:
                began, landed = time.monotonic(), seen
            if time.monotonic() - began > _PATIENCE:
                message = f"another homegolf holds {self._file}, and no commit of it has landed"
                raise HomegolfError(Exit.LOST_RACE, finding("lost_race", message))
            time.sleep(_PAUSE)

    def _is_first(self, mine: str) -> bool:
        """Whether nobody who is alive stands before; the tickets of the dead are taken away."""
        for name in sorted(path.name for path in self._queue.iterdir()):
            if name >= mine:
                break
            if not is_held(self._queue / name):
                (self._queue / name).unlink(missing_ok=True)
            elif not name.startswith("."):
                return False
        return True


def _is_taken(file: IO[str]) -> bool:
    """Whether somebody else holds a file; if not, it is held from now on."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False

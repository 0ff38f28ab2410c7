"""A file that a process holds as long as it lives: how what a killed one left is told from what is used."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from homegolf_git.errors import environment_error


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Make a file and hold it; it is gone afterwards.

    Raises:
        HomegolfError: where it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
    except OSError as error:
        raise environment_error("cannot_write", f"{error.filename}: {error.strerror}") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_held(path: Path) -> bool:
    """Whether a living process holds a file."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False

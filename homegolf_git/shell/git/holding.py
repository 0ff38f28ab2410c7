"""A file that a process holds as long as it lives: how what a killed one left is told from what is used."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from homegolf_git.core.model.values import Record
from homegolf_git.shell.files.unwritten import unwritten

MESSAGES = "message-"  # files, by process, of what a tag says that is being made
REFUSED = "\0"  # behind a note: not a kill ended its command


class Hold(Record):
    """What becomes of a file that is held."""

    stays: bool = False  # for the next command, which is to end what git refused to this one


@contextmanager
def held(path: Path, note: str = "") -> Iterator[Hold]:
    """Make a file with a note and hold it; it is gone afterwards, unless it stays.

    Raises:
        HomegolfError: where it cannot be made.
    """
    hold = Hold()
    with _made(path, note):
        try:
            yield hold
        finally:
            if not hold.stays:
                path.unlink(missing_ok=True)
            else:
                with (
                    suppress(OSError),
                    path.open("a", encoding="utf-8") as file,
                ):  # there may be no room
                    file.write(REFUSED)


def _made(path: Path, note: str) -> IO[str]:
    """The file, held before anybody can see it under its name."""
    draft = path.with_name(f".{path.name}")
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = draft.open("w", encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise unwritten(error) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(note)
            file.flush()
            draft.rename(path)
        except FileNotFoundError:  # it was taken for a dead one's before it was held
            file.close()
        except OSError as error:
            with suppress(OSError):  # it tries to write the note once more
                file.close()
            draft.unlink(missing_ok=True)
            raise unwritten(error, draft) from error
        else:
            return file


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


def left_behind(folder: Path) -> dict[Path, str]:
    """Files that killed processes held, with their notes; those that were not named yet go at once."""
    found = {}
    for path in sorted(folder.glob("*")):
        if is_held(path):
            continue
        if path.name.startswith("."):
            path.unlink(missing_ok=True)
            continue
        with suppress(FileNotFoundError):  # its process has just come to its end
            found[path] = os.fsdecode(path.read_bytes())  # there is a path in some
    return found

"""What there is to say and to do where a file system does not take what is written."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

from homegolf_git.errors import HomegolfError, environment_error

# By what the system calls it, which is all that another program passes on.
_WAYS = {
    errno.ENOSPC: "make room there, which `df -h {place}` shows, and run the same command again",
    errno.EDQUOT: "make room there, which `quota` shows, and run the same command again",
    errno.EFBIG: "run `ulimit -f unlimited`, and the same command again",
    errno.EROFS: "have {place} mounted for writing, and run the same command again",
    errno.EACCES: "run `chmod -R u+rwX {place}` as its owner, and the same command again",
    errno.EPERM: "run `chmod -R u+rwX {place}` as its owner, and the same command again",
}
# What is wrong with a name itself; of a file of the ledger it is something that stands in its way.
_NAMES = {
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "choose another name: it is a link that leads back to itself",
    errno.ENOTDIR: "choose another name: what it lies in is a file",
}
_SAID = {os.strerror(number): number for number in _WAYS} | {
    "Out of diskspace": errno.ENOSPC,
    "insufficient permission": errno.EACCES,
}


def unwritten(error: OSError, path: Path | str | None = None) -> HomegolfError:
    """That a file or folder could not be written; `path` names it where the error does not."""
    named = os.fspath(path or error.filename2 or error.filename or "a file")
    return _refusal(f"{named}: {error.strerror}", named, error.errno)


def denied(folder: Path | str) -> OSError | None:
    """Why a folder takes no file, full or not; None where it does."""
    if os.access(folder, os.W_OK | os.X_OK):
        return None
    is_fixed = bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    number = errno.EROFS if is_fixed else errno.EACCES
    return OSError(number, os.strerror(number), os.fspath(folder))


def is_refusal(error: HomegolfError) -> bool:
    """Whether the file system refused, and nothing stands in the way of what was to be written."""
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in _WAYS


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """What is written within this to a path, or below it, is refused like that."""
    try:
        yield
    except OSError as error:
        if error.errno not in _WAYS | _NAMES:
            raise
        raise unwritten(error, None if error.filename else path) from error


def unwritten_by(said: str, words: str, path: Path | str) -> HomegolfError:
    """The same as another program `said` it, in the system's `words` if any, of a path."""
    return _refusal(said, os.fspath(path), _SAID.get(words))


def _refusal(message: str, named: str, number: int | None) -> HomegolfError:
    place = Path(named).absolute()
    while not _is_there(place):  # it came to none
        place = place.parent
    if number is None and (why := denied(place if place.is_dir() else place.parent)) is not None:
        message, number = f"{message}: {why.strerror}", why.errno
    way = (_WAYS | _NAMES).get(number or 0, "").format(place=quote(os.fspath(place)))
    return environment_error("cannot_write", message, way)


def _is_there(place: Path) -> bool:
    try:
        return os.path.lexists(place)
    except OSError:  # no such name can be
        return False

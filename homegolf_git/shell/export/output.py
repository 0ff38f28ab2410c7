"""Where an export goes: written beside its place, and moved there when it is whole."""

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from homegolf_git.errors import environment_error
from homegolf_git.shell.files.unwritten import writing

_NAMED = 3  # files that are in the way and are named


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to; what is there at the end takes the place of `path`.

    After an exception `path` is as it was.

    Raises:
        HomegolfError: where a folder stands there, or its parent is none.
    """
    path = Path(os.path.realpath(path))  # a link to a file stays one
    with writing(path):
        if path.is_dir():
            raise environment_error("in_the_way", f"{path} is a folder", "name a file")
        if os.path.lexists(path) and not path.is_file():  # a device is not to become a file
            raise environment_error("in_the_way", f"{path} is no plain file", "name another")
        _sweep(path)
        draft = _beside(path)
        try:
            yield draft
            _sync(draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def whole_folder(
    path: Path, others_in: Callable[[Path], Iterable[str]], kind: str
) -> Iterator[Path]:
    """A folder to write to, likewise; an earlier one of that kind is replaced.

    Args:
        path: Where it is to be.
        others_in: What of a folder belongs to nothing of the kind.
        kind: What it is called.

    Raises:
        HomegolfError: where something else stands there.
    """
    path = Path(os.path.realpath(path))  # a link to a folder stays one
    with writing(path):
        if os.path.lexists(path) and not path.is_dir():
            raise environment_error("in_the_way", f"{path} is a file", "name a folder")
        if path.is_dir() and (others := [*islice(others_in(path), _NAMED)]):
            message = f"{path} holds other files: {', '.join(others)}"
            way = f"name a new folder, or an earlier {kind}"
            raise environment_error("in_the_way", message, way)
        _sweep(path)
        with _in_place_of(path) as draft:
            yield draft


@contextmanager
def _in_place_of(path: Path) -> Iterator[Path]:
    draft, old = _beside(path), _beside(path)
    draft.mkdir()
    try:
        yield draft
        for item in draft.iterdir():
            if item.is_file():
                _sync(item)
        if path.is_dir():
            path.rename(old)
        try:
            draft.rename(path)
        except OSError:
            with suppress(OSError):
                old.rename(path)
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _beside(path: Path) -> Path:
    """A new name in the same folder, because a move to another file system is a copy."""
    if not path.parent.is_dir():
        raise environment_error("no_file", f"there is no folder {path.parent}")
    return path.parent / f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part"


def _sweep(path: Path) -> None:
    """Take away what killed commands left beside a path."""
    if not path.parent.is_dir():
        return
    draft = re.compile(rf"\.{re.escape(path.name)}\.([0-9]{{1,9}})-[0-9a-f]{{8}}\.part")
    for item in path.parent.iterdir():
        found = draft.fullmatch(item.name)
        if found is None or _is_alive(int(found[1])):
            continue
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item, ignore_errors=True)
        else:
            item.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())

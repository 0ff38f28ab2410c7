"""Where an export goes: written beside its place, and moved there when it is whole."""

import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from homegolf_git.errors import environment_error


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to; what is there at the end takes the place of `path`.

    After an exception `path` is as it was.

    Raises:
        HomegolfError: where a folder stands there, or its parent is none.
    """
    if path.is_dir():
        raise environment_error("in_the_way", f"{path} is a folder", "name a file")
    draft = _beside(path)
    try:
        yield draft
        _sync(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path, names: Collection[str]) -> Iterator[Path]:
    """A folder to write to, likewise; an earlier one is replaced where it holds no other `names`.

    Raises:
        HomegolfError: where something else stands there.
    """
    if path.exists() and not path.is_dir():
        raise environment_error("in_the_way", f"{path} is a file", "name a folder")
    if path.is_dir() and (others := sorted({item.name for item in path.iterdir()} - {*names})):
        message = f"{path} holds other files: {', '.join(others[:3])}"
        raise environment_error("in_the_way", message, "name a new folder, or an earlier export")
    draft, old = _beside(path), _beside(path)
    draft.mkdir()
    try:
        yield draft
        for item in draft.iterdir():
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
    return path.parent / f".{path.name}.{secrets.token_hex(4)}.part"


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())

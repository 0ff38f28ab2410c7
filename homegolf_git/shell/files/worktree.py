"""Files of the work tree: read without following links, written whole or not at all."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from homegolf_git.core.model.findings import finding
from homegolf_git.errors import refused
from homegolf_git.shell.files.unwritten import denied, unwritten


def read_file(path: Path) -> bytes:
    """The bytes of a regular file that somebody named.

    Raises:
        HomegolfError: for what is no regular file, and for a symbolic link.
    """
    try:
        if path.is_symlink():
            raise refused(finding("symlink", f"{path} is a symbolic link", str(path)))
        if not path.is_file():
            raise refused(finding("no_file", f"{path} is no file", str(path)))
        return path.read_bytes()
    except OSError as error:
        raise refused(finding("no_file", f"{path}: {error.strerror}", str(path))) from error


def place_files(top: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write files below `top`; give those that were not there before.

    A file that is there with the same bytes stays.

    Raises:
        HomegolfError: when another file or a link stands in the way; nothing is left behind then.
    """
    for name, data in files.items():
        require_free(top, name, data)
    made: list[str] = []
    try:
        for name, data in files.items():
            target = top / name
            if not target.exists():
                made.append(name)  # first: of its folders some may come to be
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    except OSError as error:
        remove_files(top, made)
        raise unwritten(error) from error
    return made


def require_free(top: Path, name: str, data: bytes) -> None:
    """Refuse a path below `top` where another file or a link stands in the way.

    Raises:
        HomegolfError: naming what is there.
    """
    target = top / name
    require_place(top, name)
    if target.exists() and not (target.is_file() and target.read_bytes() == data):
        raise refused(finding("in_the_way", f"{name} is there with other content", name))


def require_place(top: Path, name: str) -> None:
    """Refuse a path below `top` that leads through a link, or whose folder takes no file.

    Raises:
        HomegolfError: naming the link or the folder.
    """
    require_no_link(top, name)
    folder = (top / name).parent
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    if (why := denied(folder)) is not None:
        raise unwritten(why)


def require_no_link(top: Path, name: str) -> None:
    """Refuse a path below `top` that leads through a symbolic link.

    Raises:
        HomegolfError: naming the link.
    """
    target = top / name
    for part in (target, *target.parents):
        if part == top:
            break
        if part.is_symlink():
            raise refused(finding("symlink", f"{part.relative_to(top)} is a symbolic link", name))


def remove_files(top: Path, names: list[str]) -> None:
    """Take files away again, and the folders that are empty without them."""
    for name in names:
        with suppress(OSError):
            (top / name).unlink()
        for folder in (top / name).parents:
            if folder == top:
                break
            try:
                folder.rmdir()
            except OSError:
                break


def replace_file(top: Path, name: str, data: bytes) -> bool:
    """Put `data` under `name` below `top` in one step; say whether anything changed.

    Raises:
        HomegolfError: when the path leads through a link, or the file system refuses.
    """
    require_no_link(top, name)
    path = top / name
    with suppress(OSError):
        if path.read_bytes() == data:
            return False
    draft = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise unwritten(error, path) from error
    return True

"""Logs of other tools on the disk: files that somebody named, and those of a kind in a folder."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from homegolf_git.core.model.findings import finding
from homegolf_git.errors import refused
from homegolf_git.shell.files.worktree import read_file

_SIZE_MAX = 64 << 20  # bytes of a file
_TOTAL_MAX = 512 << 20  # bytes of all
_FILES_MAX = 200_000


def read_logs(paths: Sequence[Path], wanted: Sequence[str]) -> list[tuple[str, bytes]]:
    """Each file with its name as given; of a folder those below it whose names are `wanted`.

    Raises:
        HomegolfError: for what is no file or folder, and for more than is read.
    """
    found: list[tuple[str, bytes]] = []
    total = 0
    for path in paths:
        files = _below(path, wanted) if _is_folder(path) else [path]
        if not files:
            raise refused(finding("no_file", f"{path} holds no {' or '.join(wanted)}", str(path)))
        for file in files:
            size = _size(file)
            total += size
            if size > _SIZE_MAX or total > _TOTAL_MAX:
                over = _SIZE_MAX if size > _SIZE_MAX else _TOTAL_MAX
                message = f"{max(size, total):,} bytes; at most {over:,} are read"
                fix = "import a part of it: rows that landed are known again"
                raise refused(finding("unreadable_log", message, str(file), fix=fix))
            found.append((str(file), read_file(file)))
    return found


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path) and not path.is_symlink()  # noqa: PTH112 - is_dir raises for a name that is too long


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except (OSError, ValueError):
        return 0  # reading it says what is wrong


def _below(folder: Path, wanted: Sequence[str]) -> list[Path]:
    found = sorted(_walk(folder, wanted))
    if len(found) > _FILES_MAX:
        message = f"{len(found):,} files; at most {_FILES_MAX:,} are read"
        raise refused(finding("unreadable_log", message, str(folder)))
    return found


def _walk(folder: Path, wanted: Sequence[str]) -> Iterator[Path]:
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".git"))
        for name in names:
            path = Path(top) / name
            inner = path.relative_to(folder).as_posix()
            is_wanted = any(fnmatch(name, item) or fnmatch(inner, item) for item in wanted)
            if is_wanted and not path.is_symlink():
                yield path

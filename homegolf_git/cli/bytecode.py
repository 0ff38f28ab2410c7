"""Bytecode that was cut short, which Python 3.11 leaves behind where a disk is full while it writes some.

It is believed, and each import of it ends with EOFError, until somebody takes it away.
"""

import marshal
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from traceback import walk_tb

_HEADER = 16  # bytes before the code
_IMPORTS = "<frozen importlib._bootstrap_external>"


def mended(error: EOFError) -> str | None:
    """The file of bytecode that an import found cut short; None where that is not what it met.

    It is gone then, with all others of its package and of this program that are.
    """
    frames = (frame for frame, _ in walk_tb(error.__traceback__))
    found = [
        (str(frame.f_locals["bytecode_path"]), Path(str(frame.f_locals["source_path"])))
        for frame in frames
        if frame.f_code.co_filename == _IMPORTS and frame.f_locals.get("source_path")
    ]
    if not found:
        return None
    name, source = found[-1]
    for folder in {_package(source), Path(__file__).parents[1]}:
        for file in folder.rglob("*.py") if folder != source else [source]:
            _take_away(Path(cache_from_source(file)))
    return name


def _package(source: Path) -> Path:
    """The outermost package that a file is in, or the file where it is in none."""
    place = source
    while (place.parent / "__init__.py").exists():
        place = place.parent
    return place


def _take_away(file: Path) -> None:
    with suppress(OSError):
        try:
            marshal.loads(file.read_bytes()[_HEADER:])  # noqa: S302 - the import system reads it, too
        except (EOFError, ValueError, TypeError):
            file.unlink()

"""Wheel, source and list of parts, each made twice in different surroundings and compared byte by byte.

    python -m release.build dist

What is built is what git tracks, as it stands in the work tree. The second copy lies elsewhere, was written
at another time under another umask, and is built in another zone and language. The program that builds
comes from the locked set, so whoever checks out the same commit gets the same bytes.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, NamedTuple

from homegolf_git import __version__
from release.locks import TOP


class Surroundings(NamedTuple):
    """What must not be seen in what is built."""

    place: str
    umask: int
    written_at: int  # seconds since 1970
    environment: dict[str, str]


FIRST = Surroundings("a", 0o022, 1_000_000_000, {"TZ": "UTC", "PYTHONHASHSEED": "1"})
SECOND = Surroundings(
    "b/somewhere else", 0o077, 1_700_000_000,
    {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "2"},
)  # fmt: skip


class DiffersError(Exception):
    """Two builds of the same source have not the same bytes."""


def build(out: Path) -> dict[str, str]:
    """Make everything twice; the SHA-256 of each file that is now in `out`, by its name.

    Raises:
        DiffersError: if a file has not come out the same.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folders = [_built(Path(scratch), each) for each in (FIRST, SECOND)]
        first, second = map(_digests, folders)
        if names := differing(first, second):
            raise DiffersError(f"not the same in both builds: {', '.join(names)}")
        out.mkdir(parents=True, exist_ok=True)
        for name in first:
            shutil.copyfile(folders[0] / name, out / name)
    return first


def differing(first: dict[str, str], second: dict[str, str]) -> list[str]:
    """Names of the files that have not the same digest in both."""
    return sorted({name for name, _ in first.items() ^ second.items()})


def _built(scratch: Path, around: Surroundings) -> Path:
    """A copy of the source, built; the folder of what came out."""
    source = scratch / around.place
    out = source / "dist"
    before = os.umask(around.umask)
    try:
        _copy(source, around.written_at)
        _run(["-m", "hatchling", "build", "-d", str(out)], source, around)
        with (out / f"homegolf_git-{__version__}.cdx.json").open("wb") as parts:
            _run(["-m", "release.sbom"], source, around, parts)
    finally:
        os.umask(before)
    return out


def _run(words: list[str], source: Path, around: Surroundings, to: IO[bytes] | None = None) -> None:
    """Run Python in a copy of the source, whose modules it finds first."""
    # Without a time that somebody set: the backend has one of its own.
    ours = {name: text for name, text in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    subprocess.run(
        [sys.executable, *words], cwd=source, env=ours | around.environment,
        stdout=to or subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip


def _copy(place: Path, written_at: int) -> None:
    """Copy what git tracks; modes are those that the umask leaves."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(TOP / name, path)
        mode = 0o777 if os.access(TOP / name, os.X_OK) else 0o666
        umask = os.umask(0)
        os.umask(umask)
        path.chmod(mode & ~umask)
        os.utime(path, (written_at, written_at))


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def main() -> None:
    """Build into a folder and print what is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path)
    try:
        found = build(parser.parse_args().out)
    except DiffersError as error:
        sys.exit(str(error))
    for name, digest in found.items():
        print(f"{digest}  {name}")


if __name__ == "__main__":
    main()

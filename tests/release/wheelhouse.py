"""The locked packages as wheels, packed from the running environment: no package index is asked."""

import re
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from tests.e2e.installed import locked


def fill(place: Path, *names: str) -> None:
    """Write a wheel of each package of run.txt, and of those that are named."""
    place.mkdir(parents=True, exist_ok=True)
    for name in (*locked("run"), *names):
        _pack(name, place)


def _pack(name: str, place: Path) -> None:
    """Pack an installed package as it came: scripts and compiled files are made where it is installed."""
    found = distribution(name)
    stated = re.findall(r"^Tag: (\S+)-(\S+)-(\S+)$", found.read_text("WHEEL") or "", re.MULTILINE)
    tag = "-".join(".".join(sorted(set(part))) for part in zip(*stated, strict=True))
    stem = found.metadata["Name"].replace("-", "_").replace(".", "_")
    with zipfile.ZipFile(place / f"{stem}-{found.version}-{tag}.whl", "w") as packed:
        for path in found.files or ():
            if path.parts[0] != ".." and path.suffix != ".pyc":
                packed.write(str(found.locate_file(path)), path.as_posix())

"""The locked sets: every package with its version and the digests of its files."""

import re
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parents[1]
SHIPPED = (
    "run",
    "demo",
    "parquet",
    "optuna",
)  # the program, and those of its extras that are locked
_PACKAGE = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)")
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class Locked(NamedTuple):
    """A package of a locked set."""

    name: str
    version: str
    digests: tuple[str, ...]  # of each file of that version, any of which may be installed


def path_of(name: str) -> Path:
    """The file of a locked set."""
    return TOP / "requirements" / f"{name}.txt"


def locked(name: str) -> list[Locked]:
    """The packages of a locked set, in the order of its file.

    Raises:
        ValueError: for a line that pins nothing.
    """
    found = []
    for line in path_of(name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        package = _PACKAGE.match(line)
        if package is None:
            raise ValueError(f"{path_of(name)}: no pinned package: {line[:80]}")
        found.append(Locked(package[1], package[2], tuple(sorted(_DIGEST.findall(line)))))
    return found

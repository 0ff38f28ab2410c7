"""The program as a user installs it: its wheel and the locked packages, and nothing else."""

import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[2] / "requirements"


def locked(name: str) -> dict[str, str]:
    """Version of each package of a lock file."""
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", text, re.MULTILINE))


def link_packages(site: Path) -> None:
    """Links in a folder to the packages of run.txt, which the running environment has."""
    for name, version in locked("run").items():
        found = distribution(name)
        assert found.version == version, f"{name} {found.version} is not the locked {version}"
        tops = {path.parts[0] for path in found.files or ()} - {"..", "__pycache__"}
        for top in tops:
            (site / top).symlink_to(str(found.locate_file(top)))


def install(wheel: Path, place: Path) -> Path:
    """Make an environment of the wheel and the packages of run.txt; the folder of its programs.

    Packages are links to those of the running environment, so that no package index is asked.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    (site,) = place.glob("lib/python*/site-packages")
    link_packages(site)
    programs = place / "bin"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", programs / "python", "install", "--quiet",
         "--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile", wheel],
        check=True,
    )  # fmt: skip
    return programs

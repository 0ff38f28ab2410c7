"""pip, pipx and uv install the built wheel into an empty home, and every name of the program works.

The packages come from the running environment, so no package index is asked, whatever index the machine has.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from homegolf_git import __version__
from tests.e2e.world import clean_environment
from tests.release import wheelhouse

PROGRAMS = ("homegolf", "homegolf-git", "git-homegolf")
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def wheels(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and all that it needs."""
    place = tmp_path_factory.mktemp("wheels")
    wheelhouse.fill(place, "pip")  # pipx makes its own pip the newest
    (wheel,) = built.glob("*.whl")
    shutil.copy(wheel, place)
    return place


@pytest.fixture
def home(wheels: Path, tmp_path: Path) -> Path:
    """An empty home, and settings by which wheels are found there and nowhere else."""
    settings = f'no-index = true\nfind-links = ["{wheels}"]\npython-downloads = "never"\n'
    (tmp_path / "uv.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def run(home: Path, wheels: Path, *words: str | Path) -> str:
    """Run a program with that home; what it says."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PIP", "UV", "XDG", "VIRTUAL_ENV", "PYTHON"))}  # fmt: skip
    ran = subprocess.run(
        list(words), cwd=home, capture_output=True, text=True, check=False,
        env={
            **kept, "HOME": str(home), "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels), "UV_CONFIG_FILE": str(home.parent / "uv.toml"),
            "UV_PYTHON": sys.executable,
        },
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return ran.stdout


def wheel_of(wheels: Path) -> Path:
    (found,) = wheels.glob("homegolf_git-*.whl")
    return found


def test_uvx(home: Path, wheels: Path) -> None:
    """By the package's name alone, and each of its programs from the file."""
    uvx = BIN / "uvx"
    assert run(home, wheels, uvx, "homegolf-git", "--version").strip() == __version__
    for name in PROGRAMS:
        said = run(home, wheels, uvx, "--from", wheel_of(wheels), name, "--version")
        assert said.strip() == __version__


def test_pipx(home: Path, wheels: Path) -> None:
    """The programs and their manual stand where a shell looks for them, and the program works."""
    run(home, wheels, BIN / "pipx", "install", "--backend", "pip", "--python", sys.executable, wheel_of(wheels))  # fmt: skip
    programs = home / ".local" / "bin"
    assert {path.name for path in programs.iterdir()} == set(PROGRAMS)
    for name in PROGRAMS:
        assert run(home, wheels, programs / name, "--version").strip() == __version__
    manuals = home / ".local" / "share" / "man" / "man1"
    assert {path.name for path in manuals.iterdir()} == {"homegolf.1", "git-homegolf.1"}
    with clean_environment(home):
        subprocess.run(["git", "init", "--quiet", str(home / "ledger")], check=True)
    run(home, wheels, programs / "homegolf-git", "--repo", home / "ledger", "init")
    assert (home / "ledger" / "ledger" / "ladder.yaml").is_file()

"""`git homegolf --help` shows the manual page that the wheel brings along (section 11)."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.e2e.installed import install
from tests.e2e.world import World

PAGES = ("homegolf.1", "git-homegolf.1")


def test_the_wheel_has_the_pages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for page in PAGES:
        assert any(name.endswith(f".data/data/share/man/man1/{page}") for name in names), page


@pytest.mark.skipif(shutil.which("man") is None, reason="there is no man here")
@pytest.mark.parametrize("words", ["git homegolf --help", "git help homegolf", "man homegolf"])
def test_it_is_shown(programs: Path, world: World, words: str) -> None:
    path = f"{programs}:{os.environ['PATH']}"
    ran = subprocess.run(
        words.split(),
        cwd=world.repo,
        env={**os.environ, "PATH": path, "MANPAGER": "cat", "GIT_PAGER": "cat", "MANWIDTH": "90"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "git homegolf [options] command" in " ".join(ran.stdout.split())
    assert "homegolf plateau" in ran.stdout


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installed programs."""
    return install(wheel, tmp_path_factory.mktemp("manual") / "venv")

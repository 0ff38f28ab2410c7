"""Bytecode that is cut short, as Python leaves it where a disk is full: it is taken away and made anew."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import homegolf_git
from tests.e2e.world import BASE, World

PACKAGE = Path(homegolf_git.__file__).parent


class Python:
    """A Python with bytecode of its own, in which the program has run once."""

    def __init__(self, world: World, root: Path) -> None:
        self.world, self.root = world, root
        self.environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(root)}
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        assert self.run("status", "--json").returncode == 0

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "homegolf_git", *words],
            cwd=self.world.repo, env=self.environment, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip

    def cut(self, *folders: Path, size: int = 700) -> list[Path]:
        """Cut all bytecode of some folders, but the few bytes that a disk writes whole or not at all."""
        files = [
            file
            for folder in folders
            for file in (self.root / folder.relative_to("/")).rglob("*.pyc")
            if file.stat().st_size > size and file.parent.name + file.name[:8] != "cli__init__"
        ]
        for file in files:
            os.truncate(file, size)
        return files


@pytest.fixture
def python(world: World, tmp_path_factory: pytest.TempPathFactory) -> Python:
    world.record("first", BASE)
    return Python(world, tmp_path_factory.mktemp("bytecode"))


@pytest.mark.parametrize("size", [17, 700])
@pytest.mark.parametrize("folder", ["cli", "cli/main.py", "errors.py"])
def test_of_what_reads_the_command(python: Python, folder: str, size: int) -> None:
    """Nothing has happened by then, so the command goes on."""
    place = PACKAGE / folder
    if place.is_dir():
        assert python.cut(place, size=size)
    else:
        (file,) = (python.root / place.parent.relative_to("/")).glob(f"{place.stem}.*.pyc")
        os.truncate(file, size)
    before = python.world.homegolf("status", "--json").out
    for _ in range(2):
        ran = python.run("status", "--json")
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, before, "")


@pytest.mark.parametrize("folder", ["commands", "core", "shell"])
def test_of_what_a_command_needs(python: Python, folder: str) -> None:
    """It is said once, whatever the number of such files is."""
    assert python.cut(PACKAGE / folder)
    ran = python.run("status", "--json")
    (item,) = json.loads(ran.stdout)["findings"]
    assert (ran.returncode, item["code"], ran.stderr) == (4, "cannot_write", "")
    assert item["message"].endswith("was cut short, as a full disk leaves it; it is gone now")
    assert item["fix"] == "run the same command again"
    assert python.run("status", "--json").returncode == 0


def test_of_other_packages(python: Python) -> None:
    packages = Path(pytest.__file__).parents[1]
    assert python.cut(packages / "git", packages / "gitdb", packages / "typer", packages / "yaml")
    said = [python.run("status", "--json") for _ in range(4)]
    assert said[-1].returncode == 0
    assert {ran.returncode for ran in said} <= {0, 4}
    assert [ran.stderr for ran in said] == [""] * 4


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser takes everything away")
def test_one_that_cannot_be_taken_away(python: Python) -> None:
    (file,) = (python.root / PACKAGE.relative_to("/") / "commands").glob("status.*.pyc")
    os.truncate(file, 700)
    file.parent.chmod(0o500)
    try:
        (item,) = json.loads(python.run("status", "--json").stdout)["findings"]
    finally:
        file.parent.chmod(0o700)
    assert item["fix"] == f"run `rm {file}` as its owner, and run the same command again"


def test_a_disk_that_takes_no_more(python: Python) -> None:
    """Commands that bring bytecode of their own under a limit of file sizes leave none that ends the next."""
    script = f'ulimit -f 1; exec "{sys.executable}" -m homegolf_git "$@"'
    for words in (("plateau", "--lane", "home"), ("judge", "first"), ("blockers",)):
        subprocess.run(
            ["/bin/sh", "-c", script, "sh", *words],
            cwd=python.world.repo, env=python.environment, capture_output=True, check=False,
        )  # fmt: skip
        said = [python.run(*words, "--json") for _ in range(2)]
        assert said[1].returncode in {0, 10, 20, 21}, said[1].stdout
        assert [ran.stderr for ran in said] == ["", ""]

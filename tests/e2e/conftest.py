"""Fixtures: each test gets a copy of one small ledger and an environment of its own."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.world import World, clean_environment, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that every test's own is a copy of."""
    root = tmp_path_factory.mktemp("template")
    with clean_environment(root / "home"):
        make_template(root)
    return root


@pytest.fixture
def world(tmp_path: Path, template: Path) -> Iterator[World]:
    """A repository with two lanes, home and h100, and no row."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    with clean_environment(tmp_path / "home"):
        yield World(tmp_path, tmp_path / "repo", tmp_path / "home")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network by the build backend itself."""
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built

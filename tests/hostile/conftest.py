"""Fixtures: each test gets a branch beside a main that has runs, receipts, a retraction and tags."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.world import World, clean_environment, make_template
from tests.hostile.ground import ROWS, make_ground
from tests.hostile.objects import Objects
from tests.hostile.pulls import Pull


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that every test's own is a copy of."""
    root = tmp_path_factory.mktemp("ground")
    with clean_environment(root / "home"):
        make_ground(root)
    return root


@pytest.fixture
def pull(tmp_path: Path, ground: Path) -> Iterator[Pull]:
    """A pull request without a change."""
    shutil.copytree(ground, tmp_path, dirs_exist_ok=True)
    with clean_environment(tmp_path / "home"):
        world = World(tmp_path, tmp_path / "repo", tmp_path / "home", ROWS)
        main = world.head
        opened = Pull(world, Objects(world.repo / ".git"), main, main)
        opened.point(main)
        yield opened


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A ledger without a row."""
    with clean_environment(tmp_path / "home"):
        yield make_template(tmp_path)

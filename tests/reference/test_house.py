"""The map of the house and the recipes name files that are there, and every room is on the map."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "homegolf_git"
HOUSE = (TOP / "docs" / "house.md").read_text(encoding="utf-8")
RECIPES = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8")
_PATH = re.compile(r"`((?:[A-Za-z0-9_.-]+/)+[A-Za-z0-9_.-]*|[a-z_]+\.py)`")


def named(text: str) -> list[str]:
    """Every file and folder that a page names, in its order; a bare file is beside the one before."""
    found: list[str] = []
    for line in text.splitlines():
        folder = ""
        for path in _PATH.findall(line):
            whole = path if "/" in path else folder + path
            folder = whole.rpartition("/")[0] + "/"
            found.append(whole)
    return found


@pytest.mark.parametrize("path", sorted(set(named(RECIPES))))
def test_recipes_name_what_is_there(path: str) -> None:
    assert (TOP / path).exists()


@pytest.mark.parametrize("path", sorted(set(named(HOUSE))))
def test_the_map_names_what_is_there(path: str) -> None:
    assert (PACKAGE / path).exists() or (TOP / path).exists()


def test_every_room_is_on_the_map() -> None:
    rooms = [file.parent for file in PACKAGE.rglob("__init__.py") if file.parent != PACKAGE]
    names = [str(room.relative_to(PACKAGE)) + "/" for room in rooms]
    assert [name for name in names if f"`{name}`" not in HOUSE and name != "core/"] == []


def test_there_are_paths_to_check() -> None:
    """Or the tests above would pass for a wrong reason."""
    assert len(set(named(HOUSE))) > 30
    assert len(set(named(RECIPES))) > 20

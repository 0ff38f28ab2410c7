"""What an earlier version wrote is read with the same verdicts, whatever becomes of its checkpoint."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.versions import KEPT, WORDS, differences, keep, opened, said
from tests.e2e.world import BEST, World, clean_environment

FOLDERS = sorted(path for path in KEPT.iterdir() if path.is_dir())


@pytest.fixture(params=FOLDERS, ids=[path.name for path in FOLDERS])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """What a version left, in an environment of our own."""
    found: Path = request.param
    with clean_environment(tmp_path / "home"):
        yield found


@pytest.mark.parametrize("with_checkpoint", [True, False])
def test_the_same_is_said(folder: Path, tmp_path: Path, with_checkpoint: bool) -> None:
    then = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    world = opened(tmp_path, folder, with_checkpoint=with_checkpoint)
    assert differences(then, said(world)) == []
    again = said(world)  # from the checkpoint that this version has made of it
    assert differences(then, again) == []
    assert again["verify"]["code"] == 1  # the edit is found


def test_a_checkpoint_of_then_changes_nothing_that_follows(folder: Path, tmp_path: Path) -> None:
    """Rows land behind it as behind none, and nothing is left to be mended."""
    worlds = []
    for name, with_checkpoint in (("old", True), ("none", False)):
        (tmp_path / name).mkdir()
        world = opened(tmp_path / name, folder, with_checkpoint=with_checkpoint)
        world.record("now", BEST, base="better")
        assert "damaged_checkpoint" not in world.homegolf("doctor", "--json").codes()
        worlds.append(world)
    one, other = worlds
    assert one.head == other.head
    assert said(one) == said(other)
    assert one.outcomes()["now"]


def test_a_checkpoint_of_another_program_is_read_anew(folder: Path, tmp_path: Path) -> None:
    """Here one that says that nothing has landed, as a program with other rules might."""
    world = opened(tmp_path, folder, with_checkpoint=True)
    expected = said(world)
    kept = world.repo / ".git" / "homegolf" / "checkpoint"
    elsewhere = World(tmp_path, tmp_path / "empty", world.home)
    elsewhere.repo.mkdir()
    elsewhere.git("init", "--quiet", "--initial-branch=main")
    elsewhere.commit("Nothing", {"README.md": "x\n"})
    elsewhere.homegolf("status")
    other = elsewhere.repo / ".git" / "homegolf" / "checkpoint"
    kept.write_bytes(other.read_bytes() if other.is_file() else b"a checkpoint of the year 2040")
    assert said(world) == expected


def test_a_fixture_holds_what_can_happen(folder: Path) -> None:
    """Or it would be read the same for a wrong reason."""
    then = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    rows = [row for lane in then["verdicts"]["answer"]["lanes"].values() for row in lane["rows"]]
    assert {row["class"] for row in rows} == {
        "improvement",
        "noise",
        "regression",
        "blocked",
        "invalid",
    }
    assert "row_edited" in {item["code"] for item in then["verify"]["answer"]["findings"]}
    assert not WORDS & {name for row in rows for name in row}


def test_the_present_version_can_be_kept(tmp_path: Path) -> None:
    keep(tmp_path / "kept")
    names = {path.name for path in (tmp_path / "kept").iterdir()}
    assert names == {path.name for path in FOLDERS[-1].iterdir()}


def test_what_changed_is_named() -> None:
    assert differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2, "c": 3}], "d": 4}) == []
    assert differences({"a": [1]}, {"a": [1, 2]}) == ["/a: [1] is now [1, 2]"]
    assert differences({"a": {"b": 1}}, {"a": {}}) == ["/a/b: gone"]

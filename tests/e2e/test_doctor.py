"""`homegolf doctor`: what it remarks, and what `--fix` does about it."""

import shutil

import jsonschema
import pytest

from homegolf_git.shell import upkeep
from homegolf_git.shell.files.datafiles import schema
from tests.e2e.world import BASE, World


def codes(world: World, *words: str) -> dict[str, str]:
    """Codes of the findings with their severity."""
    found = world.homegolf("doctor", *words, "--json").json()["findings"]
    return {item["code"]: item["severity"] for item in found}


@pytest.fixture
def kept(world: World) -> World:
    world.record("base", BASE)
    world.homegolf("verify")
    return world


def test_a_clone_in_order(kept: World) -> None:
    answer = kept.answer("doctor")
    jsonschema.Draft7Validator(schema("report-v1")).validate(answer)
    assert (answer["ok"], answer["findings"], answer["mended"]) == (True, [], [])
    assert kept.homegolf("doctor").out == "nothing to mend\n"


def test_no_checkpoint(kept: World) -> None:
    shutil.rmtree(kept.repo / ".git/homegolf")
    assert codes(kept) == {"no_checkpoint": "note"}
    assert kept.answer("doctor", "--fix")["mended"] == ["no_checkpoint"]
    assert codes(kept) == {}


def test_a_long_history(kept: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_COMMITS_MANY", "_LOOSE_OBJECTS_MANY", "_LOOSE_TAGS_MANY"):
        monkeypatch.setattr(upkeep, name, 2)
    kept.homegolf("tags", "sync")
    assert codes(kept) == dict.fromkeys(("no_commit_graph", "not_packed", "loose_tags"), "note")
    before = kept.answer("verdicts"), kept.git("for-each-ref")
    answer = kept.answer("doctor", "--fix")
    assert set(answer["mended"]) == {"no_commit_graph", "not_packed", "loose_tags"}
    assert answer["findings"] == []
    assert (kept.answer("verdicts"), kept.git("for-each-ref")) == before
    assert (kept.repo / ".git/objects/info/commit-graph").is_file()
    assert kept.git("count-objects") == "0 objects, 0 kilobytes"


def test_what_keeps_a_run_from_being_recorded(kept: World) -> None:
    kept.git("checkout", "--quiet", "--detach")
    assert codes(kept) == {"detached": "warning"}
    assert kept.homegolf("doctor").code == 0


def test_a_shallow_clone(kept: World) -> None:
    kept.commit("Else", {"README.md": "x"})
    shallow = kept.clone("shallow", "--depth", "1", source=f"file://{kept.repo}")
    ran = shallow.homegolf("doctor", "--json")
    assert ran.code == 1
    assert ran.codes() == ["shallow"]
    assert shallow.homegolf("doctor", "--fix", "--json").json()["mended"] == []


def test_an_old_git(kept: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "_GIT_NEEDED", (99, 0))
    assert codes(kept)["old_git"] == "error"


def test_a_repository_without_a_ledger_or_a_commit(world: World) -> None:
    world.git("init", "--quiet", str(world.root / "empty"))
    empty = World(world.root, world.root / "empty", world.home)
    assert codes(empty) == {}
    assert codes(World(world.root, world.clone("bare.git", "--bare").repo, world.home)) == {
        "no_checkpoint": "note"
    }


def test_outside_a_repository(world: World) -> None:
    nowhere = World(world.root, world.root, world.home)
    assert nowhere.homegolf("doctor").code == 4

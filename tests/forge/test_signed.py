"""A lane that asks for signed rows and tags, from the submission over the forge to the published tag."""

from pathlib import Path

import pytest

from tests.e2e.keys import ask, line, make_keys, sign_with
from tests.e2e.world import BASE, LANE, World
from tests.forge.forge import Forge


@pytest.fixture
def keys(world: World, tmp_path: Path, forge: Forge) -> dict[str, Path]:
    """Keys of a submitter and of the publishing job, and a lane at the forge that asks for them."""
    keys = make_keys(tmp_path / "keys", "ada", "publisher")
    ask(world, "".join(line(key, name) for name, key in keys.items()))
    world.git("push", "--quiet", "origin", "main")
    assert forge.main == world.head
    return keys


def submitted(world: World, key: Path) -> World:
    """A row that is submitted, and that the gate lets through."""
    sign_with(world, key)
    ran = world.homegolf("submit", str(world.row("base", BASE, submitter="ada")), "--json")
    assert ran.code == 0, ran.said
    world.git("fetch", "--quiet", "origin")
    return world


def published(forge: Forge, key: Path) -> tuple[World, int, list[str]]:
    """What the publishing job says of main, in a clone of its own."""
    job = forge.clone("job")
    sign_with(job, key)
    ran = job.homegolf("publish", "--push", "origin", "--json")
    return job, ran.code, [item["code"] for item in ran.json()["findings"]]


def test_a_merge_commit_keeps_the_signature(world: World, forge: Forge, keys: dict[str, Path]) -> None:  # fmt: skip
    submitted(world, keys["ada"])
    ran = world.homegolf("check", "--base", "main", "--head", "origin/run/base", "--json")
    assert (ran.code, ran.codes()) == (0, []), ran.said
    world.git("merge", "--quiet", "--no-ff", "--no-edit", "origin/run/base")
    world.git("push", "--quiet", "origin", "main")
    job, code, codes = published(forge, keys["publisher"])
    assert (code, codes) == (0, [])
    assert "BEGIN SSH" in job.git("cat-file", "tag", f"incumbent/{LANE}")
    reader = forge.clone("reader")
    for words in (("verify",), ("tags", "verify"), ("audit",)):
        assert reader.homegolf(*words).code == 0


def test_a_squash_is_not_published(world: World, forge: Forge, keys: dict[str, Path]) -> None:
    submitted(world, keys["ada"])
    world.git("merge", "--quiet", "--squash", "origin/run/base")
    world.git("commit", "--quiet", "--message", "Squashed")
    world.git("push", "--quiet", "origin", "main")
    _, code, codes = published(forge, keys["publisher"])
    assert (code, codes) == (1, ["unsigned"])
    assert forge.tags() == {}


def test_a_job_with_another_key_publishes_nothing(world: World, forge: Forge, keys: dict[str, Path], tmp_path: Path) -> None:  # fmt: skip
    submitted(world, keys["ada"])
    world.git("merge", "--quiet", "--ff-only", "origin/run/base")
    world.git("push", "--quiet", "origin", "main")
    other = make_keys(tmp_path / "others", "eve")["eve"]
    job, code, codes = published(forge, other)
    assert (code, codes) == (1, ["unsigned_tag", "unsigned_tag"])
    assert forge.tags() == {}
    assert job.git("tag") == ""

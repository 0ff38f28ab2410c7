"""`homegolf doctor`: what it remarks, and what `--fix` does about it."""

import shutil
from pathlib import Path

import jsonschema
import pytest

from homegolf_git.shell import upkeep
from homegolf_git.shell.files.datafiles import schema
from tests.e2e.keys import ask, line, make_keys, sign_with
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
    assert codes(empty) == {"no_ledger": "warning"}
    assert codes(World(world.root, world.clone("bare.git", "--bare").repo, world.home)) == {
        "no_checkpoint": "note"
    }


def test_outside_a_repository(world: World) -> None:
    nowhere = World(world.root, world.root, world.home)
    assert nowhere.homegolf("doctor").code == 4


class TestSetUp:
    """What is left to do before runs can be judged."""

    def test_from_nothing(self, world: World) -> None:
        """An empty repository, then one step after the other, as it says."""
        world.git("init", "--quiet", "--initial-branch=main", str(world.root / "empty"))
        empty = World(world.root, world.root / "empty", world.home)
        assert "homegolf init" in fix_of(empty, "no_ledger")
        assert empty.homegolf("init", "--lane", "home").code == 0
        assert "git add ledger" in fix_of(empty, "no_ledger")
        empty.git("add", "--all")
        empty.git("commit", "--quiet", "--message", "Open")
        assert codes(empty) == {"placeholder_owners": "warning", "no_checkpoint": "note"}
        owners = empty.repo / ".github" / "CODEOWNERS"
        owners.write_text(owners.read_text().replace("@your-org/maintainers", "@us/all"))
        empty.git("commit", "--quiet", "--all", "--message", "Owners")
        assert codes(empty, "--fix") == {}

    @pytest.mark.parametrize("path", ["CODEOWNERS", "docs/CODEOWNERS", ".github/CODEOWNERS"])
    def test_owners_that_are_nobody(self, kept: World, path: str) -> None:
        kept.commit(
            "Owners",
            {path: "# @your-org/maintainers\n/x @us/all\n/y @us/all @your-org/maintainers\n"},
        )
        (item,) = kept.answer("doctor")["findings"]
        assert (item["code"], item["path"], item["line"]) == ("placeholder_owners", path, 3)
        assert item["message"].startswith("@your-org/maintainers")

    def test_owners_of_the_work_tree_do_not_count(self, kept: World) -> None:
        kept.write("CODEOWNERS", "* @your-org/maintainers\n")
        assert codes(kept) == {}

    def test_a_lane_that_is_not_on_the_ladder(self, kept: World) -> None:
        kept.lane("other")
        (item,) = kept.answer("doctor")["findings"]
        assert (item["code"], item["path"]) == ("lane_not_on_ladder", "ledger/ladder.yaml")
        assert item["severity"] == "note"  # it may be meant
        assert "other" in item["fix"]
        assert kept.homegolf("doctor").code == 0
        kept.commit("No ladder", {"ledger/ladder.yaml": None})
        assert codes(kept) == {"lane_not_on_ladder": "warning"}

    def test_a_ladder_that_cannot_be_read(self, kept: World) -> None:
        kept.commit("Bad", {"ledger/ladder.yaml": "lanes: [home\n"})
        assert codes(kept) == {"yaml_syntax": "error"}

    def test_a_lane_that_cannot_be_read(self, kept: World) -> None:
        """Also where the rules before it stay in force."""
        text = (kept.repo / "ledger/home/lane.yaml").read_text()
        kept.commit("Bad", {"ledger/home/lane.yaml": text.replace("delta_min", "delta_mim")})
        answer = kept.homegolf("doctor", "--json")
        assert answer.code == 1
        item = answer.json()["findings"][0]
        assert (item["code"], item["path"]) == ("unknown_field", "ledger/home/lane.yaml")
        assert item["line"] > 0

    def test_errors_come_first(self, kept: World) -> None:
        kept.git("checkout", "--quiet", "--detach")
        kept.commit(
            "Bad", {"ledger/home/lane.yaml": "x\n", "CODEOWNERS": "* @your-org/maintainers\n"}
        )
        severities = [
            item["severity"] for item in kept.homegolf("doctor", "--json").json()["findings"]
        ]
        assert severities == sorted(severities)
        assert severities[0] == "error"
        assert severities[-1] != "error"


def fix_of(world: World, code: str) -> str:
    (fix,) = (
        item["fix"]
        for item in world.homegolf("doctor", "--json").json()["findings"]
        if item["code"] == code
    )
    return str(fix)


def test_packing_keeps_what_no_ref_reaches(kept: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag object that was lost by its name alone is found again."""
    kept.homegolf("tags", "sync")
    lost = kept.git("rev-parse", "incumbents/home/0001")
    kept.git("repack", "-a", "-d", "--quiet")
    kept.git("tag", "--delete", "incumbents/home/0001")
    monkeypatch.setattr(upkeep, "_PACKS_MANY", 1)
    assert "not_packed" in kept.answer("doctor", "--fix")["mended"]
    assert kept.git("cat-file", "-t", lost) == "tag"


def test_what_signatures_take(world: World, tmp_path: Path) -> None:
    """A lane that asks for them needs a list, and this clone a key."""
    world.lane(signatures={"rows": "required"})
    assert {"bad_signers", "no_signing_key"} <= codes(world).keys()
    (key,) = make_keys(tmp_path / "keys", "ada").values()
    ask(world, line(key, "ada"))
    sign_with(world, key)
    assert not {"bad_signers", "no_signing_key"} & codes(world).keys()

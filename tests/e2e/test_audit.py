"""`homegolf audit`: a ledger against a witness, a remote or another clone, and files that are none."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from homegolf_git.shell.files.fastschema import is_valid
from tests.build import Document
from tests.e2e.keys import SIGNERS, line, make_keys, sign_with
from tests.e2e.world import BASE, BETTER, LANE, WORSE, World, clean_environment

W = "../witness.json"


def errors(world: World, *words: str) -> Document:
    """The errors of an audit by their codes."""
    ran = world.homegolf("audit", *words, "--json")
    assert "Traceback" not in ran.said
    assert is_valid("report-v1", ran.json()), ran.out
    found = {item["code"]: item for item in ran.json()["findings"] if item["severity"] == "error"}
    assert (ran.code == 0) == (not found), ran.said
    return found


@pytest.fixture(scope="module")
def template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with two runs and its tags, and a witness of it."""
    root = tmp_path_factory.mktemp("audited")
    shutil.copytree(template, root, dirs_exist_ok=True)
    world = World(root, root / "repo", root / "home")
    with clean_environment(world.home):
        world.record("base", BASE)
        world.record("worse", WORSE)
        assert world.homegolf("tags", "sync").code == 0
        assert errors(world, "--witness", W) == {}
    return root


@pytest.fixture
def audited(world: World) -> World:
    world.count = 10
    return world


def edited(world: World, **changes: object) -> None:
    """Change the document of the witness."""
    path = world.root / "witness.json"
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | changes))


class TestWitness:
    """It is written once, and holds for ever."""

    def test_what_is_written(self, audited: World) -> None:
        said = json.loads((audited.root / "witness.json").read_text())
        assert (said["head"], said["rows"], said["files"]) == (audited.head, 2, 5)
        assert said["begins"] == audited.git("rev-list", "--max-parents=0", "HEAD")
        tag = f"incumbents/{LANE}/0001"
        assert said["chains"] == {f"incumbents/{LANE}": {"tag": tag, "oid": audited.git("rev-parse", tag)}}  # fmt: skip
        assert len(said["marks"]) == 5

    def test_it_is_not_written_over(self, audited: World) -> None:
        before = (audited.root / "witness.json").read_bytes()
        audited.record("better", BETTER)
        audited.homegolf("tags", "sync")
        answer = audited.answer("audit", "--witness", W)
        assert (audited.root / "witness.json").read_bytes() == before
        (kept,) = answer["witnesses"]
        assert (kept["written"], kept["rows"], answer["rows"]) == (False, 2, 3)

    def test_none_of_a_ledger_with_an_error(self, audited: World) -> None:
        audited.commit("Edit", {f"ledger/{LANE}/runs/2026-03/base.yaml": "x: 1\n"})
        assert "row_edited" in errors(audited, "--witness", "../new.json")
        assert not (audited.root / "new.json").exists()

    def test_a_place_that_cannot_be_written(self, audited: World) -> None:
        assert audited.homegolf("audit", "--witness", "../nowhere/w.json", "--json").code == 4
        assert audited.homegolf("audit", "--witness", "..", "--json").code in (1, 4)

    def test_it_is_the_same_in_any_clone(self, audited: World) -> None:
        other = audited.clone("other")
        assert errors(other, "--witness", W) == {}
        assert errors(other, "--against", W) == {}

    def test_text(self, audited: World) -> None:
        ran = audited.homegolf("audit", "--witness", W)
        assert ran.code == 0
        assert f"2 rows up to {audited.head[:12]}: all in order" in ran.out
        assert f"{W} of 2026-" in ran.out or f"{W} of 20" in ran.out


class TestSigned:
    """By the key that git signs with, checked by the ledger's list or one's own."""

    def test_all_of_it(self, world: World, tmp_path: Path) -> None:
        keys = make_keys(tmp_path / "keys", "ada", "eve")
        world.commit("List", {SIGNERS: line(keys["ada"], "ada")})
        sign_with(world, keys["ada"])
        file = world.root / "witness.json"
        file.unlink()
        assert errors(world, "--witness", W) == {}
        whole = file.read_bytes()
        assert b"BEGIN SSH SIGNATURE" in whole
        (kept,) = world.answer("audit", "--witness", W)["witnesses"]
        assert kept["signed_by"] == ["ada"]
        file.write_bytes(whole.replace(b'"rows": 2', b'"rows": 1'))
        assert "incorrect" in errors(world, "--witness", W)["bad_signature"]["message"]
        file.write_bytes(whole.partition(b"-----")[0])
        assert errors(world, "--witness", W) == {}
        mine = world.root / "mine"
        mine.write_text(line(keys["ada"], "ada"))
        assert errors(world, "--witness", W, "--signers", str(mine)).keys() == {"unsigned_witness"}
        file.write_bytes(whole)
        assert errors(world, "--witness", W, "--signers", str(mine)) == {}
        mine.write_text(line(keys["eve"], "ada"))
        assert errors(world, "--witness", W, "--signers", str(mine)).keys() == {"bad_signature"}
        mine.write_text(line(keys["ada"], "ada", 'valid-before="20200101"'))
        assert errors(world, "--witness", W, "--signers", str(mine)).keys() == {"bad_signature"}
        mine.write_text(line(keys["ada"], "ada", 'namespaces="git"'))
        assert errors(world, "--witness", W, "--signers", str(mine)).keys() == {"bad_signature"}
        for text in (
            b"-----BEGIN PGP SIGNATURE-----\n\niQ\n",
            b"-----BEGIN SSH SIGNATURE-----\nxx\n",
        ):
            file.write_bytes(whole.partition(b"-----")[0] + text)
            assert errors(world, "--witness", W).keys() == {"bad_signature"}

    def test_a_key_that_cannot_sign_leaves_nothing(self, world: World) -> None:
        sign_with(world, world.root / "lost")
        ran = world.homegolf("audit", "--witness", "../new.json", "--json")
        assert (ran.code, ran.codes()) == (4, ["no_signing_key"])
        assert str(world.root / "lost") in ran.json()["findings"][0]["message"]
        assert [path.name for path in world.root.iterdir() if "new" in path.name] == []

    def test_without_ssh_keygen(self, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
        sign_with(world, tmp_path / "key")
        bin_ = tmp_path / "bin"
        bin_.mkdir()
        (bin_ / "git").symlink_to("/usr/bin/git")
        monkeypatch.setenv("PATH", str(bin_))
        ran = world.homegolf("audit", "--witness", "../new.json", "--json")
        assert (ran.code, ran.codes()) == (4, ["no_ssh_keygen"])


HASH = "0" * 40


class TestBadInput:
    """A finding with a code, a place and a fix; never a traceback, and nothing is written."""

    def test_files_that_are_none(self, audited: World) -> None:
        path = audited.root / "bad.json"
        path.write_bytes(b"hello")
        for option in ("--witness", "--against"):
            found = errors(audited, option, "../bad.json")
            assert found.keys() == {"bad_witness"}
            assert found["bad_witness"]["path"] == "../bad.json"
        assert path.read_bytes() == b"hello"

    @pytest.mark.parametrize(("changes", "code"), [
        ({"written_at": "2999-01-01T00:00:00Z"}, "witness_ahead"),
        ({"head": HASH}, "rewritten_history"),
        ({"sha256": "0" * 64, "marks": ["0" * 16] * 5}, "ledger_differs"),
        ({"begins": HASH, "sha256": "0" * 64, "marks": ["0" * 16] * 5}, "other_ledger"),
        ({"files": 10**9, "sha256": "0" * 64, "marks": ["0" * 16] * 256}, "witness_ahead"),
        ({"chains": {"incumbents/gone": {"tag": "incumbents/gone/0001", "oid": HASH}}}, "tag_missing"),
        ({"chains": {f"incumbents/{LANE}": {"tag": f"incumbents/{LANE}/0001", "oid": HASH}}}, "tag_replaced"),
    ], ids=range(7))  # fmt: skip
    def test_fields(self, audited: World, changes: dict[str, object], code: str) -> None:
        edited(audited, **changes)
        found = errors(audited, "--witness", W)
        assert found.keys() == {code}
        assert found[code]["path"] in (W, f"incumbents/{LANE}/0001", "incumbents/gone/0001")
        assert found[code]["fix"]

    def test_places(self, audited: World) -> None:
        for name, make in PLACES.items():
            make(audited.root / name)
            ran = audited.homegolf("audit", "--witness", f"../{name}", "--json")
            assert ran.code in (1, 4), name
            assert {"bad_witness", "no_file", "cannot_write", "in_the_way"} & {*ran.codes()}, name

    def test_signers(self, audited: World) -> None:
        ran = audited.homegolf("audit", "--witness", W, "--signers", "../none", "--json")
        assert (ran.code, ran.codes()) == (4, ["no_file"])
        for data in ("ada\n", " " * 70_000):
            (audited.root / "list").write_text(data)
            assert errors(audited, "--signers", "../list").keys() == {"bad_signers"}


class TestPlaces:
    """Where the ledger is, and what is checked out, makes no difference."""

    def test_bare_and_detached(self, audited: World) -> None:
        audited.git("clone", "--quiet", "--bare", ".", "../bare.git")
        bare = World(audited.root, audited.root / "bare.git", audited.home)
        assert errors(bare, "--witness", W) == {}
        audited.git("switch", "--quiet", "--detach")
        assert errors(audited, "--witness", W, "--against", "../bare.git") == {}

    def test_a_branch_of_its_own(self, audited: World) -> None:
        audited.git("branch", "homegolf")
        audited.git("switch", "--quiet", "--orphan", "trainer")
        audited.git("config", "homegolf.ref", "refs/heads/homegolf")
        assert errors(audited, "--witness", W) == {}


PLACES: dict[str, Callable[[Path], object]] = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "dangling": lambda path: path.symlink_to("nowhere"),
    "n" * 300: lambda _: None,
}


class TestAgainst:
    """Another clone, by its folder: what differs, and who is behind."""

    def test_the_same(self, audited: World) -> None:
        other = audited.clone("other")
        assert errors(audited, "--against", "../other") == {}
        other.record("more", WORSE, config={"model.knob": 9})
        answer = audited.answer("audit", "--against", "../other")
        assert answer["against"]["more_there"] == 1
        assert answer["against"]["head"] == other.head
        answer = other.answer("audit", "--against", "origin")
        assert (answer["against"]["more_here"], answer["against"]["more_there"]) == (1, 0)

    def test_the_first_row_that_differs(self, audited: World) -> None:
        other = audited.clone("other")
        other.git("reset", "--quiet", "--hard", "HEAD~2")
        path, text = other.place("base", WORSE)
        other.commit("run(home): base", {path: text})
        blob = other.git("rev-parse", f"HEAD:{path}")
        found = errors(audited, "--against", "../other")
        mine = audited.git("rev-parse", f"HEAD:{path}")
        assert f"{path} is {mine[:12]} here and {blob[:12]} at ../other" in found["ledger_differs"]["message"]  # fmt: skip

    def test_the_same_files_in_other_commits(self, audited: World) -> None:
        other = audited.clone("other")
        other.git("commit", "--quiet", "--amend", "--message", "Another message")
        assert errors(audited, "--against", "../other").keys() == {"rewritten_history"}

    def test_commits_of_anything_else_are_no_difference(self, audited: World) -> None:
        other = audited.clone("other")
        other.commit("Code", {"code.py": "x\n"})
        audited.commit("Words", {"README.md": "x\n"})
        assert errors(other, "--against", "origin") == {}
        audited.record("more", WORSE, config={"model.knob": 9})
        assert errors(other, "--against", "origin") == {}

    def test_a_password_is_not_shown(self, audited: World) -> None:
        ran = audited.homegolf("audit", "--against", "http://ada:secret@127.0.0.1:1/x.git")
        assert ran.code == 4
        assert "secret" not in ran.said

    def test_a_remote_that_was_cut(self, audited: World) -> None:
        other = audited.clone("other")
        audited.git("reset", "--quiet", "--hard", "HEAD~")
        found = errors(other, "--against", "origin")
        assert "does not come from" in found["rewritten_history"]["message"]

    def test_what_is_no_repository(self, audited: World) -> None:
        for name in ("../nowhere.json", "nowhere", "--upload-pack=x", ".."):
            ran = audited.homegolf("audit", f"--against={name}", "--json")
            assert (ran.code, ran.codes()) == (4, ["fetch_failed"]), ran.said

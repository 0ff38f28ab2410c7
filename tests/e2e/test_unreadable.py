"""What cannot be read is told from what is not there: one code and one way out each, and that way helps."""

import os
import re
import shlex
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from tests.e2e.world import BASE, BETTER, GIT, World, executable, ladder_text, lane_text

LANE_FILE = "ledger/home/lane.yaml"
ROW = "ledger/home/runs/2026-03/first.yaml"
READING = (
    ("verify",),
    ("status",),
    ("verdicts",),
    ("log",),
    ("plateau",),
    ("explain", "first"),
    ("tags", "verify"),
)


def found(world: World, *words: str) -> tuple[int, dict[str, str]]:
    """How a command ends, and the fix of each code."""
    ran = world.homegolf(*words, "--json")
    items = ran.json()["findings"]
    assert all(item["fix"] for item in items)
    return ran.code, {item["code"]: item["fix"] for item in items}


def refused_everywhere(world: World, code: str, words: str) -> None:
    """Reading and recording end with 4 and this one code; what they say holds `words`."""
    row = str(world.row("next", BETTER))
    for command in (
        *READING,
        ("record", row),
        ("retract", "first", "--reason", "r", "--evidence", "e", "--by", "b"),
    ):
        ran = world.homegolf(*command, "--json")
        assert (ran.code, ran.codes()) == (4, [code]), (command, ran.said)
        assert words in ran.json()["findings"][0]["message"] + ran.json()["findings"][0]["fix"], (
            ran.said
        )
        assert world.homegolf(*command).code == 4


def doctor_sees(world: World, code: str) -> None:
    """`doctor` names it too, as an answer or as the reason for none."""
    ended, codes = found(world, "doctor")
    assert code in codes
    assert ended in {1, 4}


def follow(world: World, code: str) -> None:
    """Do what the fix of a finding says."""
    fix = found(world, "verify")[1][code]
    for command in re.findall(r"`([^`]+)`", fix):
        done = subprocess.run(
            ["sh", "-c", command], cwd=world.repo, capture_output=True, check=False
        )
        assert done.returncode == 0, (command, done.stderr)


@pytest.fixture
def ledger(world: World) -> World:
    """A row, and a remote that has everything."""
    world.record("first", BASE)
    world.git(
        "clone", "--quiet", "--bare", "--no-local", str(world.repo), str(world.root / "remote.git")
    )
    world.git("remote", "add", "origin", str(world.root / "remote.git"))
    world.git("fetch", "--quiet", "origin")
    shutil.rmtree(world.repo / ".git" / "homegolf")  # what was read is not remembered
    return world


def loose(world: World, name: str) -> Path:
    """The file of a loose object, which can be written."""
    oid = world.git("rev-parse", name)
    path = world.repo / ".git" / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    return path


class TestLanes:
    """Faults of the only lane file are named, with file, line and field."""

    FAULTS: ClassVar = {
        "a typo": (("delta_min", "delta_mim"), "unknown_field"),
        "a word for a number": (('"decimals": 4', '"decimals": "four"'), "wrong_type"),
        "no YAML": (("lane", "lane: ["), "yaml_syntax"),
        "another's name": (('"home"', '"house"'), "wrong_place"),
        "a field that is not known": (("title:", "titel:"), "unknown_field"),
    }

    @pytest.fixture
    def only(self, world: World) -> World:
        """A repository whose only lane has never been read."""
        world.git("switch", "--quiet", "--orphan", "fresh")
        return world

    @pytest.mark.parametrize("name", FAULTS)
    def test_named_by_every_command(self, only: World, name: str) -> None:
        (old, new), code = self.FAULTS[name]
        text = lane_text()
        assert old in text
        only.commit(
            "Open", {LANE_FILE: text.replace(old, new), "ledger/ladder.yaml": ladder_text("home")}
        )
        row = str(only.row("next", BETTER))
        for words in (
            *READING,
            ("doctor",),
            ("record", row),
            ("deltas",),
            ("scoreboard",),
            ("tags", "sync"),
        ):
            ran = only.homegolf(*words, "--json")
            items = [item for item in ran.json()["findings"] if item["code"] == code]
            assert ran.code == 1, (words, ran.said)
            assert items, ran.said
            assert items[0]["path"] == LANE_FILE
            assert items[0]["fix"]
            assert {"no_ledger", "unknown_lane", "no_such_lane"}.isdisjoint(ran.codes())
        assert only.homegolf("verify").err.count(LANE_FILE) >= 1

    def test_mended_it_works(self, only: World) -> None:
        only.commit("Open", {LANE_FILE: lane_text().replace("delta_min", "delta_mim")})
        only.commit("Mend", {LANE_FILE: lane_text()})
        only.record("next", BETTER)
        assert only.answer("verify")["ok"]

    def test_beside_a_lane_that_can_be_read(self, world: World) -> None:
        """Every command about that lane says why, not that it is not there."""
        bad = {"ledger/other/lane.yaml": lane_text("other").replace("delta_min", "delta_mim")}
        world.commit("Add", bad)
        row = str(world.row("next", BETTER, lane="other"))
        for words in (("record", row), ("plateau", "--lane", "other"), ("verdicts", "--lane", "other"),
                      ("promote", "first", "--to", "other"), ("record", "--receipt", row, "--lane", "other")):  # fmt: skip
            ran = world.homegolf(*words, "--json")
            assert ran.code == 1
            assert "missing_field" in ran.codes() or "unknown_field" in ran.codes(), (
                words,
                ran.said,
            )
            assert "no_such_lane" not in ran.codes()

    def test_rows_of_it_landed(self, only: World) -> None:
        place, text = only.place("first", BASE)
        only.commit("Open", {LANE_FILE: lane_text().replace("delta_min", "delta_mim"), place: text})
        for words in (("plateau",), ("status",), ("verify",), ("promote", "first", "--to", "home")):
            ran = only.homegolf(*words, "--json")
            assert (ran.code, "unknown_field" in ran.codes()) == (1, True), (words, ran.said)

    @pytest.mark.parametrize(
        "name", ["ledger/home/lane.yml", "ledger/lane.yaml", "ledger/Home/lane.yaml"]
    )
    def test_a_file_in_the_wrong_place_is_named(self, only: World, name: str) -> None:
        only.commit("Open", {name: lane_text()})
        for words in (("verify",), ("status",)):
            ran = only.homegolf(*words, "--json")
            assert "no_ledger" in ran.codes() or ran.code == 1
            assert name in [item["path"] for item in ran.json()["findings"]]

    def test_a_draft_that_is_not_committed(self, only: World) -> None:
        only.commit("Something", {"README.md": "x"})
        only.write(LANE_FILE, lane_text())
        for words in (("verify",), ("status",), ("doctor",)):
            _, fixes = found(only, *words)
            assert "git add" in fixes["no_ledger"]
        follow_up = ("add", "ledger"), ("commit", "--quiet", "--message", "Open")
        for command in follow_up:
            only.git(*command)
        assert only.answer("verify")["ok"]


class TestOpening:
    """Why git does not open a repository."""

    def test_another_owner_s(self, ledger: World) -> None:
        folder = ledger.root / "other-owner"
        executable(folder / "git", f'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec "{GIT}" "$@"')
        path = f"{folder}{os.pathsep}{os.environ['PATH']}"
        for words in (("status",), ("doctor",), ("record", str(ledger.row("next"))), ("init",)):
            ran = ledger.process(*words, "--json", PATH=path)
            assert (ran.code, ran.codes()) == (4, ["dubious_ownership"])
            (item,) = ran.json()["findings"]
            assert item["fix"] == f"run `git config --global --add safe.directory {ledger.repo}`"
        ledger.git("config", "--global", "--add", "safe.directory", str(ledger.repo))
        assert ledger.process("status", PATH=path).code == 0

    def test_another_owner_s_trainer(self, ledger: World, monkeypatch: pytest.MonkeyPatch) -> None:
        trainer = ledger.clone("trainer")
        folder = ledger.root / "other-owner"
        executable(
            folder / "git",
            f'case "$PWD" in */trainer) export GIT_TEST_ASSUME_DIFFERENT_OWNER=1 ;; esac\nexec "{GIT}" "$@"',
        )
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        row = str(ledger.row("next", BETTER, base="first"))
        ran = ledger.homegolf("record", row, "--source", str(trainer.repo), "--json")
        assert (ran.code, ran.codes()) == (4, ["dubious_ownership"])

    @pytest.mark.parametrize("held", ["", "garbage\n", "\0\0\0\0", "ref: main\n", None])
    def test_a_head_that_git_does_not_know(self, ledger: World, held: str | None) -> None:
        path = ledger.repo / ".git" / "HEAD"
        if held is None:
            path.unlink()
        else:
            path.write_text(held)
        refused_everywhere(ledger, "unreadable_head", str(path))
        doctor_sees(ledger, "unreadable_head")
        follow(ledger, "unreadable_head")
        assert ledger.answer("verify")["ok"]

    @pytest.mark.parametrize("part", ["objects", "refs"])
    def test_a_git_directory_that_is_not_whole(self, ledger: World, part: str) -> None:
        shutil.rmtree(ledger.repo / ".git" / part)
        refused_everywhere(ledger, "damaged_repository", part)
        doctor_sees(ledger, "damaged_repository")

    def test_a_work_tree_whose_repository_has_moved(self, ledger: World) -> None:
        ledger.git("worktree", "add", "--quiet", "-b", "side", str(ledger.root / "side"))
        side = World(ledger.root, ledger.root / "side", ledger.home)
        ledger.repo.rename(ledger.root / "moved")
        moved = World(ledger.root, ledger.root / "moved", ledger.home)
        refused_everywhere(side, "lost_git_dir", str(ledger.repo))
        doctor_sees(side, "lost_git_dir")
        (command,) = re.findall(
            "`(git worktree repair [^`]+)`", found(side, "verify")[1]["lost_git_dir"]
        )
        moved.git(*shlex.split(command)[1:])
        assert side.answer("verify")["ok"]

    @pytest.mark.parametrize("text", ["garbage", "", "gitdir: /nowhere/at/all\n"])
    def test_a_git_file_that_leads_nowhere(self, ledger: World, text: str) -> None:
        there = World(ledger.root, ledger.root / "there", ledger.home)
        there.write(".git", text)
        refused_everywhere(there, "lost_git_dir", str(there.repo / ".git"))
        doctor_sees(there, "lost_git_dir")

    def test_below_a_folder_of_a_repository(self, ledger: World) -> None:
        (ledger.repo / ".git" / "HEAD").write_text("")
        ran = ledger.homegolf("--repo", str(ledger.repo / "ledger" / "home"), "status", "--json")
        assert ran.codes() == ["unreadable_head"]

    @pytest.mark.parametrize(
        ("text", "words"),
        [("[core\n", "line"), ("[log]\n\tfollow = maybe\n", "log.follow"), ("[core]\n\tabbrev = many\n", "core.abbrev"),
         ("[commit]\n\tgpgSign = perhaps\n", "commit.gpgsign"), ("[user]\n\tname\n", "user.name")],
    )  # fmt: skip
    def test_a_setting_that_cannot_be_read(self, ledger: World, text: str, words: str) -> None:
        (ledger.home / ".gitconfig").write_text(text)
        refs = ledger.repo / ".git" / "refs" / "heads" / "main"
        before = refs.read_bytes()
        row = str(ledger.row("next", BETTER))
        commands = (
            [("record", row)]
            if "user" in text or "commit" in text
            else [("verify",), ("record", row)]
        )
        for command in commands:
            ran = ledger.homegolf(*command, "--json")
            assert (ran.code, ran.codes()) == (4, ["bad_git_config"]), ran.said
            item = ran.json()["findings"][0]
            assert words.lower() in (item["message"] + item["fix"]).lower()
        assert refs.read_bytes() == before

    @pytest.mark.parametrize(
        "line",
        ["repositoryformatversion = 99", "repositoryformatversion = 1\n[extensions]\n\tnew = 1"],
    )
    def test_a_repository_of_a_newer_git(self, ledger: World, line: str) -> None:
        path = ledger.repo / ".git" / "config"
        path.write_text(path.read_text().replace("repositoryformatversion = 0", line))
        refused_everywhere(ledger, "old_git", "newer git")

    def test_a_bare_repository_that_is_not_allowed(self, ledger: World) -> None:
        bare = World(ledger.root, ledger.root / "remote.git", ledger.home)
        assert bare.homegolf("verify").code == 0
        ledger.git("config", "--global", "safe.bareRepository", "explicit")
        code, fixes = found(bare, "verify")
        assert (code, list(fixes)) == (4, ["bare_not_allowed"])

    def test_there_is_none(self, ledger: World) -> None:
        nowhere = World(ledger.root, ledger.home, ledger.home)
        assert found(nowhere, "doctor") == (
            4,
            {"no_repository": "run `git init`, or name one with --repo"},
        )

    def test_an_empty_folder_that_is_called_so(self, ledger: World) -> None:
        there = World(ledger.root, ledger.root / "there", ledger.home)
        (there.repo / ".git").mkdir(parents=True)
        assert list(found(there, "verify")[1]) == ["no_repository"]


class TestHead:
    """A branch that cannot be read is not an unborn one."""

    @pytest.mark.parametrize("held", ["", "\0" * 41, "garbage\n", "1234\n"])
    def test_a_branch_that_holds_no_commit(self, ledger: World, held: str) -> None:
        path = ledger.repo / ".git" / "refs" / "heads" / "main"
        path.write_text(held)
        refused_everywhere(ledger, "unreadable_head", str(path))
        doctor_sees(ledger, "unreadable_head")
        head = (ledger.repo / ".git" / "logs" / "HEAD").read_text().splitlines()[-1].split()[1]
        follow(ledger, "unreadable_head")
        assert ledger.head == head
        assert ledger.answer("verify")["ok"]

    def test_a_name_that_can_be_no_branch(self, ledger: World) -> None:
        (ledger.repo / ".git" / "HEAD").write_text("ref: refs/heads/a/../b\n")
        refused_everywhere(ledger, "unreadable_head", "a/../b")
        fix = found(ledger, "verify")[1]["unreadable_head"]
        ledger.git(*re.findall("`git ([^`]+)`", fix)[0].split())
        assert ledger.answer("verify")["ok"]

    def test_a_commit_that_is_none(self, ledger: World) -> None:
        tree = ledger.git("rev-parse", "HEAD^{tree}")
        (ledger.repo / ".git" / "refs" / "heads" / "main").write_text(tree + "\n")
        refused_everywhere(ledger, "unreadable_head", tree)
        doctor_sees(ledger, "unreadable_head")

    def test_a_commit_that_is_gone(self, ledger: World) -> None:
        loose(ledger, "HEAD").unlink()
        refused_everywhere(ledger, "missing_objects", ledger.git("rev-parse", "HEAD"))
        doctor_sees(ledger, "missing_objects")
        ledger.git("fetch", "--quiet", "--refetch", "origin")
        assert ledger.answer("verify")["ok"]

    def test_unborn_is_told_what_to_do(self, ledger: World) -> None:
        ledger.git("switch", "--quiet", "--orphan", "other")
        for words in (("verify",), ("record", str(ledger.row("next"))), ("doctor",)):
            (fix,) = found(ledger, *words)[1].values()
            assert "homegolf init" in fix


@pytest.mark.parametrize(
    "name", ["corrupt@{upstream}", "inflate", "is empty", "hash mismatch^{tree}"]
)
def test_a_name_that_sounds_like_damage(ledger: World, name: str) -> None:
    """Git's words are told from a name in them."""
    ledger.git("branch", "corrupt")
    ran = ledger.homegolf("check", "--base", name, "--head", "main", "--json")
    assert (ran.code, ran.codes()) == (1, ["no_such_revision"])
    ran = ledger.homegolf(
        "submit", str(ledger.row("next", BETTER)), "--branch", "corrupt/data", "--json"
    )
    assert (ran.code, ran.codes()) == (4, ["branch_refused"])


class TestBorrowed:
    """Objects of another repository that is not there any more."""

    @pytest.fixture
    def borrower(self, ledger: World) -> World:
        there = ledger.clone("borrower", "--shared", source=str(ledger.root / "remote.git"))
        there.count = 10
        return there

    def test_everything_is_gone(self, borrower: World) -> None:
        (borrower.root / "remote.git").rename(borrower.root / "moved.git")
        refused_everywhere(
            borrower, "lost_alternate", str(borrower.root / "remote.git" / "objects")
        )
        doctor_sees(borrower, "lost_alternate")
        alternates = borrower.repo / ".git" / "objects" / "info" / "alternates"
        alternates.write_text(str(borrower.root / "moved.git" / "objects") + "\n")
        assert borrower.answer("verify")["ok"]

    def test_what_it_says_mends_it(self, borrower: World) -> None:
        (borrower.root / "remote.git").rename(borrower.root / "moved.git")
        borrower.git("remote", "set-url", "origin", str(borrower.root / "moved.git"))
        follow(borrower, "lost_alternate")
        assert borrower.answer("verify")["ok"]

    def test_nothing_is_missing(self, ledger: World) -> None:
        """It works, and `doctor` says what may happen."""
        (ledger.repo / ".git" / "objects" / "info" / "alternates").write_text("/nowhere/objects\n")
        ledger.record("next", BETTER)
        assert ledger.answer("verify")["ok"]
        assert [item["severity"] for item in ledger.answer("doctor")["findings"]] == ["warning"]
        doctor_sees_code = found(ledger, "doctor")
        assert list(doctor_sees_code[1]) == ["lost_alternate"]

    def test_a_path_with_a_colon(self, ledger: World) -> None:
        place = ledger.root / "a: b"
        shutil.copytree(ledger.root / "remote.git" / "objects", place)
        (ledger.repo / ".git" / "objects" / "info" / "alternates").write_text(f"{place}\n")
        assert ledger.homegolf("doctor").code == 0


class TestIndex:
    """An index that cannot be read stops what commits, and nothing that reads."""

    @pytest.mark.parametrize("held", [b"DIRC", b"garbage" * 20, b"DIRC\0\0\0\x63" + b"\0" * 40])
    def test_corrupt(self, ledger: World, held: bytes) -> None:
        (ledger.repo / ".git" / "index").write_bytes(held)
        row = str(ledger.row("next", BETTER))
        for words in (("verify",), ("status",), ("verdicts",)):
            assert ledger.homegolf(*words).code == 0
        assert ledger.homegolf("verify", "--json").codes() == ["corrupt_index"]
        assert ledger.homegolf("verify", "--worktree").code == 4
        head = ledger.head
        assert found(ledger, "record", row)[0] == 4
        assert list(found(ledger, "record", row)[1]) == ["corrupt_index"]
        assert ledger.head == head
        doctor_sees(ledger, "corrupt_index")
        for command in re.findall("`([^`]+)`", found(ledger, "doctor")[1]["corrupt_index"]):
            subprocess.run(["sh", "-c", command], cwd=ledger.repo, check=True, capture_output=True)
        assert ledger.homegolf("record", row).code == 0


class TestObjects:
    """A damaged object is named, with the file that it stands in and what brings it back."""

    NAMES = ("HEAD", "HEAD~1", "HEAD^{tree}", "HEAD:ledger", f"HEAD:{LANE_FILE}", f"HEAD:{ROW}")
    DAMAGES: ClassVar[dict[str, Callable[[bytes], bytes]]] = {
        "zeroed": lambda data: bytes(len(data)),
        "empty": lambda _: b"",
        "cut short": lambda data: data[: len(data) // 2],
        "a bit": lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
        "another object": lambda _: zlib.compress(b"blob 2\0x\n"),
    }

    @pytest.mark.parametrize("damage", DAMAGES)
    @pytest.mark.parametrize("name", NAMES)
    def test_loose(self, ledger: World, name: str, damage: str) -> None:
        oid, path = ledger.git("rev-parse", name), loose(ledger, name)
        path.write_bytes(self.DAMAGES[damage](path.read_bytes()))
        for words in (("verify",), ("status",), ("record", str(ledger.row("next", BETTER)))):
            ran = ledger.homegolf(*words, "--json")
            assert (ran.code, ran.codes()) == (4, ["damaged_objects"]), (words, ran.said)
            assert oid in ran.json()["findings"][0]["message"]
            assert str(path) in ran.json()["findings"][0]["fix"]
        if name != f"HEAD:{ROW}":  # `doctor` reads no rows
            doctor_sees(ledger, "damaged_objects")
        follow(ledger, "damaged_objects")
        assert ledger.answer("verify")["ok"]

    @pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
    def test_among_rows(self, world: World, many: bool) -> None:
        """Of many rows the contents are read in another way."""
        rows = dict(world.place(f"row-{number:03}") for number in range(120 if many else 3))
        world.commit("Rows", rows)
        path = loose(world, f"HEAD:{list(rows)[1]}")
        path.write_bytes(path.read_bytes()[:20])
        ran = world.homegolf("verify", "--json")
        assert (ran.code, ran.codes()) == (4, ["damaged_objects"])
        assert path.name in ran.json()["findings"][0]["message"]

    @pytest.mark.parametrize("suffix", ["pack", "idx"])
    def test_a_pack_that_is_cut_short(self, ledger: World, suffix: str) -> None:
        ledger.git("repack", "-a", "-d", "--quiet")
        (path,) = (ledger.repo / ".git" / "objects" / "pack").glob(f"*.{suffix}")
        path.chmod(0o644)
        os.truncate(path, 500)
        refused_everywhere(ledger, "damaged_objects", path.name)
        doctor_sees(ledger, "damaged_objects")
        follow(ledger, "damaged_objects")
        assert ledger.answer("verify")["ok"]

    def test_bytes_of_a_pack(self, ledger: World) -> None:
        ledger.git("repack", "-a", "-d", "--quiet")
        (path,) = (ledger.repo / ".git" / "objects" / "pack").glob("*.pack")
        path.chmod(0o644)
        data = bytearray(path.read_bytes())
        data[12:-20] = bytes(byte ^ 0xFF for byte in data[12:-20])
        path.write_bytes(data)
        ran = ledger.homegolf("verify", "--json")
        assert (ran.code, ran.codes()) == (4, ["damaged_objects"]), ran.said

    def test_check_and_submit(self, ledger: World) -> None:
        ledger.git("switch", "--quiet", "--create", "pull")
        ledger.record("next", BETTER)
        path = loose(ledger, "HEAD:ledger/home/runs/2026-03/next.yaml")
        path.write_bytes(bytes(50))
        ran = ledger.homegolf("check", "--base", "main", "--head", "pull", "--json")
        assert (ran.code, ran.codes()) == (4, ["damaged_objects"])
        path = loose(ledger, "HEAD")
        path.write_bytes(bytes(50))
        ran = ledger.homegolf("check", "--base", "main", "--head", "pull", "--json")
        assert (ran.code, ran.codes()) == (4, ["damaged_objects"])  # not: no such revision

    def test_a_tag(self, ledger: World) -> None:
        assert ledger.homegolf("tags", "sync").code == 0
        path = loose(ledger, "incumbents/home/0001")
        path.write_bytes(bytes(80))
        ran = ledger.homegolf("tags", "verify", "--json")
        assert (ran.code, ran.codes()) == (1, ["tag_damaged"]), ran.said
        assert path.name in ran.json()["findings"][0]["message"]


class TestRefsAndCaches:
    """Files of git beside its objects."""

    def test_packed_refs(self, ledger: World) -> None:
        ledger.git("pack-refs", "--all")
        path = ledger.repo / ".git" / "packed-refs"
        path.write_text(path.read_text() + "garbage\n")
        refused_everywhere(ledger, "damaged_repository", str(path))
        doctor_sees(ledger, "damaged_repository")

    @pytest.mark.parametrize("held", ["", "garbage\n", "\0" * 41])
    def test_a_tag_that_holds_nothing(self, ledger: World, held: str) -> None:
        """It is not missing, and cannot be made anew before it is gone."""
        assert ledger.homegolf("tags", "sync").code == 0
        path = ledger.repo / ".git/refs/tags/incumbents/home/0001"
        path.write_text(held)
        for words in (("tags", "verify"), ("tags", "sync"), ("promote", "first", "--to", "h100")):
            code, fixes = found(ledger, *words)
            assert (code, list(fixes)) == (4, ["damaged_repository"]) or words[0] == "promote"
        (command, _) = re.findall(
            "`([^`]+)`", found(ledger, "tags", "verify")[1]["damaged_repository"]
        )
        subprocess.run(["sh", "-c", command], check=True)
        assert ledger.homegolf("tags", "sync").code == 0
        assert ledger.homegolf("tags", "verify").code == 0

    def test_a_commit_graph(self, ledger: World) -> None:
        ledger.git("commit-graph", "write", "--reachable")
        path = ledger.repo / ".git/objects/info/commit-graph"
        path.chmod(0o644)
        data = path.read_bytes()
        path.write_bytes(data[:-120] + bytes(byte ^ 0xFF for byte in data[-120:-20]) + data[-20:])
        ran = ledger.homegolf("verify", "--json")
        assert (ran.code, ran.codes()) == (4, ["damaged_cache"])
        doctor_sees(ledger, "damaged_cache")
        follow(ledger, "damaged_cache")
        assert ledger.answer("verify")["ok"]

    def test_an_index_of_packs(self, ledger: World) -> None:
        ledger.git("repack", "-a", "-d", "--quiet")
        ledger.git("multi-pack-index", "write")
        path = ledger.repo / ".git/objects/pack/multi-pack-index"
        path.chmod(0o644)
        path.write_bytes(bytes(path.stat().st_size))
        refused_everywhere(ledger, "damaged_cache", str(path))
        follow(ledger, "damaged_cache")
        assert ledger.answer("verify")["ok"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads everything")
class TestPermission:
    """What may not be read is not damaged and not gone."""

    PLACES = (
        ".git",
        ".git/HEAD",
        ".git/objects",
        ".git/refs",
        ".git/refs/heads/main",
        ".git/config",
        ".git/index",
    )

    @pytest.mark.parametrize("name", PLACES)
    def test_no_right_to_read(self, ledger: World, name: str) -> None:
        path = ledger.repo / name
        mode = path.stat().st_mode
        path.chmod(0)
        try:
            words = ("record", str(ledger.row("next"))) if name == ".git/index" else ("verify",)
            code, fixes = found(ledger, *words)
            assert (code, list(fixes)) == (4, ["no_permission"])
            assert str(path) in fixes["no_permission"]
        finally:
            path.chmod(mode)

    def test_an_object(self, ledger: World) -> None:
        path = loose(ledger, f"HEAD:{ROW}")
        path.chmod(0)
        code, fixes = found(ledger, "verify")
        path.chmod(0o444)
        assert (code, list(fixes)) == (4, ["no_permission"])

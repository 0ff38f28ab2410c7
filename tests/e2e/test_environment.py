"""What is wrong around a command: exit 4, the command that mends it, no half-made commit (section 11)."""

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.world import BASE, BETTER, GIT, World, executable

RETRACT = ("--reason", "wrong split", "--evidence", "issue 1", "--by", "me")
READING = (
    ("verify",),
    ("verdicts",),
    ("status",),
    ("log",),
    ("explain", "first"),
    ("scoreboard", "--check"),
    ("tags", "verify"),
)


def refused(world: World, advice: str, *, json_code: str = "") -> None:
    """`record` ends with 4 and the advice, and leaves everything as it was."""
    row = world.row("next", BETTER)
    before = world.state()
    ran = world.homegolf("record", str(row))
    assert ran.code == 4, ran.said
    assert re.search(advice, ran.err), ran.err
    assert ran.out == ""
    assert world.state() == before
    answer = world.homegolf("record", str(row), "--json")
    assert answer.code == 4
    assert answer.json()["ok"] is False
    assert all(item["fix"] for item in answer.json()["findings"])
    if json_code:
        assert answer.codes() == [json_code]
    assert world.state() == before


class TestWhereThereIsNoLedger:
    """No repository, no commit, no lane: every command says what to do first."""

    @pytest.mark.parametrize("command", READING)
    def test_outside_a_repository(self, world: World, command: tuple[str, ...]) -> None:
        outside = World(world.root, world.home, world.home)
        ran = outside.homegolf(*command)
        assert ran.code == 4
        assert "git init" in ran.err or "--repo" in ran.err

    def test_record_outside_a_repository(self, world: World) -> None:
        row = world.row("first", BASE)
        outside = World(world.root, world.home, world.home)
        ran = outside.homegolf("record", str(row))
        assert ran.code == 4
        assert "--repo" in ran.err or "git init" in ran.err
        assert sorted(path.name for path in world.home.iterdir()) == [".gitconfig"]

    def test_a_folder_that_is_not_there(self, world: World) -> None:
        assert world.homegolf("--repo", str(world.root / "nowhere"), "verify").code == 4
        assert world.homegolf("--repo", str(world.repo / ".git" / "config"), "verify").code == 4

    @pytest.mark.parametrize("command", READING)
    def test_without_a_ledger(self, world: World, command: tuple[str, ...]) -> None:
        world.git("rm", "-r", "--quiet", "ledger")
        world.git("commit", "--quiet", "--amend", "--allow-empty", "--message", "Nothing")
        ran = world.homegolf(*command)
        assert ran.code == 4
        assert "lane.yaml" in ran.err

    @pytest.mark.parametrize("command", READING)
    def test_unborn(self, world: World, command: tuple[str, ...]) -> None:
        world.git("switch", "--quiet", "--orphan", "other")
        assert world.homegolf(*command).code == 4

    def test_record_on_an_unborn_branch(self, world: World) -> None:
        world.git("switch", "--quiet", "--orphan", "other")
        refused(world, "commit", json_code="no_commits")

    def test_record_in_a_bare_repository(self, world: World) -> None:
        world.record("first", BASE)
        bare = world.clone("bare", "--bare")
        row = world.row("next", BETTER)
        ran = bare.homegolf("record", str(row))
        assert ran.code == 4
        assert "clone" in ran.err
        assert bare.head == world.head

    @pytest.mark.parametrize("command", READING[:5])
    def test_a_bare_repository_can_be_read(self, world: World, command: tuple[str, ...]) -> None:
        world.record("first", BASE)
        bare = world.clone("bare", "--bare")
        here, there = world.homegolf(*command), bare.homegolf(*command)
        assert there.code == 0
        assert there == here


class TestShallow:
    """A shallow clone is refused with the command that deepens it."""

    @pytest.mark.parametrize("command", READING)
    def test_reading(self, world: World, command: tuple[str, ...]) -> None:
        world.record("first", BASE)
        shallow = world.clone("shallow", "--depth=1", source=world.repo.as_uri())
        ran = shallow.homegolf(*command)
        assert ran.code == 4
        assert "git fetch --unshallow" in ran.err

    def test_record_until_it_is_deepened(self, world: World) -> None:
        world.record("first", BASE)
        shallow = world.clone("shallow", "--depth=1", source=world.repo.as_uri())
        refused(shallow, "git fetch --unshallow", json_code="shallow")
        shallow.git("fetch", "--quiet", "--unshallow")
        shallow.record("next", BETTER)
        assert list(shallow.outcomes()) == ["first", "next"]

    def test_a_clone_without_blobs_of_its_own_is_read_whole(self, world: World) -> None:
        world.record("first", BASE)
        world.git("config", "uploadpack.allowFilter", "true")
        partial = world.clone("partial", "--filter=blob:none", source=world.repo.as_uri())
        assert partial.outcomes() == world.outcomes()


class TestHead:
    """Only committing commands refuse a detached HEAD."""

    def test_record(self, world: World) -> None:
        world.record("first", BASE)
        world.git("switch", "--quiet", "--detach")
        refused(world, "git switch", json_code="detached")

    def test_retract(self, world: World) -> None:
        world.record("first", BASE)
        world.git("switch", "--quiet", "--detach")
        before = world.state()
        assert world.homegolf("retract", "first", *RETRACT).code == 4
        assert world.state() == before

    @pytest.mark.parametrize("command", READING[:5])
    def test_reading(self, world: World, command: tuple[str, ...]) -> None:
        world.record("first", BASE)
        world.git("switch", "--quiet", "--detach")
        assert world.homegolf(*command).code == 0


class TestIndex:
    """A dirty index means staged changes."""

    @pytest.mark.parametrize("what", ["added", "modified", "deleted", "inside the ledger"])
    def test_staged_changes(self, world: World, what: str) -> None:
        world.commit("A file", {"file.txt": "one\n"})
        if what == "added":
            world.write("new.txt", "new\n")
        elif what == "modified":
            world.write("file.txt", "two\n")
        elif what == "deleted":
            (world.repo / "file.txt").unlink()
        elif what == "inside the ledger":
            world.write("ledger/home/notes.txt", "x\n")
        world.git("add", "--all")
        refused(world, "git (restore --staged|commit|reset|stash)", json_code="staged_changes")

    def test_retract(self, world: World) -> None:
        world.record("first", BASE)
        world.write("new.txt", "new\n")
        world.git("add", "new.txt")
        before = world.state()
        ran = world.homegolf("retract", "first", *RETRACT)
        assert ran.code == 4
        assert world.state() == before

    def test_in_the_middle_of_a_merge(self, world: World) -> None:
        world.commit("One", {"file.txt": "one\n"})
        world.git("switch", "--quiet", "--create", "side", "HEAD~1")
        world.commit("Other", {"file.txt": "other\n"})
        world.git("merge", "--quiet", "main", code=1)
        row = world.row("next", BASE)
        before = world.state()
        ran = world.homegolf("record", str(row))
        assert ran.code in {1, 4}
        assert world.state() == before

    @pytest.mark.parametrize("command", ["record", "retract"])
    def test_a_merge_that_stages_nothing_is_not_concluded(self, world: World, command: str) -> None:
        """`git commit` would make the row's commit the merge, with all that the side brings."""
        world.record("first", BASE)
        world.git("switch", "--quiet", "--create", "side", "HEAD~1")
        world.record("theirs", BETTER)
        world.git("switch", "--quiet", "main")
        world.git("merge", "--quiet", "--no-commit", "--strategy=ours", "side")
        arguments = {
            "record": ("record", str(world.row("next", BETTER))),
            "retract": ("retract", "first", *RETRACT),
        }[command]
        before = world.state()
        ran = world.homegolf(*arguments)
        assert ran.code in {1, 4}
        assert world.state() == before


@pytest.fixture
def nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A repository whose git does not know who commits."""
    world.record("first", BASE)
    world.git("config", "--global", "user.useConfigOnly", "true")
    for name in ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL"):
        monkeypatch.delenv(f"GIT_{name}")
    return world


class TestIdentity:
    """Without an identity nothing is committed or tagged, and reading goes on."""

    def test_record(self, nobody: World) -> None:
        refused(nobody, r"git config .*user\.name", json_code="no_identity")

    def test_retract(self, nobody: World) -> None:
        before = nobody.state()
        ran = nobody.homegolf("retract", "first", *RETRACT)
        assert ran.code == 4
        assert "user.email" in ran.err
        assert nobody.state() == before

    def test_tags_sync(self, nobody: World) -> None:
        before = nobody.state()
        assert nobody.homegolf("tags", "sync").code == 4
        assert nobody.state() == before

    def test_what_it_says_mends_it(self, nobody: World) -> None:
        nobody.git("config", "user.name", "Ada")
        nobody.git("config", "user.email", "ada@example.org")
        nobody.record("next", BETTER)
        assert nobody.git("log", "-1", "--format=%an <%ae>") == "Ada <ada@example.org>"

    def test_reading_needs_none(self, nobody: World) -> None:
        assert nobody.homegolf("verify").code == 0


class TestNoGit:
    """Without git every command says so."""

    @pytest.mark.parametrize("command", [("verify",), ("record", "next.yaml"), ("tags", "sync")])
    def test_git_is_not_there(self, world: World, command: tuple[str, ...]) -> None:
        world.row("next", BASE).rename(world.repo / "next.yaml")
        empty = world.root / "bin"
        empty.mkdir()
        before = world.state()
        ran = world.process(*command, PATH=str(empty))
        assert ran.code == 4, ran.said
        assert "install git" in ran.err
        assert "Traceback" not in ran.err
        assert world.state() == before

    def test_as_json(self, world: World) -> None:
        ran = world.process("verify", "--json", PATH=str(world.root / "bin"))
        assert ran.code == 4
        assert ran.codes() == ["no_git"]


class TestInsideAHook:
    """A hook inherits GIT_DIR and the like of the git that called it; they mislead nobody."""

    def other(self, world: World) -> World:
        """Another repository, with a ledger and rows of its own."""
        there = world.clone("other")
        there.record("theirs", BASE)
        return there

    def test_record_in_another_repository(self, world: World) -> None:
        row, there = world.row("next", BASE), self.other(world)
        before = there.git("rev-parse", "HEAD")
        command = f'"{sys.executable}" -m homegolf_git --repo "{world.repo}" record "{row}"'
        there.hook("pre-commit", f'cd "{world.repo}" && {command} >&2')
        there.commit("Something else", {"file.txt": "x\n"})
        assert world.git("log", "-1", "--format=%s") == "run(home): next"
        assert world.git("status", "--porcelain") == ""
        assert there.git("rev-parse", "HEAD~1") == before
        assert there.git("show", "--format=", "--name-only") == "file.txt"

    def test_reading_in_another_repository(self, world: World) -> None:
        world.record("ours", BASE)
        there, answer = self.other(world), world.root / "answer.json"
        command = f'"{sys.executable}" -m homegolf_git --repo "{world.repo}" verdicts --json'
        there.hook("pre-commit", f'{command} > "{answer}"')
        there.commit("Something else", {"file.txt": "x\n"})
        assert "ours" in answer.read_text(encoding="utf-8")
        assert "theirs" not in answer.read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        "name",
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR",
         "GIT_NAMESPACE", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_PREFIX", "GIT_SHALLOW_FILE",
         "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS",
         "GIT_CEILING_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_EXTERNAL_DIFF",
         "GIT_DEFAULT_HASH", "GIT_QUARANTINE_PATH", "GIT_ATTR_SOURCE"],
    )  # fmt: skip
    def test_one_variable_at_a_time(
        self, world: World, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        there = self.other(world)
        world.record("first", BASE)
        row = world.row("next", BETTER)
        value = {
            "GIT_INDEX_FILE": there.repo / ".git" / "index",
            "GIT_WORK_TREE": there.repo,
            "GIT_OBJECT_DIRECTORY": there.repo / ".git" / "objects",
            "GIT_EXTERNAL_DIFF": "false",
            "GIT_DEFAULT_HASH": "sha256",
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_GLOB_PATHSPECS": "1",
        }.get(name, there.repo / ".git")
        monkeypatch.setenv(name, str(value))
        ran = world.homegolf("record", str(row))
        monkeypatch.delenv(name, raising=False)
        assert ran.code == 0, ran.said
        assert list(world.outcomes()) == ["first", "next"]
        assert world.git("status", "--porcelain") == ""
        assert there.git("status", "--porcelain") == ""

    def test_what_says_who_commits_is_kept(self, world: World) -> None:
        row = world.row("first", BASE)
        assert world.process("record", str(row), GIT_AUTHOR_NAME="Grace").code == 0
        assert world.git("log", "-1", "--format=%an, %cn") == "Grace, Ada"


CONFIGURATIONS: dict[str, dict[str, str]] = {
    "looks": {
        "color.ui": "always", "core.abbrev": "5", "core.quotePath": "true", "log.date": "relative",
        "log.decorate": "full", "status.short": "true", "status.showUntrackedFiles": "no",
        "i18n.logOutputEncoding": "latin1",
    },
    "diffs": {
        "diff.renames": "copies", "diff.noprefix": "true", "diff.external": "false",
        "diff.orderFile": "order.txt", "diff.ignoreSubmodules": "all", "log.diffMerges": "combined",
    },
    "history": {
        "log.mailmap": "true", "log.showSignature": "true", "log.showRoot": "false",
        "log.follow": "true", "core.commitGraph": "false", "tag.sort": "-version:refname",
    },
    "programs": {
        "core.pager": "false", "core.editor": "false", "alias.log": "!false", "alias.tag": "!false",
        "core.fsmonitor": "false",
    },
    "messages": {
        "commit.template": "/nowhere", "commit.cleanup": "strip", "commit.verbose": "true",
        "core.commentChar": "H", "commit.status": "true",
    },
    "files": {
        "core.autocrlf": "true", "core.safecrlf": "warn", "core.fileMode": "false",
        "core.ignoreCase": "true",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_user_s_configuration_changes_no_answer(world: World, name: str) -> None:
    world.record("first", BASE)
    expected = world.outcomes()
    world.write("order.txt", "*.json\n")
    for key, value in CONFIGURATIONS[name].items():
        world.git("config", key, value)
    assert world.outcomes() == expected
    world.record("next", BETTER)
    assert world.homegolf("tags", "sync").code == 0
    for key in CONFIGURATIONS[name]:
        world.git("config", "--unset", key)
    assert world.outcomes() == {**expected, "next": "improvement/strict"}
    assert world.git("log", "-1", "--format=%s") == "run(home): next"
    assert "Homegolf-Row-Sha256: " in world.git("log", "-1", "--format=%(trailers:only)")
    assert world.answer("tags", "verify")["findings"] == []
    assert world.answer("verify")["findings"] == []


@pytest.mark.parametrize("command", READING)
def test_a_damaged_repository_is_named_as_such(world: World, command: tuple[str, ...]) -> None:
    commit = world.record("first", BASE)
    world.record("next", BETTER)
    (world.repo / ".git" / "objects" / commit[:2] / commit[2:]).unlink()
    ran = world.homegolf(*command)
    assert ran.code == 4
    assert commit in ran.err
    assert "graft" not in ran.err


class TestKindsOfRepositories:
    """Whatever git calls a repository can hold a ledger."""

    def test_a_worktree(self, world: World) -> None:
        world.git("worktree", "add", "--quiet", "-b", "side", str(world.root / "side"))
        side = World(world.root, world.root / "side", world.home, world.count)
        side.record("first", BASE)
        assert side.outcomes() == {"first": "improvement/baseline"}
        assert world.outcomes() == {}

    def test_a_repository_with_sha256(self, world: World) -> None:
        there = World(world.root, world.root / "other", world.home)
        shutil.copytree(world.repo / "ledger", there.repo / "ledger")
        there.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main")
        there.git("add", "--all")
        there.git("commit", "--quiet", "--message", "Open the ledger")
        there.record("first", BASE)
        assert there.homegolf("tags", "sync").code == 0
        assert there.answer("tags", "verify")["findings"] == []

    def test_a_path_with_blanks_and_other_letters(self, world: World) -> None:
        there = world.clone('a folder, näher & "co" $HOME *?')
        there.record("first", BASE)
        assert there.homegolf("tags", "sync").code == 0
        assert there.homegolf("scoreboard").code == 0
        assert there.answer("verify")["ok"]

    def test_replaced_objects_rewrite_no_history(self, world: World) -> None:
        world.record("first", BASE)
        world.record("next", BETTER)
        expected = world.outcomes()
        world.git("replace", "--graft", "HEAD")
        assert world.outcomes() == expected

    def test_commits_between_that_touch_no_ledger(self, world: World) -> None:
        world.commit("Code", {"code/train.py": "x\n"})
        world.record("first", BASE)
        world.commit("Empty", {})
        world.record("next", BETTER)
        assert list(world.outcomes()) == ["first", "next"]
        assert world.answer("verify")["findings"] == []

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser writes everywhere")
    def test_a_work_tree_that_cannot_be_written(self, world: World) -> None:
        row = world.row("first", BASE)
        place = world.repo / "ledger" / "home"
        place.chmod(0o555)
        before = world.head
        ran = world.homegolf("record", str(row))
        place.chmod(0o755)
        assert ran.code in {1, 4}
        assert world.head == before
        assert world.git("status", "--porcelain") == ""


def count_git(world: World) -> tuple[Path, Callable[[], int]]:
    """A folder for PATH whose git writes down each call; the number of calls."""
    log = world.root / "calls.log"
    executable(world.root / "counting" / "git", f'echo "$1" >> "{log}"\nexec "{GIT}" "$@"')
    return world.root / "counting", lambda: len(log.read_text().splitlines())


def test_reading_takes_few_git_processes_whatever_the_history(world: World) -> None:
    folder, calls = count_git(world)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    world.record("first", BASE)
    assert world.process("verdicts", PATH=path).code == 0
    few = calls()
    for number in range(12):
        world.record(f"run-{number}", WORSE_BY[number % 3])
    assert world.process("verdicts", PATH=path).code == 0
    assert calls() == 2 * few
    assert few <= 12


WORSE_BY = ((1.21, 1.2101), (1.22, 1.2201), (1.23, 1.2301))


def test_a_script_in_the_place_of_a_link_leaves_what_it_led_to(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("mine")
    (tmp_path / "git").symlink_to(tmp_path / "real")
    executable(tmp_path / "git", "exit 1")
    assert (tmp_path / "real").read_text() == "mine"

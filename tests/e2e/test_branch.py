"""Section 3: the ledger on a branch of its own, beside a trainer who does as he likes."""

import json
import os
import random
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.build import Document
from tests.e2e.keys import SIGNERS
from tests.e2e.world import BASE, BEST, BETTER, GIT, LANE, Ran, World, executable, lane_text

REF, COPY = "refs/heads/homegolf", "refs/homegolf/ledger"
RULES = f"ledger/{LANE}/lane.yaml"


def trainer(world: World, name: str = "trainer") -> World:
    """A trainer's repository without a ledger."""
    there = World(world.root, world.root / name, world.home)
    there.repo.mkdir()
    there.git("init", "--quiet", "--initial-branch=main")
    there.commit("Source", {"train.py": "one\n", ".gitattributes": "* text=auto eol=crlf\n"})
    return there


def with_rules(world: World, notes: str = "", signers: str = "", **parts: Any) -> None:  # noqa: ANN401
    """The rules of the tests on the ledger's branch, as a maintainer puts them there."""
    place = world.root / f"{world.repo.name}-ledger"
    world.git("worktree", "add", "--quiet", str(place), "homegolf")
    there = World(world.root, place, world.home)
    files = {RULES: lane_text(**parts), "NOTES.md": notes}
    there.commit("Rules", files | ({SIGNERS: signers} if signers else {}))
    world.git("worktree", "remove", str(place))


@pytest.fixture
def beside(world: World) -> World:
    """A trainer's repository whose ledger has a branch for itself."""
    there = trainer(world)
    assert there.homegolf("init", "--lane", LANE, "--branch", "homegolf").code == 0
    with_rules(there)
    return there


def at(world: World, ref: str = REF) -> str:
    return world.git("rev-parse", "--verify", "--quiet", ref, code=None)


def listed(world: World, ref: str = REF) -> list[str]:
    """Runs that landed."""
    names = world.git("ls-tree", "-r", "--name-only", ref).splitlines()
    return [Path(name).stem for name in names if "/runs/" in name]


def others(world: World) -> list[str]:
    """All of the trainer's: HEAD, index, work tree, and refs but the ledger's own."""
    state = world.state()
    state[2] = "\n".join(
        line
        for line in state[2].splitlines()
        if not line.endswith((REF, COPY)) and "refs/tags/incumbent" not in line
    )
    return state


class TestInit:
    """`init --branch` begins the branch and touches nothing else."""

    def test_what_is_where(self, world: World) -> None:
        there = trainer(world)
        index = there.git("ls-files", "--stage")
        answer = there.answer("init", "--lane", LANE, "--branch", "homegolf")
        beside = [f".github/workflows/homegolf-{name}.yml" for name in ("audit", "comment")]
        assert answer["beside"] == beside
        assert there.git("status", "--porcelain", "--untracked-files=all") == "\n".join(
            f"?? {name}" for name in beside
        )
        assert there.git("ls-files", "--stage") == index
        names = there.git("ls-tree", "-r", "--name-only", "homegolf").splitlines()
        assert sorted(answer["written"]) == names
        assert {RULES, ".github/workflows/homegolf-check.yml", ".github/workflows/homegolf-publish.yml"} <= set(names)  # fmt: skip
        assert not set(beside) & set(names)
        assert at(there) == at(there, COPY) == answer["commit"]
        assert there.git("rev-list", "--count", "homegolf") == "1"
        assert there.git("merge-base", "main", "homegolf", code=1) == ""
        assert there.git("config", "homegolf.ref") == REF
        publish = there.git("show", "homegolf:.github/workflows/homegolf-publish.yml")
        assert "branches: [homegolf]" in publish
        assert "ref: homegolf\n" in (there.repo / beside[0]).read_text()
        assert there.answer("verify")["findings"] == []

    def test_twice(self, world: World) -> None:
        there = trainer(world)
        there.answer("init", "--branch", "homegolf")
        before = there.state()
        again = there.answer("init", "--branch", "homegolf")
        assert (again["written"], again["commit"], again["beside"]) == ([], None, [])
        assert there.state() == before

    def test_a_lane_more(self, beside: World) -> None:
        before = others(beside)
        answer = beside.answer("init", "--lane", "gpu")
        assert answer["written"] == ["ledger/gpu/lane.yaml"]
        assert others(beside) == before
        assert set(beside.answer("verdicts")["lanes"]) == {LANE, "gpu"}
        again = beside.answer("init", "--lane", "gpu")
        assert (again["written"], again["commit"]) == ([], None)

    def test_a_clone_takes_it_from_the_remote(self, beside: World) -> None:
        beside.record("first", BASE)
        clone = beside.clone("clone")
        assert "homegolf init --branch" in clone.homegolf("status").said
        answer = clone.answer("init", "--branch", "homegolf")
        assert answer["taken_from"] == "refs/remotes/origin/homegolf"
        assert (answer["written"], answer["commit"]) == ([], None)
        assert at(clone) == at(clone, COPY) == at(beside)
        assert clone.git("rev-parse", "--abbrev-ref", "homegolf@{upstream}") == "origin/homegolf"
        assert clone.incumbent() == "first"

    def test_a_bare_repository(self, world: World) -> None:
        there = trainer(world)
        there.git("clone", "--quiet", "--bare", str(there.repo), str(there.root / "bare.git"))
        bare = World(world.root, there.root / "bare.git", world.home)
        answer = bare.answer("init", "--lane", LANE, "--branch", "homegolf")
        assert answer["beside"] == []
        clone = bare.clone("clone")
        assert len(clone.answer("init", "--branch", "homegolf")["beside"]) == 2

    @pytest.mark.parametrize("name", ["a b", "-x", "a..b", "x.lock", "a,b", "1"])
    def test_a_name_that_is_none(self, world: World, name: str) -> None:
        there = trainer(world)
        before = there.state()
        assert there.homegolf("init", f"--branch={name}").code == 1
        assert there.state() == before
        assert there.git("config", "homegolf.ref", code=1) == ""

    def test_where_the_ledger_is_already(self, world: World) -> None:
        """A ledger of HEAD moves with its history; another branch is not taken for one."""
        world.record("first", BASE)
        ran = world.homegolf("init", "--branch", "homegolf")
        assert ran.code == 1
        assert "git branch homegolf" in ran.err
        world.git("branch", "homegolf")
        assert world.homegolf("init", "--branch", "homegolf").code == 0
        before = world.head
        world.record("second", BETTER)
        assert (world.head, listed(world)) == (before, ["first", "second"])
        assert "homegolf.ref names homegolf" in world.homegolf("init", "--branch", "other").err
        there = trainer(world)
        assert "holds no ledger" in there.homegolf("init", "--branch", "main").err

    def test_nobody_who_commits(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        there = trainer(world)
        for role in ("AUTHOR", "COMMITTER"):
            for what in ("NAME", "EMAIL"):
                monkeypatch.delenv(f"GIT_{role}_{what}")
        there.git("config", "user.useConfigOnly", "true")
        ran = there.homegolf("init", "--branch", "homegolf")
        assert ran.code == 4
        assert "no_identity" in ran.err
        assert (at(there), there.git("config", "homegolf.ref", code=1)) == ("", "")


class TestReading:
    """Every reading command reads the branch, whatever HEAD is."""

    COMMANDS = (
        "verify", "verify --worktree", "verdicts", "status", "explain second", "log", "plateau",
        "next", "deltas", "blockers", "tags verify", "doctor",
        f"backtest --lane {LANE} --set decision.delta_min=0.001", "scoreboard --check",
        "check --base first --head homegolf",
    )  # fmt: skip

    def test_as_in_a_repository_of_its_own(self, beside: World) -> None:
        """Each answer is the one that a clone of the branch gives."""
        beside.record("first", BASE)
        beside.git("tag", "first", REF)
        beside.record("second", BETTER)
        for words in (("publish",), ("scoreboard",)):
            assert beside.homegolf(*words).code == 0
        own = beside.clone("own", "--branch", "homegolf")
        for command in self.COMMANDS:
            here, there = (it.homegolf(*command.split(), "--json") for it in (beside, own))
            assert here.code in (0, 1, 10), (command, here.said)
            if "--worktree" in command:
                assert here.codes() == ["not_checked_out"]
                continue
            assert (here.code, here.out) == (there.code, there.out), command

    @pytest.mark.parametrize(
        "words",
        [
            "checkout --quiet --detach",
            "checkout --quiet --orphan nothing",
            "switch --quiet --create topic",
        ],
    )
    def test_wherever_head_is(self, beside: World, words: str) -> None:
        beside.record("first", BASE)
        beside.git(*words.split())
        beside.write("train.py", "two\n")
        beside.git("add", "train.py")
        beside.write("train.py", "three\n")
        before = others(beside)
        assert beside.incumbent() == "first"
        assert beside.homegolf("record", str(beside.row("second", BETTER))).code == 0
        assert beside.answer("scoreboard")["commit"] == at(beside)
        assert beside.homegolf("scoreboard", "--check").code == 0
        grounds = ("--reason", "x", "--evidence", "y", "--by", "z")
        assert beside.homegolf("retract", "second", *grounds).code == 0
        assert beside.homegolf("scoreboard", "--check").code == 1
        assert beside.homegolf("publish").code == 0
        assert beside.homegolf("scoreboard", "--check").code == 0
        assert others(beside) == before

    def test_in_the_middle_of_a_rebase(self, beside: World) -> None:
        beside.git("switch", "--quiet", "--create", "topic")
        beside.commit("Two", {"train.py": "two\n"})
        beside.git("switch", "--quiet", "main")
        beside.commit("Three", {"train.py": "three\n"})
        beside.git("rebase", "topic", code=1)
        before = others(beside)
        beside.record("first", BASE)
        assert others(beside) == before
        assert [c for c in beside.homegolf("doctor", "--json").codes() if c != "placeholder_owners"] == []  # fmt: skip
        beside.git("rebase", "--abort")

    def test_many_and_receipts(self, beside: World) -> None:
        for number in range(3):
            beside.row(f"many-{number}", (1.2 + number / 100,))
        folder = beside.row("many-0", BASE).parent
        before = others(beside)
        assert beside.homegolf("record", "--many", str(folder)).code == 0
        report = beside.root / "report.json"
        report.write_text(json.dumps({"seed": 1, "final": {"val_bpb": 1.15}}))
        ran = beside.homegolf(
            "record", "--receipt", str(report), "--lane", LANE, "--run-id", "drawn", "--summary", "x",
            "--mode", "full", "--submitter", "me", "--finished-at", "2026-03-31T10:00:00Z", "--clean",
            "--revision", "abcdef1", "--set", "model.knob=9", "--budget", "600", "--kind", "model",
        )  # fmt: skip
        assert ran.code == 0, ran.said
        assert set(listed(beside)) == {"many-0", "many-1", "many-2", "drawn"}
        assert others(beside) == before

    def test_linked_work_trees_and_bare_clones(self, beside: World) -> None:
        beside.git("worktree", "add", "--quiet", "--detach", str(beside.root / "linked"))
        linked = World(beside.root, beside.root / "linked", beside.home, 10)
        linked.record("first", BASE)
        assert beside.incumbent() == "first"
        beside.git("clone", "--quiet", "--bare", str(beside.repo), str(beside.root / "bare.git"))
        bare = World(beside.root, beside.root / "bare.git", beside.home, 20)
        assert bare.homegolf("init", "--branch", "homegolf").code == 0
        bare.record("second", BETTER)
        assert bare.outcomes() == {"first": "improvement/baseline", "second": "improvement/strict"}
        assert bare.homegolf("scoreboard").code == 0
        assert bare.homegolf("publish").code == 0
        assert bare.homegolf("doctor").code == 0

    def test_it_costs_no_process_where_it_is_not_set(self, beside: World, world: World) -> None:
        """The file of the configuration is looked at; git is asked only where it may name the branch."""
        world.git("remote", "add", "origin", "https://example.org/homegolf.git")
        asked = {}
        for name, there in (("head", world), ("branch", beside)):
            there.answer("status")
            log = there.root / f"{name}.trace"
            assert there.process("status", GIT_TRACE2_EVENT=str(log)).code == 0
            events = [json.loads(line) for line in log.read_text().splitlines()]
            asked[name] = [e["argv"] for e in events if e["event"] == "start"]
        assert not any("config" in words for words in asked["head"])
        assert len(asked["branch"]) == len(asked["head"]) + 1


class TestCheckedOut:
    """A work tree that has the branch checked out shows what lands."""

    def test_it_is_brought_along(self, beside: World) -> None:
        place = beside.root / "shown"
        beside.git("worktree", "add", "--quiet", str(place), "homegolf")
        shown = World(beside.root, place, beside.home)
        shown.write("notes.txt", "mine\n")
        shown.write(RULES, (place / RULES).read_text() + "# edited\n")
        beside.record("first", BASE)
        assert shown.git("status", "--porcelain") == f" M {RULES}\n?? notes.txt"
        assert len(list((place / f"ledger/{LANE}/runs").rglob("first.yaml"))) == 1
        found = beside.answer("verify")["findings"]
        assert [(item["code"], item["path"]) for item in found] == [("not_committed", RULES)]
        assert "differs from homegolf" in found[0]["message"]
        shown.write(RULES, "x\n")
        ran = beside.homegolf("verify", "--worktree", "--json")
        assert (ran.code, {item["path"] for item in ran.json()["findings"]}) == (1, {RULES})
        shown.git("checkout", "--quiet", "--", RULES)
        assert beside.homegolf("scoreboard").code == 0
        assert shown.git("status", "--porcelain") == "?? notes.txt"
        shown.git("switch", "--quiet", "--detach")
        beside.record("second", BETTER)
        assert shown.git("status", "--porcelain") == "?? notes.txt"

    def test_by_the_trainer_himself(self, beside: World) -> None:
        beside.git("switch", "--quiet", "homegolf")
        beside.record("first", BASE)
        beside.git("switch", "--quiet", "main")
        assert (beside.head, listed(beside)) == (at(beside, "refs/heads/main"), ["first"])

    def test_another_git_writes_its_index(self, beside: World) -> None:
        beside.git("switch", "--quiet", "homegolf")
        lock = beside.write(".git/index.lock", "")
        beside.record("first", BASE)
        lock.unlink()
        beside.record("second", BETTER)
        assert beside.git("status", "--porcelain", "--untracked-files=no") == ""


class TestHooksAndFilters:
    """What the trainer has git do with his own files is not for the ledger's."""

    def test_none_is_asked(self, beside: World) -> None:
        beside.hook("pre-commit", "exit 1")
        beside.hook("commit-msg", "exit 1")
        beside.git("config", "core.autocrlf", "true")
        beside.write(".gitattributes", "*.yaml filter=lfs\nledger/** text eol=crlf\n")
        beside.record("first", BASE)
        assert beside.answer("verify")["findings"] == []

    def test_a_row_in_the_way_of_the_trainer_s_files(self, beside: World) -> None:
        place, _ = beside.place("first", BASE)
        beside.write(place, "not a row\n")
        beside.record("first", BASE)
        assert (beside.repo / place).read_text() == "not a row\n"


class TestDeleted:
    """A branch that is deleted comes back."""

    def test_the_next_command_brings_it_back_and_says_so(self, beside: World) -> None:
        beside.record("first", BASE)
        head = at(beside)
        beside.git("branch", "--quiet", "-D", "homegolf")
        ran = beside.homegolf("status")
        assert "warning[ledger_restored]" in ran.err
        assert (ran.code, at(beside)) == (0, head)
        assert "ledger_restored" not in beside.homegolf("status").err

    @pytest.mark.parametrize("command", ["record", "verdicts", "publish", "init"])
    def test_by_any_command(self, beside: World, command: str) -> None:
        beside.record("first", BASE)
        beside.git("pack-refs", "--all", "--prune")
        beside.git("update-ref", "-d", REF)
        row = [str(beside.row("second", BETTER))] if command == "record" else []
        ran = beside.homegolf(command, *row, "--json")
        assert ran.code == 0, ran.said
        assert "ledger_restored" in ran.err
        assert "first" in listed(beside)

    def test_not_behind_a_row_that_lands_meanwhile(self, beside: World) -> None:
        """Between the look at its copy and the branch that comes back, a row lands and it is deleted again."""
        beside.record("first", BASE)
        beside.git("branch", "--quiet", "-D", "homegolf")
        row, tools = beside.row("second", BETTER), beside.root / "tools"
        meanwhile = f"{sys.executable} -m homegolf_git record {row} && {GIT} branch -D homegolf"
        executable(
            tools / "git",
            f'case " $* " in *" update-ref "*) [ -e {tools}/once ] || '
            f'{{ touch {tools}/once; {meanwhile}; }} >&2 ;; esac\nexec {GIT} "$@"',
        )
        beside.process("status", PATH=f"{tools}:{os.environ['PATH']}")
        assert (tools / "once").exists()
        beside.record("third", BEST)
        assert listed(beside) == listed(beside, COPY) == ["first", "second", "third"]

    def test_doctor_reports_it(self, beside: World) -> None:
        beside.record("first", BASE)
        beside.git("branch", "--quiet", "-D", "homegolf")
        assert "ledger_deleted" in beside.homegolf("doctor", "--json").codes()
        assert at(beside) == ""
        assert "ledger_deleted" in beside.answer("doctor", "--fix")["mended"]
        assert listed(beside) == ["first"]

    def test_it_follows_its_remote_again(self, beside: World) -> None:
        clone = beside.clone("clone")
        clone.answer("init", "--branch", "homegolf")
        clone.git("branch", "--quiet", "-D", "homegolf")
        clone.answer("verify")
        assert clone.git("rev-parse", "--abbrev-ref", "homegolf@{upstream}") == "origin/homegolf"

    def test_what_git_alone_committed_comes_back_too(self, beside: World) -> None:
        with_rules(beside, "title: Home\n")
        head = at(beside)
        assert at(beside, COPY) != head
        assert beside.homegolf("status").code == 0
        beside.git("branch", "--quiet", "-D", "homegolf")
        assert beside.homegolf("status").code == 0
        assert at(beside) == at(beside, COPY) == head

    def test_a_branch_that_was_set_back(self, beside: World) -> None:
        beside.record("first", BASE)
        head = at(beside)
        beside.git("branch", "--quiet", "--force", "homegolf", "homegolf~1")
        (item,) = [
            item
            for item in beside.homegolf("doctor", "--json").json()["findings"]
            if item["code"] == "ledger_set_back"
        ]
        beside.git(*item["fix"].split("`")[1].split()[1:])
        assert at(beside) == head

    def test_a_file_that_holds_no_commit(self, beside: World) -> None:
        beside.record("first", BASE)
        beside.write(f".git/{REF}", "nonsense\n")
        ran = beside.homegolf("status")
        assert ran.code == 4
        assert f"rm {beside.repo}/.git/{REF}" in ran.err


class TestSetting:
    """What `homegolf.ref` may say."""

    @pytest.mark.parametrize(
        "text", ["[HomeGolf]\n\tREF = homegolf\n", "[homegolf]ref=refs/heads/homegolf\n"]
    )
    def test_as_git_reads_it(self, beside: World, text: str) -> None:
        beside.git("config", "--remove-section", "homegolf")
        with (beside.repo / ".git/config").open("a") as file:
            file.write(text)
        beside.record("first", BASE)
        assert listed(beside) == ["first"]

    def test_another_s_configuration_is_not_asked(self, beside: World) -> None:
        beside.git("config", "--unset", "homegolf.ref")
        beside.git("config", "--global", "homegolf.ref", REF)
        assert "HEAD has no ledger" in beside.homegolf("status").err

    def test_a_short_name(self, beside: World) -> None:
        beside.git("config", "homegolf.ref", "homegolf")
        beside.record("first", BASE)
        assert listed(beside) == ["first"]

    @pytest.mark.parametrize("command", ["status", "verify", "doctor", "record"])
    def test_a_branch_that_is_not_there(self, beside: World, command: str) -> None:
        beside.git("config", "homegolf.ref", "refs/heads/other")
        beside.git("update-ref", "-d", COPY)
        row = [str(beside.row("second", BETTER))] if command == "record" else []
        ran = beside.homegolf(command, *row, "--json")
        assert ran.code in (1, 4)
        assert "no_ledger_branch" in ran.codes()

    def test_what_is_no_branch(self, beside: World) -> None:
        beside.git("config", "homegolf.ref", "refs/tags/x")
        ran = beside.homegolf("status")
        assert ran.code == 4
        assert "no_ledger_branch" in ran.err

    def test_a_branch_without_a_ledger(self, beside: World) -> None:
        beside.git("config", "homegolf.ref", "refs/heads/main")
        assert "no_ledger" in beside.homegolf("doctor", "--json").codes()
        ran = beside.homegolf("status")
        assert (ran.code, "main has no ledger/<lane>/lane.yaml" in ran.err) == (4, True)
        assert "git config" in ran.err


class TestKilled:
    """What a kill leaves; kills at random instants are in tests/kills."""

    def test_with_the_lock_of_a_ref_left(self, beside: World) -> None:
        beside.record("first", BASE)
        entry: Document = {"ref": REF, "blobs": {}, "made": [], "commit": None, "gone": []}
        beside.write(".git/homegolf/journal.json", json.dumps(entry))
        beside.write(f".git/{REF}.lock", "")
        beside.record("second", BETTER)
        assert listed(beside) == ["first", "second"]


DESTROYERS = (
    "reset --quiet --hard",
    "clean -ffdxq",
    "checkout --quiet -f main",
    "checkout --quiet -f topic",
    "branch --quiet -D homegolf",
    "update-ref -d refs/heads/homegolf",
    "stash --quiet -u",
    "gc --quiet --prune=now",
    "prune --expire=now",
    "pack-refs --all --prune",
    "reflog expire --expire=now --all",
)


@contextmanager
def agent(world: World) -> Iterator[None]:
    """An agent that resets, cleans, switches, deletes and prunes as long as the block runs."""
    world.git("branch", "topic")
    done = threading.Event()

    def act() -> None:
        draw = random.Random(5)  # noqa: S311 - what comes next, no secret
        while not done.is_set():
            world.write("scratch.txt", str(draw.random()))
            world.write("train.py", str(draw.random()))
            world.git(*draw.choice(DESTROYERS).split(), code=None)

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class TestDestructiveAgents:
    """Whatever an agent does to the trainer's repository, every row that was recorded stays."""

    def test_rows_at_once(self, beside: World) -> None:
        rows = [str(beside.row(f"run-{n:02}", (1.2 - n / 1000,))) for n in range(9)]

        def record(row: str) -> Ran:
            return beside.process("record", row)

        with agent(beside), ThreadPoolExecutor(3) as pool:
            ran = list(pool.map(record, rows))
            assert [item.code for item in ran] == [0] * len(rows), [r.said for r in ran if r.code]
            assert beside.process("verify", "--json").json()["findings"] == []
        assert len(listed(beside, COPY)) == len(rows)
        # A commit graph may still name what the agent pruned; it is a cache of git's own.
        no_graph = ("-c", "core.commitGraph=false")
        fsck = ("fsck", "--connectivity-only", "--no-dangling", COPY)
        assert beside.git(*no_graph, *fsck) == ""

    def test_each_between_two_commands(self, beside: World) -> None:
        beside.git("branch", "topic")
        for number, words in enumerate(DESTROYERS):
            beside.record(f"run-{number}", (1.2 - number / 1000,))
            beside.write("scratch.txt", "x")
            beside.git(*words.split(), code=None)
            assert len(beside.verdicts()) == number + 1, words
        assert beside.answer("verify")["findings"] == []


def test_few_packs_however_many_rows(beside: World) -> None:
    for number in range(40):
        beside.row(f"run-{number:03}", (1.2 - number / 10000,))
    folder = beside.row("run-000", BEST).parent
    assert beside.homegolf("record", "--many", str(folder)).code == 0
    packs = list((beside.repo / ".git/objects/pack").glob("*.pack"))
    assert len(packs) <= 30
    assert beside.answer("verify")["findings"] == []

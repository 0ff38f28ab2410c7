"""Rows that land through a remote, over HTTP: in one line, each once, whoever is first or killed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from homegolf_git.commands import pushing
from homegolf_git.commands.pushing import fetch_ledger, push_rows
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing import journal, moving
from homegolf_git.shell.landing.remotely import UNLANDED
from tests.e2e.test_branch import trainer, with_rules
from tests.e2e.world import BASE, BEST, BETTER, LANE, World
from tests.forge.forge import Forge

IS_LONG = os.environ.get("HOMEGOLF_LONG") == "1"
KILLS = 24 if IS_LONG else 6
# Records each row and pushes it, as a loop does; what has landed already is nothing to do.
LAND = """
import sys
from pathlib import Path
from homegolf_git.commands import pushing
from homegolf_git.commands.pushing import push_rows
from homegolf_git.commands.record import RecordOptions, run_record
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.incoming import read_incoming
repo = GitRepo(Path.cwd())
for name in sys.argv[1:]:
    done = run_record(repo, [read_incoming(Path(name))], RecordOptions())
    assert not done.findings, done.findings
    found = push_rows(repo, "origin")
    assert not found, found
"""


# Where the ledger lies: on HEAD, where no test says otherwise, or on a branch of its own.
BOTH = pytest.mark.parametrize("world", ["head", "branch"], indirect=True)


@pytest.fixture
def world(world: World, request: pytest.FixtureRequest) -> World:
    """A repository with a ledger of one row."""
    if getattr(request, "param", "head") == "branch":
        world = trainer(world)
        assert world.homegolf("init", "--lane", LANE, "--branch", "homegolf").code == 0
        with_rules(world)
    world.record("base", BASE)
    return world


def branch(world: World) -> str:
    ref = world.git("config", "homegolf.ref", code=None) or "main"
    return ref.removeprefix("refs/heads/")


def clone(forge: Forge, name: str) -> World:
    there = forge.clone(name)
    there.count = 30
    if branch(forge.world) != "main":
        assert there.homegolf("init", "--branch", "homegolf").code == 0
    return there


def rows(forge: Forge) -> list[str]:
    """The runs on the forge, in the order in which they landed."""
    names = forge.git(
        "log", "--reverse", "--first-parent", "--diff-filter=A", "--name-only", "--format=",
        branch(forge.world),
    )  # fmt: skip
    return [Path(name).stem for name in names.splitlines() if "/runs/" in name]


def tip(forge: Forge) -> str:
    return forge.git("rev-parse", branch(forge.world))


def at(world: World) -> str:
    return world.git("rev-parse", branch(world))


def refused(world: World) -> list[Path]:
    return sorted((world.repo / ".git/homegolf/refused").glob("*/*.yaml"))


def is_settled(world: World) -> bool:
    """Nothing is left to do, and nothing is dirty."""
    left = world.git("for-each-ref", "--format=%(refname)", UNLANDED)
    is_beside = branch(world) != "main"  # then the work tree is the trainer's
    status = "" if is_beside else world.git("status", "--porcelain", "--untracked-files=all")
    return (left, status) == ("", "") and not journal.is_pending(GitRepo(world.repo))


def pushed(world: World) -> list[str]:
    return [item.code for item in push_rows(GitRepo(world.repo), "origin")]


class TestOneAfterTheOther:
    """Who is second lands behind the first."""

    def test_nobody_else(self, forge: Forge) -> None:
        one = clone(forge, "one")
        one.record("better", BETTER)
        before = at(one)
        assert pushed(one) == []
        assert tip(forge) == at(one) == before
        assert pushed(one) == []
        assert is_settled(one)

    @BOTH
    def test_somebody_was_first(self, forge: Forge) -> None:
        one, other = clone(forge, "one"), clone(forge, "other")
        one.record("better", BETTER)
        receipts = other.reports((1, 1.16), run_id="best")
        other.record("best", (1.16,), receipts=receipts)
        other.record("late", BEST)
        assert (pushed(one), pushed(other)) == ([], [])
        assert rows(forge) == ["base", "better", "best", "late"]
        assert tip(forge) == at(other)
        assert is_settled(other)
        assert other.answer("verify")["rows"] == 4
        assert fetch_ledger(GitRepo(one.repo), "origin") == []
        assert at(one) == tip(forge)
        assert is_settled(one)

    @pytest.mark.parametrize("stage", ["listing", "writing"])
    def test_in_the_middle_of_a_push(self, forge: Forge, stage: str) -> None:
        one, other = clone(forge, "one"), clone(forge, "other")
        one.record("better", BETTER)
        other.record("best", BEST)
        forge.interrupt(stage, lambda: pushed(other))  # type: ignore[arg-type]
        assert pushed(one) == []
        assert rows(forge) == ["base", "best", "better"]
        assert is_settled(one)

    def test_fetched_own_rows_wait_behind_what_landed(self, forge: Forge) -> None:
        one, other = clone(forge, "one"), clone(forge, "other")
        one.record("better", BETTER)
        other.record("best", BEST)
        assert pushed(one) == []
        assert fetch_ledger(GitRepo(other.repo), "origin") == []
        assert other.git("rev-list", "--count", f"{tip(forge)}..{branch(other)}") == "1"
        assert rows(forge) == ["base", "better"]
        assert is_settled(other)

    @BOTH
    def test_rules_and_scoreboards_of_others_come_along(self, forge: Forge) -> None:
        one, other = clone(forge, "one"), clone(forge, "other")
        other.record("best", BEST)
        one.record("better", BETTER)
        assert pushed(one) == []
        assert one.homegolf("publish", "--push", "origin").code == 0
        if branch(other) == "main":
            other.commit("Scoreboards", {"ledger/SCOREBOARD.md": "mine\n"})  # they are given up
        else:
            assert other.homegolf("scoreboard").code == 0
        assert pushed(other) == []
        assert rows(forge) == ["base", "better", "best"]
        assert is_settled(other)

    def test_the_same_row_twice(self, forge: Forge) -> None:
        """A row that both have lands once."""
        one, other = clone(forge, "one"), clone(forge, "other")
        row = str(one.row("better", BETTER))
        assert one.homegolf("record", row).code == 0
        one.record("first", BEST)
        assert pushed(one) == []
        other.record("best", (1.15, 1.151, 1.149))
        assert other.homegolf("record", row).code == 0
        assert pushed(other) == []
        assert sorted(rows(forge)) == ["base", "best", "better", "first"]
        assert is_settled(other)


class TestRefused:
    """A row that cannot land any more is said, and kept."""

    def test_another_row_of_its_name(self, forge: Forge) -> None:
        one, other = clone(forge, "one"), clone(forge, "other")
        one.record("same", BETTER)
        other.record("best", BEST)
        other.record("same", (1.19,), receipts=other.reports((1, 1.19), run_id="same"))
        assert pushed(one) == []
        assert pushed(other) == ["not_landed"]
        assert rows(forge) == ["base", "same", "best"]
        (file,) = refused(other)
        assert "1.19" in file.read_text("utf-8")
        assert [path.name for path in (file.parent / "receipts/same").iterdir()] == ["seed-1.json"]
        assert is_settled(other)
        assert pushed(other) == []
        assert "not_landed" in other.homegolf("doctor", "--json").codes()
        file.unlink()
        assert "not_landed" not in other.homegolf("doctor", "--json").codes()

    @BOTH
    def test_commits_that_are_no_rows(self, forge: Forge) -> None:
        one = clone(forge, "one")
        if branch(one) != "main":
            one.git("worktree", "add", "--quiet", str(one.root / "w"), "homegolf")
            World(one.root, one.root / "w", one.home).commit("Notes", {"NOTES.md": "mine\n"})
        else:
            one.commit("Notes", {"NOTES.md": "mine\n"})
        before = tip(forge)
        with pytest.raises(HomegolfError, match="ahead_of_remote"):
            push_rows(GitRepo(one.repo), "origin")
        assert tip(forge) == before

    def test_a_line_that_was_rewritten(self, forge: Forge) -> None:
        """What others took away does not land again as this clone's own."""
        one, other = clone(forge, "one"), clone(forge, "other")
        one.record("better", BETTER)
        assert pushed(one) == []
        forge.git("update-ref", f"refs/heads/{branch(one)}", f"{branch(one)}~1")
        other.record("best", BEST)
        assert pushed(other) == []
        with pytest.raises(HomegolfError, match="rewritten_history"):
            push_rows(GitRepo(one.repo), "origin")
        assert rows(forge) == ["base", "best"]

    def test_own_rows_that_were_verified(self, forge: Forge) -> None:
        """A branch that follows none: nothing tells `verify` that nobody else has them."""
        one, other = clone(forge, "one"), clone(forge, "other")
        other.git("branch", "--quiet", "--unset-upstream")
        one.record("better", BETTER)
        other.record("best", BEST)
        assert other.homegolf("verify").code == 0
        assert (pushed(one), pushed(other)) == ([], [])
        assert rows(forge) == ["base", "better", "best"]
        assert other.homegolf("verify").code == 0
        forge.git("update-ref", "refs/heads/main", "main~1")
        one.record("last", BEST)
        with pytest.raises(HomegolfError, match="rewritten_history"):
            push_rows(GitRepo(other.repo), "origin")

    def test_a_remote_that_is_away(self, forge: Forge) -> None:
        one = clone(forge, "one")
        one.record("better", BETTER)
        away = forge.bare.with_name("away.git")
        forge.bare.rename(away)
        with pytest.raises(HomegolfError, match="fetch_failed"):
            push_rows(GitRepo(one.repo), "origin")
        away.rename(forge.bare)
        assert pushed(one) == []
        assert rows(forge) == ["base", "better"]

    def test_a_remote_that_refuses(self, forge: Forge) -> None:
        one, before = clone(forge, "one"), tip(forge)
        one.record("better", BETTER)
        hook = forge.bare / "hooks" / "update"
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        with pytest.raises(HomegolfError, match="push_failed"):
            push_rows(GitRepo(one.repo), "origin")
        hook.unlink()
        assert tip(forge) == before
        assert pushed(one) == []


class TestInTheWork:
    """Where the ledger is on HEAD its work tree follows, and keeps what is the user's."""

    @pytest.fixture
    def two(self, forge: Forge) -> tuple[World, World]:
        one, other = clone(forge, "one"), clone(forge, "other")
        one.record("better", BETTER)
        assert pushed(one) == []
        other.record("best", BEST)
        return one, other

    def test_changes_of_the_user_stay(self, two: tuple[World, World], forge: Forge) -> None:
        _, other = two
        other.write("ledger/h100/lane.yaml", "mine\n")
        other.write("notes.txt", "mine\n")
        assert pushed(other) == []
        assert rows(forge)[-1] == "best"
        assert (other.repo / "ledger/h100/lane.yaml").read_text() == "mine\n"
        assert other.git("status", "--porcelain").split("\n") == [
            " M ledger/h100/lane.yaml", "?? notes.txt",
        ]  # fmt: skip

    def test_what_stands_in_the_way_is_named(self, two: tuple[World, World], forge: Forge) -> None:
        one, other = two
        text = (one.repo / "ledger/h100/lane.yaml").read_text()
        one.commit("Rules", {"ledger/h100/lane.yaml": text + "\n"})
        one.git("push", "--quiet", "origin", "main")
        other.write("ledger/h100/lane.yaml", "mine\n")
        with pytest.raises(HomegolfError, match="in_the_way"):
            push_rows(GitRepo(other.repo), "origin")
        assert (other.repo / "ledger/h100/lane.yaml").read_text() == "mine\n"
        other.git("checkout", "--quiet", "ledger/h100/lane.yaml")
        assert pushed(other) == []
        assert rows(forge)[-1] == "best"
        assert is_settled(other)
        assert (other.repo / "ledger/h100/lane.yaml").read_text() == text + "\n"


# Where a push is killed: at which function's call, before it or behind it.
STEPS = (
    (moving, "moved", True),
    (pushing, "let_go", False),
    (moving, "_reset", True),
    (journal, "note", True),
    (journal, "settle", True),
    (moving, "_reset", False),
)
FEW, FEW_BESIDE = (6, 6) if IS_LONG else (4, 2)  # a branch of its own has no work tree to follow


def killed(world: World, where: ModuleType, name: str, is_behind: bool) -> int:
    """Push in a process that ends at that step; its exit code, 0 where it never came there."""
    step = getattr(where, name)

    def end(*arguments: object, **options: object) -> None:
        if is_behind:
            step(*arguments, **options)
        os._exit(9)

    child = os.fork()
    if child == 0:
        setattr(where, name, end)
        os._exit(1 if push_rows(GitRepo(world.repo), "origin") else 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class TestKilled:
    """A kill at any instant loses no row: the same call goes on."""

    @pytest.fixture
    def late(self, forge: Forge) -> World:
        """A clone with two rows, behind one that landed elsewhere."""
        one, other = clone(forge, "one"), clone(forge, "other")
        one.record("better", BETTER)
        other.record("best", (1.16,), receipts=other.reports((1, 1.16), run_id="best"))
        other.record("last", BEST)
        assert pushed(one) == []
        return other

    @BOTH
    def test_at_each_step(self, forge: Forge) -> None:
        one, late = clone(forge, "one"), clone(forge, "late")
        is_beside = branch(late) != "main"
        expected = ["base"]
        for number, step in enumerate(STEPS[: FEW_BESIDE if is_beside else FEW]):
            names = [f"{who}-{number}" for who in ("first", "next", "last")]
            one.record(names[0], BETTER)
            receipts = late.reports((1, 1.16), run_id=names[1])
            late.record(names[1], (1.16,), receipts=receipts)
            late.record(names[2], BEST)
            assert pushed(one) == []
            if step[1] == "_reset":  # git itself moves the work tree
                late.git("config", "core.sparseCheckout", "true")
            code = killed(late, *step)
            assert code == (0 if is_beside and step[1] == "_reset" else 9), step
            late.git("config", "--unset", "core.sparseCheckout", code=None)
            assert pushed(late) == []
            expected += names
            assert rows(forge) == expected, step
            assert is_settled(late), step
            assert fetch_ledger(GitRepo(one.repo), "origin") == []
            one.count = late.count
        assert late.answer("verify")["ok"]

    def test_doctor_sees_and_completes_it(
        self, forge: Forge, late: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("homegolf_git.commands.pushing.land_again", lambda *_: [])
            fetch_ledger(GitRepo(late.repo), "origin")
        assert "unlanded_rows" in late.homegolf("doctor", "--json").codes()
        assert "unlanded_rows" in late.answer("doctor", "--fix")["mended"]
        assert "unlanded_rows" not in late.homegolf("doctor", "--json").codes()
        assert late.git("rev-list", "--count", f"{tip(forge)}..{branch(late)}") == "2"


def started(world: World, files: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", LAND, *files],
        cwd=world.repo,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


class TestManyMachines:
    """Section 15: each idea lands once, no finished run is lost."""

    @pytest.mark.parametrize(
        ("world", "clones", "workers", "rows_each"),
        [
            ("head", 8 if IS_LONG else 4, 1, 5),
            ("branch", 8, 1, 5) if IS_LONG else ("branch", 2, 2, 2),
        ],
        indirect=["world"],
    )
    def test_land_in_one_line(
        self, forge: Forge, clones: int, workers: int, rows_each: int
    ) -> None:
        """Several workers of one clone share it."""
        draw = random.Random(5)  # noqa: S311 - instants, no secret
        machines = [clone(forge, f"m{number}") for number in range(clones)]
        names = [f"run-{number:03}" for number in range(clones * workers * rows_each)]
        files = [str(machines[0].row(name, (1.19 + draw.random() / 100,))) for name in names]
        work = [
            (machines[number % clones], files[number :: clones * workers])
            for number in range(clones * workers)
        ]
        running = [started(*each) for each in work]
        for _ in range(KILLS):
            time.sleep(draw.uniform(0.3, 1.5))
            victim = draw.randrange(len(work))
            os.killpg(running[victim].pid, signal.SIGKILL)
            running[victim].communicate()
            running[victim] = started(*work[victim])
        for process in running:
            assert process.communicate(timeout=300)[1] == b""
            assert process.returncode == 0
        assert sorted(rows(forge)) == sorted(["base", *names])
        assert forge.git("rev-list", "--merges", "--count", branch(forge.world)) == "0"
        assert clone(forge, "reader").answer("verify")["findings"] == []
        for there in machines:
            assert fetch_ledger(GitRepo(there.repo), "origin") == []
            assert at(there) == tip(forge)
            assert is_settled(there)
            assert refused(there) == []

"""A lock that a dead git left is named with its age, nothing is half-written, and what is said mends it."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from homegolf_git.shell.git import transaction
from homegolf_git.shell.git.runner import pins
from tests.e2e.world import BASE, BETTER, World

HOUR, DAY = 3600, 86_400


@pytest.fixture(params=["head", "branch"])
def ledger(world: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> World:
    """A ledger with a remote, on HEAD or on a branch of its own; git waits for no lock."""
    monkeypatch.setattr(transaction, "_WAITING", pins({"core.filesRefLockTimeout": "0", "core.packedRefsTimeout": "0"}))  # fmt: skip
    if request.param == "branch":
        world.git("branch", "ledger")
        world.git("rm", "-r", "--quiet", "ledger")
        world.commit("A trainer", {"train.py": "x\n"})
        world.answer("init", "--branch", "ledger")
    world.record("first", BASE)
    remote = world.root / "remote.git"
    world.git("clone", "--quiet", "--bare", str(world.repo), str(remote))
    world.git("remote", "add", "origin", str(remote))
    world.git("fetch", "--quiet", "origin")
    return world


def left(world: World, name: str, seconds: float = 3 * DAY) -> Path:
    """A lock of so many seconds ago."""
    lock = world.write(f".git/{name}.lock", "")
    os.utime(lock, (time.time() - seconds, time.time() - seconds))
    return lock


def follow(said: str) -> None:
    """Do what the fix says."""
    (command,) = re.findall(r"`(rm [^`]+)`", said)
    subprocess.run(["sh", "-c", command], check=True)


def branch_of(world: World) -> str:
    return world.git("config", "homegolf.ref", code=None) or "refs/heads/main"


def words_of(world: World, command: str) -> tuple[str, ...]:
    row = str(world.row("next", BETTER))
    return {
        "record": ("record", row),
        "retract": ("retract", "first", "--reason", "r", "--evidence", "e", "--by", "me"),
        "submit": ("submit", row),
        "tags sync": ("tags", "sync"),
        "publish": ("publish", "--push", "origin"),
        "capture": ("capture", "--lane", "home", "--summary", "c", "--set", "a=1", "--", "false"),
    }[command]


CASES = [
    ("record", "BRANCH"), ("record", "index"), ("record", "HEAD"), ("record", "packed-refs"),
    ("retract", "BRANCH"), ("capture", "BRANCH"),
    ("tags sync", "refs/tags/incumbents/home/0001"), ("publish", "BRANCH"),
    ("submit", "refs/heads/run/next"), ("submit", "packed-refs"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "name"), CASES)
def test_a_lock_that_a_dead_git_left(ledger: World, command: str, name: str) -> None:
    branch = branch_of(ledger)
    if branch != "refs/heads/main" and name in ("index", "HEAD"):
        pytest.skip("neither is the ledger's")
    words = words_of(ledger, command)
    lock = left(ledger, branch if name == "BRANCH" else name)
    before = ledger.git("rev-parse", branch), ledger.git("status", "--porcelain")
    for _ in range(2):  # trying again takes nobody's lock away
        ran = ledger.homegolf(*words)
        assert ran.code == 4, ran.said
        assert "error[locked]" in ran.said, ran.said
        assert f"{lock} is there, 3 days old" in ran.said
        assert (ledger.git("rev-parse", branch), ledger.git("status", "--porcelain")) == before
        assert lock.exists()
    assert "locked" in ledger.homegolf("doctor", "--json").codes()
    follow(ran.said)
    again = ledger.homegolf(*words)
    assert again.code == (23 if command == "capture" else 0), again.said
    assert ledger.git("status", "--porcelain") == before[1]
    assert ledger.git("for-each-ref", "refs/homegolf/new", "refs/homegolf/fetch") == ""
    assert len(ledger.git("worktree", "list").splitlines()) == 1
    assert "locked" not in ledger.homegolf("doctor", "--json").codes()


@pytest.mark.parametrize(
    ("seconds", "age"),
    [(3 * DAY + HOUR, "3 days old"), (DAY, "1 day old"), (2 * HOUR + 5, "2 hours old"), (65, "1 minute old"),
     (-2 * HOUR, "dated 1 hour ahead of the clock"), (-400 * DAY, "dated 399 days ahead of the clock"),
     (20_000 * DAY, "20000 days old")],
)  # fmt: skip
def test_how_old_it_is(world: World, seconds: float, age: str) -> None:
    """Where the clock was set back since, it is from a time that is yet to come."""
    row = world.row("next", BASE)
    left(world, "index", seconds)
    for words in (("record", str(row)), ("doctor",)):
        assert age in world.homegolf(*words).said


def test_doctor_leaves_a_lock_alone_that_may_be_in_use(world: World) -> None:
    world.record("first", BASE)
    left(world, "index", 1)
    assert "locked" not in world.homegolf("doctor", "--json").codes()
    lock = left(world, "index")
    assert "locked" in world.homegolf("doctor", "--fix", "--json").codes()
    assert lock.exists()


def test_a_lock_of_the_configuration(world: World) -> None:
    shutil.rmtree(world.repo / "ledger")
    world.commit("A trainer", {"train.py": "x\n"})
    world.git("rm", "-r", "--quiet", "--cached", "ledger")
    world.git("commit", "--quiet", "--message", "No ledger here")
    left(world, "config")
    words = ("init", "--branch", "ledger", "--lane", "home")
    ran = world.homegolf(*words)
    assert (ran.code, "error[locked]" in ran.said) == (4, True), ran.said
    follow(ran.said)
    assert world.homegolf(*words).code == 0
    world.record("first", BASE)

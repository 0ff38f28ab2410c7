"""Many at once: every row lands once, whoever else works in the clone or on the remote."""

import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.e2e.world import BASE, LANE, Ran, World
from tests.forge.forge import Forge
from tests.kills.ground import IS_LONG

RECORDERS = 8
CLONES, ROWS = (16, 25) if IS_LONG else (4, 3)
ROUNDS = 5 if IS_LONG else 1
_SECONDS = (
    120.0  # for eight rows, of which each takes one; a minute is what a command waits at most
)
TOGETHER = ("tags sync", "scoreboard", "verify", "record")


def started(world: World, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "homegolf_git", *words],
        cwd=world.repo,
        env={**os.environ, **world.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def all_fine(processes: list["subprocess.Popen[str]"]) -> None:
    said = [process.communicate()[0] for process in processes]
    codes = [process.returncode for process in processes]
    assert codes == [0] * len(codes), said


class TestOneClone:
    """Committing commands wait for each other, in bounded time."""

    @pytest.mark.parametrize("hook", [None, "sleep 0.05"], ids=["plain", "hooks"])
    def test_every_row_lands_in_a_commit_of_its_own(self, world: World, hook: str | None) -> None:
        if hook is not None:
            world.hook("pre-commit", hook)
        world.record("base", BASE)
        rows = [str(world.row(f"run-{n}", (1.19,))) for n in range(RECORDERS)]
        began = time.monotonic()
        all_fine([started(world, "record", row) for row in rows])
        assert time.monotonic() - began < _SECONDS
        assert world.git("rev-list", "--count", "HEAD") == str(2 + RECORDERS)
        for n in range(RECORDERS):
            changed = world.git("log", "-1", "--name-only", "--format=", "--", f"*run-{n}.yaml")
            assert changed == f"ledger/home/runs/2026-03/run-{n}.yaml"
        assert world.git("status", "--porcelain", "--untracked-files=all") == ""
        assert world.answer("verify")["findings"] == []

    def test_in_every_pair(self, world: World) -> None:
        world.record("base", BASE)
        recorded = ["base"]
        pairs = list(itertools.combinations_with_replacement(TOGETHER, 2)) * ROUNDS
        for number, pair in enumerate(pairs):
            score = 1.19 - number / 100
            world.record(f"better-{number}", (score, score + 0.0001, score + 0.0002))
            recorded.append(f"better-{number}")
            calls = []
            for side, command in enumerate(pair):
                words = command.split()
                if command == "record":
                    recorded.append(f"run-{number}-{side}")
                    words.append(str(world.row(recorded[-1], (1.3,))))
                calls.append(words)
            all_fine([started(world, *words) for words in calls])
            assert not list((world.repo / ".git").rglob("*.lock"))
            assert set(world.outcomes()) == set(recorded)
        for command in ("tags sync", "tags verify", "scoreboard", "scoreboard --check", "verify"):
            ran = world.homegolf(*command.split())
            assert ran.code == 0, ran.said


@contextmanager
def merging(forge: Forge) -> Iterator[None]:
    """A merge queue that lands each branch as it comes, until the block ends and none is left."""
    queue = forge.clone("queue")
    queue.environment = {"GIT_COMMITTER_NAME": "Queue"}
    merged: set[str] = set()
    is_over = threading.Event()

    def is_landed() -> bool:
        queue.git("push", "--quiet", "origin", "HEAD:main", code=None)
        return queue.git("ls-remote", "origin", "refs/heads/main").split("\t")[0] == queue.head

    def land() -> int:
        queue.git("fetch", "--quiet", "origin")
        refs = queue.git("for-each-ref", "--format=%(refname)", "refs/remotes/origin/run")
        new = [ref for ref in refs.splitlines() if ref not in merged]
        for ref in new:
            while True:
                queue.git("fetch", "--quiet", "origin")
                queue.git("reset", "--quiet", "--hard", "origin/main")
                queue.git("merge", "--quiet", "--no-ff", "--message", f"Merge {ref}", ref)
                if is_landed():
                    break
            merged.add(ref)
        return len(new)

    def run() -> None:
        while not is_over.is_set():
            if not land():
                time.sleep(0.05)
        land()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def test_many_clones_of_one_remote(world: World, forge: Forge) -> None:
    """Every submission lands, tags have no gap, and nobody has to run anything again."""
    world.record("base", BASE)
    world.git("push", "--quiet", "origin", "main")
    clones = [forge.clone(f"clone-{n}") for n in range(CLONES)]

    def work(number: int) -> list[Ran]:
        clone = clones[number]
        clone.root = world.root / f"of-{number}"
        clone.root.mkdir()
        clone.count = 100
        ran = []
        for n in range(ROWS):
            score = 1.19 - (n * CLONES + number) / 1000
            scores = (score, score + 0.0001, score + 0.0002)
            ran.append(clone.process("submit", str(clone.row(f"run-{number}-{n}", scores))))
            if n % 5 == ROWS % 5:
                ran.append(clone.process("publish", "--push", "origin"))
        return ran

    with merging(forge), ThreadPoolExecutor(CLONES) as pool:
        for ran in itertools.chain.from_iterable(pool.map(work, range(CLONES))):
            assert ran.code == 0, ran.said
    reader = forge.clone("reader")
    assert reader.homegolf("publish", "--push", "origin").code == 0
    names = {f"run-{number}-{n}" for number in range(CLONES) for n in range(ROWS)}
    assert set(reader.outcomes()) == names | {"base"}
    assert reader.answer("verify")["ok"]
    assert reader.homegolf("tags", "verify").code == 0
    numbers = sorted(
        int(name.rpartition("/")[2])
        for name in forge.tags()
        if name.startswith(f"incumbents/{LANE}/")
    )
    assert numbers == list(range(1, len(numbers) + 1))
    for clone in clones:
        assert clone.git("for-each-ref", "refs/homegolf") == ""
        assert len(clone.git("worktree", "list").splitlines()) == 1

"""The ground on which commands are killed: a clone, its remote, and what must hold behind a kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.world import LANE, Ran, World

IS_LONG = bool(os.environ.get("HOMEGOLF_LONG"))
_PATIENCE = 30.0  # seconds that what a killed command started may go on


@dataclass(slots=True)
class Ground:
    """A clone in which commands are killed; temporary folders are made in one of its own."""

    world: World
    remote: World | None = None  # who else works on the remote
    branch: str = "main"  # that the ledger is on
    rows: dict[str, bytes] = field(default_factory=dict)  # that may have landed, by run id

    @property
    def temporary(self) -> Path:
        """Where commands make temporary folders."""
        folder = self.world.root / "temporary"
        folder.mkdir(exist_ok=True)
        return folder

    def row(self, run_id: str, scores: tuple[float, ...]) -> Path:
        """A row file that is to be recorded."""
        path = self.world.row(run_id, scores)
        self.rows[run_id] = path.read_bytes()
        return path

    # --- processes

    def started(self, *words: str) -> "subprocess.Popen[bytes]":
        """The command line as a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "homegolf_git", *words],
            cwd=self.world.repo,
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def killed(self, *words: str, after: float, alone: bool) -> int:
        """Run a command and kill it after so many seconds, with all that it started or alone; its group."""
        process = self.started(*words)
        time.sleep(after)
        (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
        process.wait()
        return process.pid

    def again(self, *words: str) -> Ran:
        """The same command once more."""
        return self.world.process(*words, TMPDIR=str(self.temporary))

    # --- what holds

    def landed(self) -> Iterator[str]:
        """Runs that landed; each of them whole."""
        world = self.world
        for name in world.git("ls-tree", "-r", "--name-only", self.branch).splitlines():
            if "/runs/" in name:
                run_id = Path(name).stem
                if run_id in self.rows:
                    there = world.git("show", f"{self.branch}:{name}")
                    assert there.encode() == self.rows[run_id].rstrip(b"\n"), name
                yield run_id

    def assert_whole(self) -> None:
        """What a reader meets behind a kill: every row whole or absent."""
        list(self.landed())
        found = self.world.answer("verify")["findings"]
        assert [item for item in found if item["code"] != "not_committed"] == []

    def assert_nothing_left(self) -> None:
        """No ref, work tree, lock, draft or temporary folder of a killed command."""
        world, git_dir = self.world, self.world.repo / ".git"
        refs = world.git("for-each-ref", "--format=%(refname)", "refs/homegolf").splitlines()
        assert set(refs) <= {"refs/homegolf/ledger"}
        assert len(world.git("worktree", "list").splitlines()) == 1
        assert list(self.temporary.iterdir()) == []
        own = git_dir / "homegolf"
        left = [*git_dir.rglob("*.lock"), *own.glob("queue/*"), *own.glob("fetch/*"),
                *own.glob("side/*"), *own.glob("commit-*"), *own.glob("journal*"), *own.glob("message-*"), *own.glob("working")]  # fmt: skip
        assert left == [], left

    def assert_clean(self) -> None:
        """Index and work tree are as the branch has it."""
        assert self.world.git("status", "--porcelain", "--untracked-files=all") == ""

    def assert_same_in_a_fresh_clone(self, name: str) -> None:
        """A reader who comes now is told the same."""
        there = self.world.clone(name)
        if self.branch != "main":
            there.answer("init", "--branch", self.branch)
        for words in (("verdicts", "--lane", LANE), ("plateau", "--lane", LANE)):
            code = self.world.homegolf(*words).code
            assert there.answer(*words, code=code) == self.world.answer(*words, code=code)


def is_alive(group: int) -> bool:
    """Whether anything that a killed command started goes on."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_group(group: int) -> None:
    """Wait until nothing of a killed command is alive."""
    until = time.monotonic() + _PATIENCE
    while is_alive(group):
        assert time.monotonic() < until, group
        time.sleep(0.01)

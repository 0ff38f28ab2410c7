"""A trainer's repository with a ledger, and the programs of the environment that has the engines."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.build import Document
from tests.e2e.world import LANE, Ran, World

ENGINES = Path(os.environ.get("HOMEGOLF_ENGINES", ""))  # their programs
# It prints a score, unless its first word says what else becomes of it.
TRAINER = """
import os, signal, sys, time
how = sys.argv[1:] or ["score"]
if how[0] == "wait":
    signal.signal(signal.SIGTERM, lambda *_: (print("told to end", flush=True), sys.exit(3)))
    print("waiting", flush=True)
    time.sleep(170)
if how[0] == "fill":
    bytearray(3 << 30)
if how[0] == "fail":
    sys.exit(7)
print("val_bpb: 1.25")
"""
LANE_PARTS: Document = {"capture": {"patterns": {"val_bpb": "^val_bpb: ([0-9.]+)$"}}}


@dataclass(slots=True)
class Ground:
    """A world whose repository has the trainer `train.py`."""

    world: World
    programs: Path

    @property
    def repo(self) -> Path:
        """The repository, in which everything runs."""
        return self.world.repo

    def words(self, *trainer: str, options: tuple[str, ...] = ()) -> list[str]:
        """A capture of the trainer."""
        return self.capture(str(self.programs / "python"), "train.py", *trainer, options=options)

    def capture(self, *command: str, options: tuple[str, ...] = ()) -> list[str]:
        """A capture of any command."""
        program = str(self.programs / "homegolf")
        return [program, "capture", "--lane", LANE, *options, "--", *command]

    def run(self, *words: str, **environment: str) -> Ran:
        """Run something in the repository, for two minutes at most."""
        ran = subprocess.run(
            words,
            cwd=self.repo,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def environment(self, **more: str) -> dict[str, str]:
        """Programs of the engines come first."""
        path = f"{self.programs}:{os.environ['PATH']}"
        return {**os.environ, "PATH": path, **more}

    def rows(self) -> list[Document]:
        """The rows that have landed, as `show` has them."""
        runs = [row["run_id"] for row in self.world.verdicts()]
        return [self.world.answer("show", run)["row"] for run in runs]

    def only_row(self) -> Document:
        """The one row that has landed."""
        (row,) = self.rows()
        return row


def copy_of(template: Path, root: Path) -> Ground:
    """A ground of its own, in a folder."""
    shutil.copytree(template, root, dirs_exist_ok=True)
    return Ground(World(root, root / "repo", root / "home"), ENGINES.absolute())


def until(is_so: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something that another program does."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it has not come"
        time.sleep(0.1)

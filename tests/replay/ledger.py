"""A real repository that rows are recorded into, and what the program then says of it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homegolf_git.shell.files import rowyaml
from tests.build import Document
from tests.replay.folders import LANE, lane_document

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ledger:
    """A repository with one lane, in an environment of its own below `top`."""

    top: Path

    @property
    def repository(self) -> Path:
        """The work tree."""
        return self.top / "ledger-repository"

    def git(self, *arguments: str) -> str:
        """Run git; its output."""
        return self._run("git", *arguments)

    def homegolf(self, *arguments: str) -> Answer:
        """Run a command of the program with --json; its answer."""
        told = self._run(sys.executable, "-m", "homegolf_git", *arguments, "--json")
        answer: Answer = json.loads(told)
        return answer

    def verdicts(self) -> list[Answer]:
        """The verdict of every row, in order."""
        rows: list[Answer] = self.homegolf("verdicts", "--lane", LANE)["lanes"][LANE]["rows"]
        return rows

    def subjects(self) -> list[str]:
        """First lines of the commits, oldest first."""
        return self.git("log", "--first-parent", "--reverse", "--format=%s").splitlines()

    def _run(self, *command: str) -> str:
        ran = subprocess.run(
            command,
            cwd=self.repository,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
        return ran.stdout

    def _environment(self) -> dict[str, str]:
        """The caller's, without its git: no settings but the ones here, a fixed identity."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        who = {
            f"GIT_{role}_{field}": value
            for role in ("AUTHOR", "COMMITTER")
            for field, value in (("NAME", "Replay"), ("EMAIL", "replay@example.org"))
        }
        home = {"HOME": str(self.top / "home"), "XDG_CONFIG_HOME": str(self.top / "home")}
        return kept | who | home | {"GIT_CONFIG_NOSYSTEM": "1"}


def make_ledger(top: Path, fresh_seeds: int = 4) -> Ledger:
    """A repository that holds the lane and the ladder, and no row."""
    ledger = Ledger(top)
    (top / "home").mkdir()
    ledger.repository.mkdir()
    ledger.git("init", "--quiet", "--initial-branch=main")
    lane = ledger.repository / "ledger" / LANE / "lane.yaml"
    lane.parent.mkdir(parents=True)
    lane.write_text(rowyaml.dump(lane_document(fresh_seeds)), encoding="utf-8")
    ladder = {"schema": "homegolf/ladder/v1", "lanes": [LANE]}
    (lane.parent.parent / "ladder.yaml").write_text(rowyaml.dump(ladder), encoding="utf-8")
    ledger.git("add", "--all")
    ledger.git("commit", "--quiet", "--message", "Add the rules of the lane")
    return ledger


def record(ledger: Ledger, rows: Sequence[Document]) -> Answer:
    """Record rows from a folder of files, as `homegolf record --many` does."""
    folder = ledger.top / "rows"
    folder.mkdir()
    for row in rows:
        (folder / f"{row['run_id']}.yaml").write_text(rowyaml.dump(row), encoding="utf-8")
    return ledger.homegolf("record", "--many", str(folder), "--keep-invalid")


def recorded(top: Path, rows: Sequence[Document], fresh_seeds: int = 4) -> Ledger:
    """A ledger in which these rows have landed."""
    ledger = make_ledger(top, fresh_seeds)
    record(ledger, rows)
    return ledger

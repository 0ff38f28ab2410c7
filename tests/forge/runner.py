"""A runner of workflows: act on this machine, with a forge on 127.0.0.1 that is private to the job."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.build import Document
from tests.e2e.world import Ran
from tests.forge.forge import Forge
from tests.forge.script import BIN
from tests.forge.service import TOKEN

ACTIONS = Path(__file__).parent / "actions"
PYTHON = Path(sys.base_prefix) / "bin"
_USES = re.compile(r"uses: (?P<name>actions/(?P<short>[\w-]+)@[0-9a-f]{40})")


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@dataclass(slots=True)
class Runner:
    """A forge whose repository has workflows, and act to run them."""

    forge: Forge
    program: Path
    kind: str  # `ours`: the program's own repository; `theirs`: one that `homegolf init` made
    wheel: Path | None = None
    count: int = 0

    def run(self, name: str, event: str, payload: Document) -> Ran:
        """Run a workflow of main for an event."""
        act = shutil.which("act", path=str(BIN))
        if act is None:
            pytest.skip("act has no wheel for this platform (see requirements/dev.in)")
        self.count += 1
        root = self.forge.world.root / f"act-{self.count}"
        root.mkdir()
        clone = self.forge.clone(f"act-{self.count}/main")
        (root / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        prefix = "homegolf-" if self.kind == "theirs" else ""
        workflow = clone.repo / ".github" / "workflows" / f"{prefix}{name}.yml"
        command = [
            act, event, "--workflows", str(workflow), "--eventpath", str(root / "event.json"),
            "--platform", "ubuntu-latest=-self-hosted", "--no-cache-server", "--no-skip-checkout",
            "--pull=false", "--action-cache-path", str(root / "cache"), "--secret", f"GITHUB_TOKEN={TOKEN}",
            "--env", f"TEST_FORGE={self.forge.url}", "--env", f"TEST_PROGRAM={self.program}",
            "--env", f"TEST_ARTIFACTS={self.artifacts}", "--env", "PIP_NO_INDEX=1",
            "--env", "GITHUB_REPOSITORY=team/ledger", "--env", "GIT_TERMINAL_PROMPT=0",
        ]  # fmt: skip
        for found in _USES.finditer(workflow.read_text(encoding="utf-8")):
            command += ["--local-repository", f"{found['name']}={ACTIONS / found['short']}"]
        if self.wheel:
            command += ["--var", f"HOMEGOLF_REQUIREMENT={self.wheel}"]
        tools = self.forge.world.root / "tools"
        environment = {
            name: value
            for name, value in os.environ.items()
            if name != "PYTHONWARNINGS" and not name.startswith("GIT_")
        }
        environment["PATH"] = f"{tools}:{PYTHON}:{os.environ['PATH']}"
        self.forge.token = TOKEN  # it is private to all but the job
        try:
            ran = subprocess.run(
                command, cwd=clone.repo, env=environment, capture_output=True, text=True,
                encoding="utf-8", check=False,
            )  # fmt: skip
        finally:
            self.forge.token = None
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    @property
    def artifacts(self) -> Path:
        """Where the stand-ins keep artifacts."""
        return self.forge.world.root / "artifacts"

    def report(self) -> Document:
        """The report that the check kept."""
        path = self.artifacts / "homegolf-check" / "homegolf-check.json"
        found: Document = json.loads(path.read_text(encoding="utf-8"))
        return found

    def pull_request(self, branch: str, *, is_fork: bool = False) -> Ran:
        """Run the check on a pull request of a branch."""
        head, base = (self.forge.git("rev-parse", name) for name in (branch, "main"))
        number = self.forge.pull(branch, is_fork=is_fork)
        return self.run("check", "pull_request", {
            "action": "opened", "number": number,
            "pull_request": {"number": number, "head": {"ref": branch, "sha": head},
                             "base": {"ref": "main", "sha": base}},
        })  # fmt: skip

    def group(self, base: str, head: str) -> Ran:
        """Run the check on a group of a merge queue."""
        name = "refs/heads/gh-readonly-queue/main/pr-1"
        self.forge.git("update-ref", name, head)
        return self.run("check", "merge_group", {
            "action": "checks_requested",
            "merge_group": {"head_ref": name, "head_sha": head, "base_ref": "refs/heads/main",
                            "base_sha": base},
        })  # fmt: skip

    def publish(self) -> Ran:
        """Run the publishing of main."""
        return self.run("publish", "push", {"ref": "refs/heads/main"})

"""Shell steps of a workflow, run as the runner runs them; and killed where a test wants it."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.world import GIT, Ran, World, executable

REPOSITORY = Path(__file__).resolve().parents[2]
WORKFLOWS = REPOSITORY / ".github" / "workflows"
EXAMPLES = REPOSITORY / "examples" / "ledger" / "workflows"
BIN = Path(sys.executable).parent

# Stands before git and homegolf: runs them, or ends the whole process group before or after it.
_SHIM = """
case " {name} $* " in *" $KILL_BEFORE "*) kill -KILL 0 ;; esac
{program} "$@"
code=$?
case " {name} $* " in *" $KILL_AFTER "*) kill -KILL 0 ;; esac
exit $code
"""


def workflow(path: Path) -> dict[str, Any]:
    """A workflow as YAML 1.2 reads it: `on` is a word there, not a truth value."""
    document: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if True in document:
        document["on"] = document.pop(True)
    return document


def step(path: Path, name: str) -> str:
    """The script of a step, which must be the only one of that name."""
    jobs = workflow(path)["jobs"].values()
    (found,) = [each["run"] for job in jobs for each in job["steps"] if each.get("name") == name]
    script: str = found
    return script


@dataclass(frozen=True, slots=True)
class Kill:
    """Where a script is killed: before or after the first command that holds these words."""

    when: str
    words: str

    def __str__(self) -> str:
        """For the test's id."""
        return f"{self.when} {self.words}"


def run_step(clone: World, script: str, *, kill: Kill | None = None, **environment: str) -> Ran:
    """Run a step with `bash -e`, in a process group of its own."""
    shims = clone.root / "shims"
    for name, program in (("git", GIT), ("homegolf", BIN / "homegolf")):
        executable(shims / name, _SHIM.format(name=name, program=program))
    never = "no such words"
    process = subprocess.Popen(
        ["/bin/bash", "-e", "-c", script],
        cwd=clone.repo,
        env={
            **os.environ, **clone.environment, **environment,
            "PATH": f"{shims}:{BIN}:{os.environ['PATH']}",
            "KILL_BEFORE": kill.words if kill and kill.when == "before" else never,
            "KILL_AFTER": kill.words if kill and kill.when == "after" else never,
        },
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        start_new_session=True,
    )  # fmt: skip
    out, error = process.communicate()
    assert (process.returncode == -signal.SIGKILL) == (kill is not None), out + error
    return Ran(process.returncode, out, error)

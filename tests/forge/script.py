"""Shell steps of a workflow, run as the runner runs them; and killed where a test wants it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from homegolf_git.shell.workflows import workflows_of_others
from tests.e2e.world import GIT, Ran, World, executable

REPOSITORY = Path(__file__).resolve().parents[2]
WORKFLOWS = REPOSITORY / ".github" / "workflows"
# Each by its name: this repository's own, and what `homegolf init` gives to others.
OURS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(WORKFLOWS.glob("*.yml"))}
THEIRS = {Path(name).stem: data.decode() for name, data in workflows_of_others().items()}
BIN = Path(sys.executable).parent

# Stands before git and homegolf: runs them, or ends the whole process group before or after it.
_SHIM = """
case " {name} $* " in *" $KILL_BEFORE "*) kill -KILL 0 ;; esac
{program} "$@"
code=$?
case " {name} $* " in *" $KILL_AFTER "*) kill -KILL 0 ;; esac
exit $code
"""


def workflow(text: str) -> dict[str, Any]:
    """A workflow as YAML 1.2 reads it: `on` is a word there, not a truth value."""
    document: dict[Any, Any] = yaml.safe_load(text)
    if True in document:
        document["on"] = document.pop(True)
    return document


def steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of all jobs of a workflow."""
    return [step for job in document["jobs"].values() for step in job["steps"]]


def step(text: str, name: str) -> str:
    """The script of a step, which must be the only one of that name."""
    (found,) = [each["run"] for each in steps(workflow(text)) if each.get("name") == name]
    script: str = found
    return script


def require_jq() -> None:
    """Skip where nothing can run what workflows give to `gh` as `--jq`."""
    if shutil.which("jq") is None:
        pytest.skip("there is no jq")


def environment(text: str, name: str, context: Mapping[str, object]) -> dict[str, str]:
    """What a step's environment holds for a context; a name that is not there is empty, as forges have it."""
    (found,) = [each["env"] for each in steps(workflow(text)) if each.get("name") == name]
    return {variable: _evaluated(expression, context) for variable, expression in found.items()}


def _evaluated(expression: str, context: object) -> str:
    for key in expression.removeprefix("${{ ").removesuffix(" }}").split("."):
        context = context.get(key) if isinstance(context, Mapping) else None
    return "" if context is None else str(context)


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

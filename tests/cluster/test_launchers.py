"""A launcher's command behaves as if its words ran here: output, status, and end."""

import json
import re
import signal
import subprocess
import sys

import pytest

from tests.cluster.ground import Ground, until

LAUNCHERS = pytest.mark.parametrize("launcher", ["ray", "slurm"])
WAITING = "import os, time; print('runs as', os.getpid(), flush=True); time.sleep(120)"
RUNS_AS = re.compile(r"runs as (\d+)\n")
# It is asked of the environment that has the clients.
WORDS = """
import json, sys
from pathlib import Path
from homegolf_git.shell.running.launchers import launch
print(json.dumps(launch(sys.argv[1], sys.argv[2:], Path.cwd())))
"""


@pytest.fixture(autouse=True)
def _address(ray: str, slurm: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert slurm
    monkeypatch.setenv("RAY_ADDRESS", ray)


def launched(ground: Ground, launcher: str, *words: str) -> list[str]:
    """The words of the command that runs words on a cluster."""
    python = str(ground.programs / "python")
    found: list[str] = json.loads(ground.run(python, "-c", WORDS, launcher, *words).out)
    return found


@LAUNCHERS
def test_output_and_status_are_passed_on(ground: Ground, launcher: str) -> None:
    shell = "pwd; echo $GIVEN; exit 7"
    ran = ground.run(*launched(ground, launcher, "sh", "-c", shell), GIVEN="as it is")
    assert ran.code == 7, ran.said
    assert f"{ground.repo}\nas it is\n" in ran.out
    assert ground.run(*launched(ground, launcher, "true")).code == 0


@LAUNCHERS
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_who_ends_it_ends_the_job(ground: Ground, launcher: str, number: int) -> None:
    words = launched(ground, launcher, sys.executable, "-c", WAITING)
    log = ground.world.root / "log"
    with log.open("wb") as file:
        client = subprocess.Popen(
            words, cwd=ground.repo, env=ground.environment(), stdout=file, stderr=file
        )
    try:
        until(lambda: RUNS_AS.search(log.read_text(encoding="utf-8")) is not None, 60)
    finally:
        client.send_signal(number)
        status = client.wait(40)
    found = RUNS_AS.search(log.read_text(encoding="utf-8"))
    assert found is not None
    pid = int(found[1])
    assert status != 0
    until(lambda: not alive(pid), 40)


def alive(pid: int) -> bool:
    """Whether a process runs."""
    return (
        subprocess.run(["kill", "-0", str(pid)], check=False, capture_output=True).returncode == 0
    )


@LAUNCHERS
def test_a_loop_whose_runs_are_jobs(ground: Ground, launcher: str) -> None:
    queue = ground.world.root / "ideas.jsonl"
    queue.write_text('{"config": {"lr": 1}}\n', encoding="utf-8")
    program, python = (str(ground.programs / name) for name in ("homegolf", "python"))
    ran = ground.run(
        program, "loop", "--lane", "home", "--queue", str(queue), "--launcher", launcher,
        "--run", f"{python} train.py", "--max-runs", "2", "--json",
    )  # fmt: skip
    assert (ran.code, ran.json()["reason"], ran.json()["runs"]) == (0, "budget", 2), ran.said
    (verdict,) = ground.world.verdicts()
    assert verdict["class"] == "improvement"

"""Section 15: loops on several machines share a lane through git alone, over HTTP."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.build import Document
from tests.e2e.test_branch import trainer, with_rules
from tests.e2e.test_loop import TRAINER, landed
from tests.e2e.world import LANE, World, executable
from tests.forge.forge import Forge

IS_LONG = os.environ.get("HOMEGOLF_LONG") == "1"
MACHINES, KILLED, IDEAS = (8, 3, 16) if IS_LONG else (3, 1, 4)
CLAIM = 15 if IS_LONG else 4  # seconds; so many machines share two processors here
QUIET = (
    6 if IS_LONG else 14
)  # requests to one that is lost before it is heard, and one that is lost behind
# A loop whose claims last so many seconds.
LOOP = """
import sys
from homegolf_git.cli.main import run
from homegolf_git.commands import loop_share
loop_share.CLAIM_SECONDS = float(sys.argv[1])
sys.exit(run(sys.argv[2:]))
"""
PATTERNS = {"val_bpb": "^val_bpb: +([0-9.]+)$", "evaluated_tokens": "^tokens: ([0-9]+)$"}


@pytest.fixture
def world(world: World) -> World:
    """A trainer's repository whose ledger has a branch for itself."""
    there = trainer(world)
    there.commit("Trainer", {"train.py": f"GAIN = 0.0{TRAINER}"})
    assert there.homegolf("init", "--lane", LANE, "--branch", "homegolf").code == 0
    with_rules(there, capture={"patterns": PATTERNS})
    return there


def clone(forge: Forge, name: str) -> World:
    there = forge.clone(name)
    assert there.homegolf("init", "--branch", "homegolf").code == 0
    return there


def started(
    machine: World, queue: Path, done: Path, seconds: float = 60
) -> "subprocess.Popen[bytes]":
    words = ("loop", "--queue", str(queue), "--publish", "origin", "--quiet")
    return subprocess.Popen(
        [sys.executable, "-c", LOOP, str(seconds), *words, "--run", f"{sys.executable} train.py"],
        cwd=machine.repo,
        env={**os.environ, **machine.environment, "DONE": str(done), "SLOW": "0.1"},
        start_new_session=True,
    )


def test_each_idea_lands_once(forge: Forge, tmp_path: Path) -> None:
    """Some machines are gone for good; what they had claimed is taken over."""
    draw = random.Random(8)  # noqa: S311 - instants, no secret
    queue = tmp_path / "ideas.jsonl"
    gains = [0.0, 0.004, -0.004, 0.0005, 0.008, -0.001] * 3
    ideas: list[Document] = [
        {"config": {"gain": gain, "n": n}} for n, gain in enumerate(gains[:IDEAS])
    ]
    queue.write_text("".join(json.dumps(idea) + "\n" for idea in ideas))
    machines = [clone(forge, f"m{number}") for number in range(MACHINES)]
    running = [started(there, queue, tmp_path / "done", seconds=CLAIM) for there in machines]
    for number in range(KILLED):
        time.sleep(draw.uniform(3, 5))
        os.killpg(running[number].pid, signal.SIGKILL)
        running[number].wait()
    for process in running[KILLED:]:
        assert process.wait(timeout=400) == 0
    reader = clone(forge, "reader")
    runs = landed(reader)
    assert set(Counter(runs).values()) == {1}
    wanted = {json.dumps(idea["config"], sort_keys=True) for idea in ideas}
    assert {config for config, _ in runs} >= wanted
    assert reader.answer("verify")["findings"] == []
    assert reader.homegolf("tags", "sync").code == 0
    assert reader.homegolf("tags", "verify").code == 0
    assert forge.git("rev-list", "--merges", "--count", "homegolf") == "0"
    for process in running:
        assert process.returncode in {0, -signal.SIGKILL}


# More often than a claim is tried in a row.
REFUSES_FIRST = """
while read -r old new ref; do
  case $ref in
    refs/homegolf/claims/*)
      for n in 1 2 3 4 5 6; do
        if mkdir "$PWD/refused-$n" 2>/dev/null; then echo "not now" >&2; exit 1; fi
      done ;;
  esac
done
"""


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    """Two ideas."""
    path = tmp_path / "ideas.jsonl"
    path.write_text("".join(f'{{"config": {{"gain": {gain}}}}}\n' for gain in (-0.01, 0.008)))
    return path


def has_tried_all(forge: Forge) -> bool:
    configs = {config for config, _ in landed(clone(forge, "reader"))}
    return configs == {"{}", '{"gain": -0.01}', '{"gain": 0.008}'}


def test_a_claim_that_is_refused_for_a_while_ends_nothing(
    forge: Forge, queue: Path, tmp_path: Path
) -> None:
    machine = clone(forge, "m")
    executable(forge.bare / "hooks" / "pre-receive", REFUSES_FIRST)
    assert started(machine, queue, tmp_path / "done").wait(timeout=100) == 0
    assert has_tried_all(forge)


def test_a_network_that_comes_and_goes(forge: Forge, queue: Path, tmp_path: Path) -> None:
    """Requests are lost, and answers to pushes that were done; in the end everything is there once."""
    draw = random.Random(3)  # noqa: S311 - no secret
    machines = [clone(forge, name) for name in ("one", "two")]
    forge.drop = lambda: draw.choice((None,) * QUIET + ("before", "within"))
    running = [started(machine, queue, tmp_path / "done") for machine in machines]
    codes = [process.wait(timeout=200) for process in running]
    forge.drop = lambda: None
    assert codes == [0, 0]
    assert has_tried_all(forge)
    runs = landed(clone(forge, "again"))
    assert len(runs) == len(set(runs)), sorted(runs)

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
from tests.e2e.world import LANE, World
from tests.forge.forge import Forge

IS_LONG = os.environ.get("HOMEGOLF_LONG") == "1"
MACHINES, KILLED, IDEAS = (8, 3, 16) if IS_LONG else (3, 1, 4)
# A loop whose claims run out within seconds.
LOOP = """
import sys
from homegolf_git.cli.main import run
from homegolf_git.commands import loop_share
loop_share.CLAIM_SECONDS = 4.0
sys.exit(run(sys.argv[1:]))
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


def started(machine: World, queue: Path, done: Path) -> "subprocess.Popen[bytes]":
    words = ("loop", "--queue", str(queue), "--publish", "origin", "--quiet")
    return subprocess.Popen(
        [sys.executable, "-c", LOOP, *words, "--run", f"{sys.executable} train.py"],
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
    running = [started(there, queue, tmp_path / "done") for there in machines]
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

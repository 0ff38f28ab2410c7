"""Section 15: ideas are tried until it is honest to stop, whatever is killed and whatever an agent does."""

import json
import os
import random
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.build import Document
from tests.e2e.test_capture import CAPTURE, alive, beside, kept, row_of, rows
from tests.e2e.world import Ran, World, executable

LONG = bool(os.environ.get("HOMEGOLF_LONG"))
KILLS = 60 if LONG else 6
TRAINER = """
import json, os, random, sys, time
config, seed = os.environ["HOMEGOLF_CONFIG"], os.environ.get("HOMEGOLF_SEED", "0")
gain = json.loads(config).get("gain", GAIN)
if gain == "broken":
    sys.exit("RuntimeError: broken")
time.sleep(float(os.environ.get("SLOW", "0")))
print("tokens: 1000")
print(f"val_bpb: {1.2 - gain + random.Random(seed + config).gauss(0, 0.0007):.6f}")
with open(os.environ["DONE"], "a") as done:
    print(json.dumps([json.loads(config), int(seed)]), file=done)
"""
RUN = f"{shlex.quote(sys.executable)} train.py"
GOOD, SAME, BAD = {"gain": 0.006}, {"gain": 0.0, "n": 1}, {"gain": -0.006}
IDEAS = ({"summary": "good", "config": GOOD}, {"config": SAME}, {"config": BAD})


@pytest.fixture
def trainer(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A trainer's repository whose command scores a config, and says outside of it when it has."""
    there = beside(world, capture=CAPTURE)
    there.commit("Trainer", {"train.py": f"GAIN = 0.0{TRAINER}"})
    monkeypatch.setenv("DONE", str(there.root / "done"))
    monkeypatch.setenv("XDG_STATE_HOME", str(there.root / "state"))
    return there


def queue(world: World, *ideas: Document) -> tuple[str, ...]:
    """The options of a loop over a queue."""
    path = world.root / "ideas.jsonl"
    path.write_text("".join(json.dumps(idea) + "\n" for idea in ideas))
    return ("--queue", str(path), "--run", RUN)


def loop(world: World, *words: str) -> tuple[Ran, Any]:
    """A loop in this process, and its report."""
    ran = world.homegolf("loop", *words, "--json")
    return ran, {"reason": ran.said, **ran.json()}


def done(world: World) -> list[tuple[str, int]]:
    """Runs that the trainer finished: config and seed."""
    path = world.root / "done"
    lines = map(json.loads, path.read_text().splitlines() if path.exists() else [])
    return [(json.dumps(config, sort_keys=True), seed) for config, seed in lines]


def landed(world: World) -> list[tuple[str, int]]:
    """Runs that landed with a score."""
    return [
        (json.dumps(row["config"], sort_keys=True), result["seed"])
        for row in rows(world).values()
        for result in row["results"]
    ]


class TestQueue:
    """Ideas of a file."""

    def test_from_the_baseline_to_the_last_idea(self, trainer: World) -> None:
        ran, report = loop(trainer, *queue(trainer, *IDEAS))
        assert (ran.code, report["reason"]) == (0, "exhausted")
        assert row_of(trainer, report["incumbent"])["config"] == GOOD
        ((gain,),) = [[item["gain"] for item in report["gains"] if item["confirmed"]]]
        assert gain == pytest.approx(0.006, abs=0.001)
        seeds = Counter(config for config, _ in landed(trainer))
        assert seeds["{}"] >= 9
        assert seeds[json.dumps(GOOD)] >= 1 + 2  # which defend the title
        assert len(set(landed(trainer))) == len(landed(trainer)) == report["runs"]
        assert trainer.answer("verify")["findings"] == []
        assert kept(trainer) == []

    def test_again_there_is_nothing_to_do(self, trainer: World) -> None:
        words = queue(trainer, *IDEAS[:1])
        first = loop(trainer, *words)[1]
        assert loop(trainer, *words)[1] == first

    def test_what_was_tried_is_skipped(self, trainer: World) -> None:
        loop(trainer, *queue(trainer, IDEAS[2]))
        before = len(rows(trainer))
        loop(trainer, *queue(trainer, IDEAS[2], {"summary": "the same", "config": BAD}))
        assert len(rows(trainer)) == before

    def test_a_budget_over_several_calls(self, trainer: World) -> None:
        words = (*queue(trainer, *IDEAS), "--max-runs")
        assert loop(trainer, *words, "5")[1]["runs"] == 5
        ran, report = loop(trainer, *words, "11")
        assert (ran.code, report["reason"], report["runs"]) == (0, "budget", 11)
        assert loop(trainer, *words, "11")[1]["runs"] == 11

    def test_hours(self, trainer: World) -> None:
        assert loop(trainer, *queue(trainer, *IDEAS), "--max-hours", "0")[1]["reason"] == "budget"

    def test_a_command_that_fails_every_time(self, trainer: World) -> None:
        words = queue(trainer, *({"config": {"gain": "broken", "n": n}} for n in range(9)))
        ran, report = loop(trainer, *words, "--max-failures", "3")
        assert (ran.code, report["reason"]) == (1, "failures")
        assert sum(row["outcome"]["status"] == "failed" for row in rows(trainer).values()) == 3

    def test_a_dry_run_runs_nothing(self, trainer: World) -> None:
        ran, plan = loop(trainer, *queue(trainer, *IDEAS), "--dry-run")
        assert (ran.code, plan["action"], plan["runs"]) == (0, "baseline", 9)
        assert (rows(trainer), done(trainer)) == ({}, [])

    def test_yaml_and_the_path_of_a_config(self, trainer: World) -> None:
        path = trainer.root / "ideas.yaml"
        path.write_text("- summary: good\n  config: {gain: 0.006}\n")
        run = f"sh -c 'cp \"$0\" ../seen.json; exec {RUN}' {{config}}"
        ran, _ = loop(trainer, "--queue", str(path), "--run", run)
        assert ran.code == 0, ran.said
        assert json.loads((trainer.root / "seen.json").read_text()) == GOOD

    def test_workers(self, trainer: World) -> None:
        ran = trainer.process("loop", *queue(trainer, *IDEAS), "--workers", "3")
        assert ran.code == 0, ran.said
        assert len(set(landed(trainer))) == len(landed(trainer))
        assert {config for config, _ in landed(trainer)} >= {json.dumps(GOOD), json.dumps(BAD)}
        assert trainer.git("for-each-ref", "refs/homegolf/claims") == ""
        assert trainer.git("status", "--porcelain") == ""
        assert trainer.answer("verify")["findings"] == []


def test_a_study(trainer: World) -> None:
    space = trainer.root / "space.yaml"
    space.write_text("space: {gain: {low: -0.004, high: 0.004}, k: {choices: [a, b]}}\ntrials: 4\n")
    ran, report = loop(trainer, "--optuna", str(space), "--run", RUN)
    assert (ran.code, report["reason"]) == (0, "exhausted")
    assert len({config for config, _ in landed(trainer)}) == 1 + 4


class TestKilled:
    """Killed at any instant and begun again, it loses no finished run and repeats none."""

    def test_at_random(self, trainer: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SLOW", "0.05")
        words = (*queue(trainer, *IDEAS), "--quiet")
        chance = random.Random(3)  # noqa: S311 - the same instants each time
        for _ in range(KILLS):
            process = subprocess.Popen(
                [sys.executable, "-m", "homegolf_git", "loop", *words],
                cwd=trainer.repo,
                start_new_session=True,
            )
            time.sleep(chance.uniform(0.2, 2.0))
            if chance.random() < 0.5:
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        ran, report = loop(trainer, *words)
        assert (ran.code, report["reason"]) == (0, "exhausted"), ran.said
        finished, kept_runs = Counter(done(trainer)), Counter(landed(trainer))
        assert max(kept_runs.values()) == 1
        assert kept_runs.keys() <= finished.keys()
        # A kill costs one run at most: whose end nobody was there to see.
        assert sum(finished.values()) - sum(kept_runs.values()) <= KILLS
        assert not any(row["outcome"]["status"] == "failed" for row in rows(trainer).values())
        assert kept(trainer) == []
        assert trainer.answer("verify")["findings"] == []


def test_a_full_disk(trainer: World) -> None:
    """No file may grow beyond a few bytes: it says so, and goes on where it was when there is room."""
    words = (*queue(trainer, *IDEAS), "--quiet")
    for room in (0, 60, 700, 1500):
        full = subprocess.run(
            [sys.executable, "-m", "homegolf_git", "loop", *words],
            cwd=trainer.repo,
            preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in full.stderr, (room, full.stderr)
        assert full.returncode in {0, 1, 4}, (room, full.returncode, full.stderr)
    ran, report = loop(trainer, *words)
    assert (ran.code, report["reason"]) == (0, "exhausted"), ran.said
    assert max(Counter(landed(trainer)).values()) == 1
    assert trainer.git("status", "--porcelain") == ""
    assert kept(trainer) == []
    assert trainer.answer("verify")["findings"] == []


class TestAgent:
    """An outside program changes the work tree; all else is the harness's."""

    BETTER = "sed -i 's/^GAIN = .*/GAIN = 0.006/' train.py; echo a gain"

    def agent(self, world: World, *turns: str, options: tuple[str, ...] = ()) -> tuple[Ran, Any]:
        """A loop with an agent that does something else each time, and then nothing."""
        turn = world.root / "turn"
        cases = "".join(f"{number}) {script};;\n" for number, script in enumerate(turns, start=1))
        path = world.root / "bin" / "agent"
        executable(
            path,
            f"cat >{world.root}/brief\nn=$(($(cat {turn} 2>/dev/null || echo 0) + 1))\n"
            f"echo $n >{turn}\ncase $n in\n{cases}esac\n",
        )
        return loop(world, "--agent", str(path), "--run", RUN, *options)

    def test_a_gain_stays_and_a_loss_goes(self, trainer: World) -> None:
        worse = "sed -i 's/^GAIN = .*/GAIN = -1/' train.py; echo a loss"
        ran, report = self.agent(trainer, self.BETTER, worse)
        assert (ran.code, report["reason"]) == (0, "exhausted"), ran.said
        assert (trainer.repo / "train.py").read_text().startswith("GAIN = 0.006\n")
        assert trainer.git("status", "--porcelain") == ""
        assert row_of(trainer, report["incumbent"])["change"]["summary"] == "a gain"
        lost = next(row for row in rows(trainer).values() if row["change"]["summary"] == "a loss")
        assert "GAIN = -1" in trainer.git("show", f"{lost['source']['ref']}:train.py")
        brief = (trainer.root / "brief").read_text()
        assert "Incumbent: " in brief
        assert "a loss" in brief

    @pytest.mark.parametrize(
        "script",
        [
            f"{BETTER}; git add -A; git commit --quiet -m mine",
            f"{BETTER}; git checkout --quiet -b elsewhere",
            f"{BETTER}; git checkout --quiet --detach",
            f"{BETTER}; touch new.txt; mkdir -p deep/er; touch deep/er/new.py",
            f"{BETTER}; setsid sleep 7541 & sleep 0.1",
        ],
    )
    def test_whatever_it_leaves_is_one_commit(self, trainer: World, script: str) -> None:
        start = trainer.git("rev-parse", "main")
        ran, report = self.agent(trainer, script)
        assert (ran.code, report["reason"]) == (0, "exhausted"), ran.said
        assert trainer.git("rev-parse", "main~") == start
        assert trainer.git("symbolic-ref", "HEAD") == "refs/heads/main"
        assert trainer.git("status", "--porcelain") == ""
        assert len(report["gains"]) == 1
        assert alive("sleep\x007541") == []

    @pytest.mark.parametrize(
        ("script", "named"),
        [
            ("git update-ref -d refs/heads/homegolf", "the ledger"),
            ("git update-ref refs/heads/homegolf main", "the ledger"),
            ("rm -rf .git/objects/pack; git branch --quiet -D homegolf", "the ledger"),
            ("git config user.name Eve", "config"),
            (
                "printf '#!/bin/sh\\n' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit",
                "pre-commit",
            ),
        ],
    )
    def test_what_it_must_not_touch_is_put_back(
        self, trainer: World, script: str, named: str
    ) -> None:
        config = (trainer.repo / ".git" / "config").read_bytes()
        ran, report = self.agent(trainer, f"{self.BETTER}; {script}")
        assert (ran.code, report["reason"]) == (1, "tampered"), ran.said
        assert named in report["findings"][0]["message"]
        assert len(trainer.verdicts()) == 1
        assert (trainer.repo / ".git" / "config").read_bytes() == config
        assert not (trainer.repo / ".git" / "hooks" / "pre-commit").exists()
        assert trainer.answer("verify")["findings"] == []

    def test_frozen_paths(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        there = beside(
            world,
            capture=CAPTURE,
            contract={"frozen_paths": ["prepare.py"], "editable_paths": ["train.py"]},
        )
        there.commit("Trainer", {"train.py": f"GAIN = 0.0{TRAINER}"})
        monkeypatch.setenv("DONE", str(there.root / "done"))
        monkeypatch.setenv("XDG_STATE_HOME", str(there.root / "state"))
        outside = f"{self.BETTER}; echo x >>other.py"
        ran, report = self.agent(there, outside, f"{self.BETTER}; echo x >>prepare.py")
        assert (ran.code, report["reason"]) == (1, "tampered"), ran.said
        assert "outside of what may be changed" in (there.root / "brief").read_text()
        assert "prepare.py" in report["findings"][0]["message"]
        assert there.git("status", "--porcelain") == ""
        assert len(rows(there)) == 1

    def test_the_same_again_is_not_run(self, trainer: World) -> None:
        worse = "sed -i 's/^GAIN = .*/GAIN = -1/' train.py"
        self.agent(trainer, worse, worse, worse, worse, worse)
        assert len(rows(trainer)) == 2
        assert "tried the same" in (trainer.root / "brief").read_text()

    def test_a_change_that_was_given_up_is_not_run_on_the_next_incumbent(
        self, trainer: World
    ) -> None:
        worse = "sed -i 's/1.2 - gain/1.3 - gain/' train.py; echo more"
        ran, _ = self.agent(trainer, worse, self.BETTER, worse, worse, worse)
        assert ran.code == 0
        assert [row["change"]["summary"] for row in rows(trainer).values()].count("more") == 1
        assert "tried the same change on another source" in (trainer.root / "brief").read_text()

    def test_it_sleeps_for_ever(self, trainer: World) -> None:
        options = ("--agent-seconds", "0.3")
        ran, report = self.agent(trainer, *["sleep 7542"] * 3, options=options)
        assert (ran.code, report["reason"]) == (0, "exhausted")
        assert alive("sleep\x007542") == []

    def test_a_run_that_touches_the_ledger(self, trainer: World) -> None:
        evil = (
            self.BETTER
            + '; echo \'import subprocess; subprocess.run(["git", "update-ref", "-d", "refs/heads/homegolf"])\' >>train.py'
        )
        ran, report = self.agent(trainer, evil)
        assert (ran.code, report["reason"]) == (1, "tampered"), ran.said
        assert len(trainer.verdicts()) == 1

    def test_a_tree_that_is_not_clean_is_refused(self, trainer: World) -> None:
        trainer.write("mine.txt", "x")
        ran, _ = self.agent(trainer, self.BETTER)
        assert (ran.code, ran.codes()) == (4, ["staged_changes"])
        assert (trainer.repo / "mine.txt").exists()

    def test_a_ledger_on_its_own_branch_is_needed(self, world: World) -> None:
        world.write("train.py", "x")
        world.git("add", "--all")
        world.git("commit", "--quiet", "--message", "Trainer")
        ran, _ = self.agent(world, self.BETTER)
        assert ran.codes() == ["no_ledger_branch"]


def test_words_that_lack_something(trainer: World, tmp_path: Path) -> None:
    for words in (
        ("--run", RUN),
        ("--queue", "x", "--agent", "y"),
        (*queue(trainer, *IDEAS), "--workers", "0"),
    ):
        assert trainer.homegolf("loop", *words).code == 2, words
    assert trainer.homegolf("loop", "--queue", str(tmp_path / "none"), "--run", RUN).code == 1
    assert loop(trainer, *queue(trainer))[0].codes() == ["bad_queue"]

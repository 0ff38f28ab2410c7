"""The examples of docs/trainers.md, each run where its tool is there; what they write is recorded."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from homegolf_git.shell.files.fastschema import is_valid
from tests.build import Document
from tests.e2e.world import LANE, World, executable

PAGE = (Path(__file__).parents[2] / "docs" / "trainers.md").read_text(encoding="utf-8")
PREFIX = (
    "config, seed, score, steps, peak, device = {'learning_rate': 0.5}, 7, 1.25, 10, 14.5, 'H100'\n"
)
# A trainer that takes the options of the Slurm example and writes the report of its seed.
TRAINER = """
import json, sys
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
report = {"schema": "homegolf/trainer-report/v1", "seed": int(given["--seed"]), "val_bpb": 1.25,
          "session": given["--session"], "config": {"learning_rate": 0.5},
          "finished_at": "2026-03-28T11:06:00Z", "evaluation": {"mode": "full"}}
open(given["--report"], "w").write(json.dumps(report))
"""


def example(heading: str, number: int = 0) -> str:
    """A code block below a heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    blocks: list[str] = re.findall(r"```(?:python|sh)\n(.*?)```", section, re.DOTALL)
    return blocks[number]


def run(folder: Path, command: list[str], **environment: str) -> None:
    subprocess.run(command, cwd=folder, env={**os.environ, **environment}, check=True)


def recorded(world: World, *names: str) -> list[Document]:
    """The verdicts of a row that is recorded from reports alone, and what is asked of the reports."""
    for name in names:
        report = json.loads((world.root / name).read_text(encoding="utf-8"))
        assert is_valid("trainer-report-v1", report)
    given = [word for name in names for word in ("--receipt", str(world.root / name))]
    ran = world.homegolf(
        "record", *given, "--lane", LANE, "--run-id", "fused", "--summary", "fused step",
        "--kind", "system", "--submitter", "me", "--json",
    )  # fmt: skip
    assert (ran.code, ran.codes()) == (0, []), ran.said
    assert world.outcomes() == {"fused": "improvement/baseline"}
    return world.verdicts()


def test_python(world: World) -> None:
    run(world.root, [sys.executable, "-c", PREFIX + example("Python")])
    recorded(world, "report-7.json")


def test_shell(world: World) -> None:
    (world.root / "train.log").write_text("step 1\nval_bpb: 1.3\nval_bpb: 1.25\n", "utf-8")
    run(world.root, ["sh", "-eu", "-c", example("Shell")], SEED="7", RATE="0.5")
    (found,) = recorded(world, "report-7.json")
    assert found["score"] == 1.25


@pytest.mark.parametrize("rank", ["0", "1"])
def test_torchrun(world: World, rank: str) -> None:
    command = [sys.executable, "-c", PREFIX + example("torchrun")]
    run(world.root, command, RANK=rank, WORLD_SIZE="8")
    assert (world.root / "report-7.json").exists() is (rank == "0")
    if rank == "0":
        recorded(world, "report-7.json")
        report = json.loads((world.root / "report-7.json").read_text(encoding="utf-8"))
        assert report["hardware"] == [{"device": "H100", "count": 8}]


@pytest.mark.skipif(shutil.which("torchrun") is None, reason="torchrun is not installed")
def test_by_torchrun_itself(world: World) -> None:
    (world.root / "train.py").write_text(PREFIX + example("torchrun"), "utf-8")
    run(world.root, ["torchrun", "--standalone", "--nproc-per-node=2", "train.py"])
    recorded(world, "report-7.json")


def test_slurm(world: World) -> None:
    """Its directives are comments to the shell; `srun` is what it is within one node."""
    script = example("Slurm")
    assert re.search(
        r"^#SBATCH --job-name=\S+ --gpus=1 --time=\S+ --array=1-3$", script, re.MULTILINE
    )
    executable(world.root / "tools" / "srun", 'exec "$@"')
    executable(world.root / "tools" / "python", f'exec "{sys.executable}" "$@"')
    (world.root / "train.py").write_text(TRAINER, "utf-8")
    (world.root / "job.sh").write_text(script, "utf-8")
    run(world.root, ["sh", "-n", "job.sh"])
    path = f"{world.root / 'tools'}{os.pathsep}{os.environ['PATH']}"
    for seed in "123":
        job = {"SLURM_ARRAY_TASK_ID": seed, "SLURM_ARRAY_JOB_ID": "17", "PATH": path}
        run(world.root, ["sh", "-eu", "job.sh"], **job)
    (found,) = recorded(world, "report-1.json", "report-2.json", "report-3.json")
    assert found["seeds"] == 3
    assert "It ran in session slurm-17." in world.homegolf("explain", "fused").out


def test_the_row_of_the_slurm_example(world: World) -> None:
    for seed in "123":
        report = f"report-{seed}.json"
        command = [
            sys.executable,
            "-c",
            TRAINER,
            "--seed",
            seed,
            "--report",
            report,
            "--session",
            "s",
        ]
        run(world.root, command)
    words = example("Slurm", 1).replace("\\\n", " ").replace("report-", f"{world.root}/report-")
    arguments = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', words)][1:]
    ran = world.homegolf(*arguments, "--lane", LANE, "--submitter", "me")
    assert ran.code == 0, ran.said

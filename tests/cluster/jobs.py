"""Jobs of Slurm: submitted, looked at, waited for."""

from tests.cluster.ground import Ground


def script(ground: Ground, *commands: str) -> str:
    """Write a batch script; its name."""
    path = ground.world.root / "job.sh"
    path.write_text("\n".join(["#!/bin/sh", *commands]) + "\n", encoding="utf-8")
    return str(path)


def submit(ground: Ground, *words: str) -> str:
    """Submit a job; its number."""
    log = ground.world.root / "job.log"
    ran = ground.run("sbatch", "--parsable", f"--output={log}", "--open-mode=append", *words)
    assert ran.out, ran.said
    return ran.out.strip()


def log_of(ground: Ground) -> str:
    path = ground.world.root / "job.log"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def ended(ground: Ground, job: str) -> bool:
    """Whether Slurm knows the job no more, or as one that has ended."""
    ran = ground.run("squeue", "--noheader", "--format=%t", f"--jobs={job}")
    return ran.out.strip() not in ("PD", "R", "CG", "CF")

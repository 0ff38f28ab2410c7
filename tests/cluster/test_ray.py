"""`homegolf capture` in jobs and tasks of Ray."""

import shlex

from tests.cluster.ground import Ground

# A driver that runs the words of its arguments in a task, whose environment is of the job's own.
DRIVER = """
import os, subprocess, sys
import ray
ray.init(logging_level="error")
@ray.remote
def task(words, folder):
    return subprocess.run(words, cwd=folder, check=False).returncode
job = ray.get_runtime_context().get_job_id()
own = {"env_vars": {"MINE": "1"}}
print("the job is", job, ray.get(task.options(runtime_env=own).remote(sys.argv[1:], os.getcwd())))
"""


def submitted(ground: Ground, address: str, name: str, *words: str) -> str:
    """Submit a job that has to run well; what it printed."""
    entry = f"cd {shlex.quote(str(ground.repo))} && exec {shlex.join(words)}"
    ran = ground.run(
        "ray", "job", "submit", f"--address={address}", f"--submission-id={name}", "--",
        "sh", "-c", entry,
    )  # fmt: skip
    assert ran.code == 0, ran.said
    return ran.said


def test_a_job_lands_one_row(ground: Ground, ray: str) -> None:
    submitted(ground, ray, "golf-1", *ground.words())
    assert "Ray job golf-1" in ground.only_row()["notes"]


def test_a_task_lands_one_row(ground: Ground, ray: str) -> None:
    driver = ground.world.root / "driver.py"
    driver.write_text(DRIVER, encoding="utf-8")
    python = str(ground.programs / "python")
    said = submitted(ground, ray, "golf-2", python, str(driver), *ground.words())
    job = said.partition("the job is ")[2].split()[0]
    assert f"Ray job {job}" in ground.only_row()["notes"], said

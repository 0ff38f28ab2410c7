"""`homegolf capture` in jobs of Slurm."""

import shlex

import pytest

from tests.cluster.ground import Ground, until
from tests.cluster.jobs import ended, log_of, script, submit

pytestmark = pytest.mark.usefixtures("slurm")


def test_a_batch_script_lands_a_row_on_all_its_nodes(ground: Ground) -> None:
    batch = script(ground, shlex.join(ground.words()))
    job = submit(ground, "--wait", "--nodes=2", batch)
    assert f"Slurm job {job} on 2 nodes" in ground.only_row()["notes"]
    assert ground.run(*ground.words()).err == ""
    there, here = (row["hardware"][0]["count"] for row in ground.rows())
    assert there == 2 * here


def test_of_two_tasks_the_first_lands(ground: Ground) -> None:
    ran = ground.run("srun", "--ntasks=2", *ground.words())
    assert ran.code == 0, ran.said
    assert "rank 1 of 2: the command ran; rank 0 lands the row" in ran.out
    assert "Slurm job" in ground.only_row()["notes"]


def test_a_cancelled_job_was_preempted(ground: Ground) -> None:
    job = submit(ground, script(ground, "exec " + shlex.join(ground.words("wait"))))
    until(lambda: "waiting" in log_of(ground))
    assert ground.run("scancel", job).code == 0
    until(lambda: ended(ground, job))
    row = ground.only_row()
    assert row["outcome"]["failure"]["kind"] == "preempted", log_of(ground)
    assert f"Slurm job {job}" in row["notes"]


def test_a_job_without_memory_failed_for_that(ground: Ground) -> None:
    submit(ground, "--wait", "--mem=1200", script(ground, shlex.join(ground.words("fill"))))
    assert ground.only_row()["outcome"]["failure"]["kind"] == "oom", log_of(ground)

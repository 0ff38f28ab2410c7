"""A capture in a job of Slurm that reaches its time limit; the job has run since the first test."""

from tests.cluster.ground import Ground, until
from tests.cluster.jobs import ended, log_of


def test_a_job_at_its_time_limit_lands(late: tuple[Ground, str]) -> None:
    ground, job = late
    until(lambda: ended(ground, job), 150)
    row = ground.only_row()
    assert row["outcome"]["failure"]["kind"] in ("preempted", "timeout"), log_of(ground)
    assert f"Slurm job {job}" in row["notes"]

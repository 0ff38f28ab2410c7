"""Where launchers say that a process is; the variables are those that they really set."""

import pytest

from homegolf_git.shell.running.machine import Cluster, cluster_of

SLURM = {
    "SLURM_JOB_ID": "12", "SLURM_PROCID": "1", "SLURM_NTASKS": "2", "SLURM_JOB_NUM_NODES": "2",
}  # fmt: skip
TORCHRUN = {
    "TORCHELASTIC_RUN_ID": "none", "RANK": "3", "WORLD_SIZE": "4", "GROUP_WORLD_SIZE": "1",
    "MASTER_ADDR": "localhost",
}  # fmt: skip


def in_words(environment: dict[str, str]) -> tuple[str, int, int]:
    cluster = cluster_of(environment)
    assert isinstance(cluster, Cluster)
    return cluster.note, cluster.rank, cluster.world


def test_no_launcher() -> None:
    assert cluster_of({"RANK": "1", "SLURM_CONF": "/etc/slurm.conf"}) is None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (SLURM, ("Slurm job 12 on 2 nodes", 1, 2)),
        (SLURM | {"SLURM_STEP_NUM_NODES": "1"}, ("Slurm job 12", 1, 2)),
        (TORCHRUN, ("torchrun", 3, 4)),
        ({"RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "a"}, ("torch", 1, 2)),
        ({"PMI_RANK": "1", "PMI_SIZE": "2"}, ("MPI", 1, 2)),
        (
            {
                "OMPI_COMM_WORLD_RANK": "1",
                "OMPI_COMM_WORLD_SIZE": "2",
                "OMPI_MCA_orte_num_nodes": "2",
            },
            ("Open MPI on 2 nodes", 1, 2),
        ),
        ({"RAY_JOB_ID": "ffffffff"}, ("Ray", 0, 1)),
        ({"RAY_JOB_ID": "03000000"}, ("Ray job 03000000", 0, 1)),
        (
            {"RAY_JOB_CONFIG_JSON_ENV_VAR": '{"metadata": {"job_submission_id": "golf-1"}}'},
            ("Ray job golf-1", 0, 1),
        ),
        ({"RAY_JOB_CONFIG_JSON_ENV_VAR": "{"}, ("Ray", 0, 1)),
    ],
)
def test_a_launcher(environment: dict[str, str], expected: tuple[str, int, int]) -> None:
    assert in_words(environment) == expected


def test_of_several_the_innermost_has_the_rank_and_each_its_job() -> None:
    assert in_words(SLURM | TORCHRUN | {"TORCHELASTIC_RUN_ID": "mine"}) == (
        "torchrun job mine, Slurm job 12", 3, 4,
    )  # fmt: skip


def test_ray_s_tasks_are_no_ranks_of_what_started_ray() -> None:
    note, rank, _ = in_words(SLURM | {"RAY_JOB_ID": "03000000"})
    assert (note, rank) == ("Ray job 03000000, Slurm job 12 on 2 nodes", 0)

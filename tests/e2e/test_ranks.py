"""`homegolf capture` in one of several processes that a launcher started."""

import sys

import pytest

from tests.e2e.world import LANE, World

PRINTS = "import os, sys; print('seed', os.environ.get('HOMEGOLF_SEED'), 'of', os.environ.get('HOMEGOLF_RUN_ID')); sys.exit({})"


@pytest.fixture
def rank(world: World) -> World:
    """A world in which commands run as the second of two tasks of a job."""
    world.environment |= {"SLURM_JOB_ID": "12", "SLURM_PROCID": "1", "SLURM_NTASKS": "2"}
    return world


def capture(*options: str, status: int = 0) -> list[str]:
    words = [sys.executable, "-c", PRINTS.format(status)]
    return ["capture", "--lane", LANE, "--set", "a=1", *options, "--", *words]


def test_another_rank_runs_every_seed_and_lands_nothing(rank: World) -> None:
    before = rank.state()
    ran = rank.process(*capture("--seed", "4", "--seed", "5"))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "seed 4 of None", "seed 5 of None", "rank 1 of 2: the command ran; rank 0 lands the row",
    ]  # fmt: skip
    assert rank.state() == before


def test_another_rank_passes_on_that_it_failed(rank: World) -> None:
    ran = rank.process(*capture("--seed", "4", "--seed", "5", "--json", status=3))
    assert ran.code == 1
    assert ran.err == "seed 4 of None\n"
    answer = ran.json()
    assert {name: answer[name] for name in ("ok", "rank", "world", "failed")} == {
        "ok": False, "rank": 1, "world": 2, "failed": True,
    }  # fmt: skip


def test_a_run_id_that_was_given_is_that_of_every_rank(rank: World) -> None:
    ran = rank.process(*capture("--run-id", "r1"))
    assert "seed None of r1" in ran.out


def test_a_scheduler_that_insists_does_not_keep_the_row_from_landing(world: World) -> None:
    """What is told to end while it lands, as Slurm tells it, lands all the same."""
    world.hook("pre-commit", "kill -TERM $(cat ../capture.pid); exit 0")
    told = (
        "import os, time; capture = os.getppid(); open('../capture.pid', 'w').write(str(capture)); "
        "os.kill(capture, 15); time.sleep(60)"
    )
    words = [sys.executable, "-c", told]
    ran = world.process("capture", "--lane", LANE, "--set", "a=1", "--", *words)
    assert ran.code == 23, ran.said
    (outcome,) = world.outcomes().values()
    assert outcome.startswith("blocked/"), outcome

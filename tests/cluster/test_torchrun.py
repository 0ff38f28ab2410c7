"""`homegolf capture` around torchrun, and within it."""

from tests.cluster.ground import Ground

TORCHRUN = ("torchrun", "--standalone", "--nproc_per_node", "2")
# Both ranks add up what they have, and the first one says the score.
TRAINER = """
import torch
import torch.distributed as ranks
ranks.init_process_group("gloo")
total = torch.tensor(float(ranks.get_rank() + 1))
ranks.all_reduce(total)
if ranks.get_rank() == 0:
    print(f"val_bpb: {float(total) / 2}", flush=True)
ranks.destroy_process_group()
"""


def test_a_capture_of_two_ranks_is_one_row(ground: Ground) -> None:
    ground.world.commit("Two ranks", {"train.py": TRAINER})
    ran = ground.run(*ground.capture(*TORCHRUN, "train.py"))
    assert ran.code == 0, ran.said
    row = ground.only_row()
    assert [result["val_bpb"] for result in row["results"]] == [1.5]


def test_a_capture_in_each_rank_lands_the_first_one_s(ground: Ground) -> None:
    ran = ground.run(*TORCHRUN, "--no-python", *ground.words())
    assert ran.code == 0, ran.said
    assert "rank 1 of 2: the command ran; rank 0 lands the row" in ran.said
    assert "torchrun" in ground.only_row()["notes"]


def test_a_rank_that_fails_is_heard(ground: Ground) -> None:
    environment = {"RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1"}
    ran = ground.run(*ground.words("fail"), **environment)
    assert (ran.code, ground.rows()) == (1, []), ran.said
    assert "rank 1 of 2: the command failed" in ran.out

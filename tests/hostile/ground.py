"""The main branch that pull requests are opened against."""

import hashlib
from pathlib import Path

from tests.build import Document
from tests.e2e.world import BASE, WORSE, World, make_template

ROWS = 100  # rows of a pull request finish after those that landed
PRECISE = (1.180117, 1.179923, 1.180031)
MODEL = hashlib.sha256(b"better's model").hexdigest()
ROW = "ledger/home/runs/2026-03/better.yaml"
RECEIPT = "ledger/home/receipts/better/seed-1.json"
RETRACTION = "ledger/home/retractions/gone.yaml"
LANE_FILE = "ledger/home/lane.yaml"


def results(*scores: float, first_seed: int = 1) -> list[Document]:
    """Results with all that a promotion asks for."""
    return [
        {"seed": seed, "val_bpb": score, "evaluated_tokens": 1000, "train_seconds": 590.0, "artifact_bytes": 15_000_000}
        for seed, score in enumerate(scores, start=first_seed)
    ]  # fmt: skip


def make_ground(root: Path) -> World:
    """Runs of every kind on the lane home, whose incumbent is confirmed; none on h100."""
    world = make_template(root)
    world.lane(
        "h100",
        title="One H100",
        needs_promotion_from="home",
        promotion={"max_in_flight": 1, "gating_blockers": []},
    )
    world.record("base", BASE)
    proofs = [(seed, score) for seed, score in enumerate(PRECISE, start=1)]
    world.record(
        "better", PRECISE, base="base", results=results(*PRECISE),
        receipts=world.reports(*proofs, run_id="better"), artifacts=[{"role": "model", "sha256": MODEL}],
    )  # fmt: skip
    fresh = {11: 1.180044, 12: 1.179988}
    world.record("again", fresh, base="better", config={"model.knob": "better"})
    world.record("worse", WORSE)
    world.record("oom1", ())
    world.record("gone", WORSE)
    ran = world.homegolf(
        "retract", "gone", "--reason", "wrong split", "--evidence", "issue 1", "--by", "me"
    )
    assert ran.code == 0, ran.said
    assert world.homegolf("scoreboard").code == 0
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Publish")
    assert world.homegolf("tags", "sync").code == 0
    assert world.incumbent() == "better"
    return world

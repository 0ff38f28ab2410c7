"""Ways to bend a search by what rows say: on the way in, once landed, and from what was kept of a reading."""

import json

import pytest

from tests.build import Document, failure
from tests.e2e.world import BASE, BETTER, WORSE, World

FIRST = {"model.knob": 1, "model.lr": 0.0317}
ROSE = "".join(f"step {n} loss: {loss}\n" for n, loss in enumerate((7, 6, 5, 5, 8, 12, 14, 15)))


@pytest.fixture
def searched(world: World) -> World:
    """An incumbent, an idea that ran out of memory, and a throwaway base."""
    world.record("base", BASE, config=FIRST)
    world.record("wide", (), base="base", config={**FIRST, "model.wide": 7})
    world.record("throw", WORSE, base="base", config={**FIRST, "system.x": 7})
    return world


def attacks(world: World) -> list[Document]:
    """A row for each way that a row alone can go."""
    log = [world.receipt("by-name", "log.txt", ROSE.encode(), kind="log")]
    return [
        {"run_id": "by-name", "scores": (), "outcome": failure("oom", "train"), "receipts": log},
        {"run_id": "settles", "base": "base", "config": {**FIRST, "model.tiny": 7}, "resolves": ["wide"]},
        {"run_id": "renamed", "config": {"system.knob": 1, "system.lr": 0.0317}},
        {"run_id": "near", "config": {**FIRST, "model.lr": 0.0318}},
        {"run_id": "few", "config": {"model.knob": 9}, "seeds_run": 9, "submitter": "eve"},
        {"run_id": "won", "base": "throw", "config": {"model.knob": 5, "model.lr": 0.0317, "system.x": 7}, "scores": BETTER},
    ]  # fmt: skip


CODES = {
    "by-name": "failure_differs",
    "settles": "unrelated_resolves",
    "renamed": "renamed_keys",
    "near": "near_copy",
    "few": "seeds_kept_back",
    "won": "other_attribution",
}
AGAIN = {"failure_differs", "unrelated_resolves", "seeds_kept_back", "other_attribution"}


def remarks(document: Document) -> set[str]:
    return {item["code"] for item in document["findings"]} & set(CODES.values())


def test_each_is_remarked_and_lands(searched: World) -> None:
    for row in attacks(searched):
        facts = {"scores": (1.2101, 1.2099), **row}
        name = facts["run_id"]
        ran = searched.homegolf("record", str(searched.row(**facts)), "--json")
        assert ran.code == 0, ran.said
        assert remarks(ran.json()) == {CODES[name]}, name
        assert all(item["severity"] != "error" for item in ran.json()["findings"])
    for name, code in CODES.items():
        shown = searched.answer("show", name)
        assert remarks(shown) == {code}, name
        assert code in searched.homegolf("show", name).err
    verified = searched.answer("verify")
    assert verified["ok"]
    assert remarks(verified) == AGAIN
    told = [item["code"] for item in verified["findings"] if item["code"] in AGAIN]
    assert len(told) == len(AGAIN)
    kept = searched.answer("show", "few")  # from the checkpoint that verify left
    assert remarks(kept) == {"seeds_kept_back"}


def test_honest_rows_are_not(searched: World) -> None:
    smaller = {**FIRST, "model.wide": 3}
    searched.record("settled", (1.2101, 1.2099), base="base", config=smaller, resolves=["wide"])
    listed = [searched.receipt("oom2", "log.txt", b"step 3\nCUDA out of memory\n", kind="log")]
    searched.record("oom2", (), base="base", config={**FIRST, "model.deep": 7}, receipts=listed)
    searched.record("again", {11: 1.2, 12: 1.2001}, base="base", config=FIRST)
    searched.record("better", BETTER, base="base", config={**FIRST, "model.lr": 0.05})
    searched.record("next", (1.175, 1.1751), base="better", config={**FIRST, "model.lr": 0.06})
    assert remarks(searched.answer("verify")) == set()
    for name in ("settled", "oom2", "again", "better", "next"):
        assert searched.answer("show", name)["findings"] == [], name


def test_a_pull_request_tells_it(searched: World) -> None:
    searched.git("switch", "--quiet", "--create", "pull")
    row = searched.row("near", (1.2101, 1.2099), config={**FIRST, "model.lr": 0.0318})
    assert searched.homegolf("record", str(row)).code == 0
    ran = searched.homegolf("check", "--base", "main", "--head", "pull", "--json")
    assert ran.code == 0
    [item] = [item for item in json.loads(ran.out)["findings"] if item["code"] == "near_copy"]
    assert (item["severity"], item["message"]) == (
        "note",
        "model.lr is 0.0318 here, 0.0317 in base",
    )

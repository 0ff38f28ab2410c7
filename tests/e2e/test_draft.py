"""Section 12: a row is drafted from reports, what is stated, and what the machine knows."""

import json
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.shell.files import rowyaml
from tests.e2e.world import BASE, LANE, World

REPORT = {"seed": 5, "final": {"val_bpb": 1.2}}
WORDS = (
    "--lane",
    LANE,
    "--summary",
    "fused step",
    "--set",
    "model.lr=0.1",
    "--set",
    "data.name=x y",
)


@pytest.fixture
def report(world: World) -> str:
    path = world.root / "report.json"
    path.write_text(json.dumps(REPORT), encoding="utf-8")
    return str(path)


def row_in(text: str) -> Any:  # noqa: ANN401 - a row's document
    return rowyaml.load(text.encode()).value


def test_the_row_and_nothing_else_on_standard_output(world: World, report: str) -> None:
    before = world.state()
    ran = world.homegolf("draft", "--receipt", report, *WORDS)
    assert ran.code == 0, ran.said
    row = row_in(ran.out)
    assert row["results"] == [{"seed": 5, "val_bpb": 1.2}]
    assert row["config"] == {"model.lr": 0.1, "data.name": "x y"}
    assert (row["submitter"], row["base"], row["evaluation"]["mode"]) == ("Ada", None, "full")
    day, clock, *slug, mark = row["run_id"].split("-")
    assert ([len(day), len(clock)], slug, len(mark)) == ([8, 6], ["fused", "step"], 4)
    assert row["hardware"][0]["count"] >= 1
    assert ran.err.count("unstated") == 1
    assert "--split" in ran.err
    assert world.state() == before


def test_a_file_with_its_receipts_is_ready_for_record(world: World, report: str) -> None:
    place = world.root / "made" / "row.yaml"
    place.parent.mkdir()
    answer = world.answer("draft", "--receipt", report, *WORDS, "-o", str(place))
    assert {Path(name).name for name in answer["written"]} == {"row.yaml", "report.json"}
    assert world.homegolf("record", str(place)).code == 0
    assert world.outcomes() == {answer["run_id"]: "improvement/baseline"}


def test_record_and_submit_take_the_same(world: World, report: str) -> None:
    words = ("--receipt", report, *WORDS, "--run-id", "fused")
    shown = world.homegolf("record", *words, "--dry-run")
    assert "fused" in shown.out
    assert world.verdicts() == []
    world.git("init", "--quiet", "--bare", "../origin.git")
    world.git("remote", "add", "origin", "../origin.git")
    world.git("push", "--quiet", "origin", "main")
    ran = world.homegolf("submit", *words, "--dry-run", "--json")
    assert (ran.code, row_in(ran.json()["draft"])["run_id"]) == (0, "fused"), ran.said
    assert world.homegolf("record", *words).code == 0
    assert world.outcomes() == {"fused": "improvement/baseline"}


def test_what_follows_from_the_ledger(world: World, report: str) -> None:
    """The base is the incumbent, and the kind what differs from it."""
    world.record("base", BASE, config={"model.lr": 0.1, "data.name": "x y"}, source={"revision": None, "dirty": False, "changed_paths": None})  # fmt: skip
    ran = world.homegolf("draft", "--receipt", report, "--set", "model.lr=0.2", "--set", "data.name=x y", "--lane", LANE)  # fmt: skip
    row = row_in(ran.out)
    assert (row["base"], row["change"]["summary"]) == ("base", "model.lr=0.2")
    assert row["config"] == {"model.lr": 0.2, "data.name": "x y"}  # nothing is inherited


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--failure", "odd", *WORDS), 1),
        (("--failure", "oom", "--run-id", "../x", *WORDS), 1),
        (("--receipt", "none.json", *WORDS), 1),
        (("--failure", "oom", "--lane", "nowhere"), 1),
        (("--failure", "oom", "--lane", LANE, "--set", "novalue"), 2),
    ],
)
def test_what_cannot_be_drafted(world: World, words: tuple[str, ...], code: int) -> None:
    before = world.state()
    for command in ("draft", "record", "submit"):
        ran = world.homegolf(command, *words, "--json")
        if command == "submit" and ran.code == 4:
            assert ran.codes() == ["push_failed"]  # it looks for the remote first
            continue
        assert ran.code == code, ran.said
        assert ran.json()["findings"]
    assert world.state() == before


def test_without_a_score_only_a_failure_says_why(world: World) -> None:
    ran = world.homegolf("draft", "--failure", "oom", "--detail", "step 1", *WORDS)
    told = {"kind": "oom", "stage": "train", "detail": "step 1"}
    assert row_in(ran.out)["outcome"] == {"status": "failed", "failure": told}

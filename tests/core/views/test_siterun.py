"""A run's page in words and figures."""

import pytest

from tests.build import Document, failed, failure, run
from tests.core.build import BASELINE
from tests.core.ledgers import OPEN, WINNER, tried
from tests.core.views.build import FULL
from tests.core.views.site import page_of_run

NAMES = [document["run_id"] for document in FULL]


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_run(name: str) -> None:
    page = page_of_run(name, *FULL)
    assert page.run_id == name
    assert page.sentence
    assert page.next_action
    assert (page.seeds is None) == (page.gain is None) == (not page.figures)
    assert dict(page.flags).keys() == {flag for flag, _ in page.flags}


def test_a_winner() -> None:
    page = page_of_run("winner", *FULL)
    assert page.badges == ["the incumbent"]
    assert page.other == "base"
    assert [(row.name, row.side) for row in page.changed] == [("model.winner", "model")]
    assert page.base is not None
    assert page.base.href == "baseline.html"
    assert page_of_run("baseline", *FULL).badges == ["took the title"]


def test_without_a_base_it_is_compared_with_the_incumbent_of_then() -> None:
    page = page_of_run("open", BASELINE, tried("open", OPEN, base=None))
    assert page.other == "incumbent then"
    assert page_of_run("baseline", BASELINE).other == ""


def test_what_else_differs_has_its_side() -> None:
    other = tried("open", OPEN, hardware=[{"device": "B", "count": 2}])
    other["evaluation"] = {"mode": "sliding", "split": "test"}
    other["source"] = {"revision": "abcdef1", "dirty": True}
    sides = {row.name: row.side for row in page_of_run("open", BASELINE, other).changed}
    assert sides["hardware"] == "system"
    assert sides["evaluation.mode"] == "eval"
    assert sides["source.revision"] == ""


def test_a_blocker_open_settled_and_retracted() -> None:
    page = page_of_run(
        "oom",
        BASELINE,
        failed("oom", knob="oom", outcome=failure("oom", "train", detail="no room")),
    )
    assert page.badges == ["open blocker"]
    assert "It said: no room" in page.since
    settles = tried("open", OPEN, resolves=["oom"])
    page = page_of_run("oom", BASELINE, failed("oom", knob="oom"), settles)
    assert page.badges == ["settled"]
    page = page_of_run("open", BASELINE, tried("open", OPEN), "open")
    assert page.badges == ["retracted"]


def test_a_result_a_line() -> None:
    row: Document = run("open", OPEN, knob="open")
    row["results"] = [
        {"seed": 1, "val_bpb": 1.0635, "repeat": 1, "extra": {"memory_gb": 14.5}},
        {"seed": None, "val_bpb": 1.064, "steps": 4872},
    ]
    page = page_of_run("open", BASELINE, row, decision={"repeats": "count"})
    assert page.results is not None
    assert page.results.headers == ["seed", "repeat", "val_bpb", "memory_gb", "steps"]
    assert page.results.lines == [
        ["1", "1", "1.0635", "14.5", ""], ["none", "0", "1.064", "", "4,872"]
    ]  # fmt: skip


def test_one_that_cannot_be_judged() -> None:
    page = page_of_run("odd", BASELINE, run("odd", metric="other"))
    assert page.results is not None
    assert page.results.headers[1] == "val_bpb"


def test_where_it_comes_from() -> None:
    source: Document = {"repository": "https://example.org/t.git", "revision": None, "ref": "x"}
    artifacts = [{"role": "model", "uri": "s3://b/m", "sha256": "a" * 64, "bytes": 1500}]
    row = tried("open", OPEN, artifacts=artifacts, notes="one\ntwo", resolves=[])
    row["source"] = source
    page = page_of_run("open", BASELINE, row)
    facts = {fact.name: fact.value for fact in page.facts if fact.value}
    assert facts["repository"] == source["repository"]
    assert facts["revision"] == "unknown"
    assert facts["model"] == f"s3://b/m {'a' * 64} 1,500 bytes"
    assert page.notes == ["one", "two"]
    row["source"] = {"revision": "abcdef1", "dirty": True, "changed_paths": [f"a/{n}" for n in range(50)]}  # fmt: skip
    facts = {fact.name: fact.value for fact in page_of_run("open", BASELINE, row).facts}
    assert facts["revision"] == "abcdef1 with uncommitted changes"
    assert facts["changed paths"].endswith("and 10 more")


def test_long_values_are_cut() -> None:
    row = tried("open", OPEN)
    row["config"] = {"model.text": "x" * 900, "model.list": list(range(900)), "model.none": None}
    found = dict(page_of_run("open", BASELINE, WINNER, row).config)
    assert len(found["model.text"]) == len(found["model.list"]) == 400
    assert found["model.none"] == ""

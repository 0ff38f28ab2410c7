"""A row drafted from receipts and a few facts that no receipt states."""

from typing import Any

import pytest

from homegolf_git.core.model.draft import DraftFacts, Known, ReceiptFile, draft_row, unstated
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.row import Observation, Reading, Receipt
from tests.build import OTHER_SHA, SHA, Document
from tests.core.build import lane, last

FACTS = DraftFacts(
    run_id="r-1", finished_at="2026-03-28T11:06:00Z", submitter="me", change_summary="x",
    evaluation_mode="full", seeds=(1337,),
)  # fmt: skip


KNOWN = Known(now="2026-03-29T00:00:00Z", mark="1a2b")


def drafted(
    rules: Lane, facts: DraftFacts, files: list[ReceiptFile], known: Known = KNOWN
) -> tuple[dict[str, Any], list[Finding]]:
    document, found = draft_row(rules, facts, files, known)
    return dict(document), found


def report(
    name: str = "a.json",
    seed: int | None = None,
    *,
    sha: str = SHA,
    facts: Document | None = None,
    **numbers: float,
) -> ReceiptFile:
    readings = {key: Reading(value, 1e-9) for key, value in numbers.items()}
    receipt = Receipt((Observation(seed, readings),), facts or {})
    return ReceiptFile("plain", name, sha, receipt)


class TestDraft:
    """A row drafted from receipts and from facts that no receipt states."""

    def test_numbers_and_receipts(self) -> None:
        document, found = drafted(lane(), FACTS, [report(val_bpb=1.1, steps=100.0, other=3.0)])
        assert found == []
        assert document["results"] == [{"seed": 1337, "val_bpb": 1.1, "steps": 100}]
        assert isinstance(document["results"][0]["steps"], int)
        assert document["receipts"] == [{"kind": "plain", "path": "a.json", "sha256": SHA}]
        assert (document["seeds_planned"], document["seeds_run"]) == (1, 1)
        assert document["outcome"] == {"status": "scored"}
        assert "train_seconds_budget" not in document
        assert "promotion" not in document

    def test_seeds_that_receipts_name(self) -> None:
        files = [report("a", 5, val_bpb=1.1), report("b", sha=OTHER_SHA, val_bpb=1.2)]
        document, found = drafted(lane(), FACTS, files)
        assert found == []
        assert [result["seed"] for result in document["results"]] == [5, 1337]

    @pytest.mark.parametrize("seeds", [(1, 2)])
    def test_seeds_that_do_not_fit(self, seeds: tuple[int, ...]) -> None:
        facts = DraftFacts(
            **{**{f: getattr(FACTS, f) for f in FACTS.__struct_fields__}, "seeds": seeds}
        )
        _, found = drafted(lane(), facts, [report(val_bpb=1.1)])
        assert [item.code for item in found] == ["missing_option"]
        assert "--seed" in found[0].fix

    def test_no_score(self) -> None:
        document, found = drafted(lane(), FACTS, [report(steps=3.0)])
        assert document["results"] == []
        assert [item.code for item in found] == ["missing_option"]
        assert "--failure" in found[0].fix

    def test_every_missing_option_is_named(self) -> None:
        _, found = drafted(lane(), DraftFacts(failure=("oom", "train", "no memory")), [])
        text = " ".join(item.fix for item in found)
        for option in ("--submitter", "--summary"):
            assert option in text

    def test_what_nobody_states_is_known_or_made(self) -> None:
        known = Known(
            now="2026-03-29T01:02:03Z", mark="1a2b", submitter="me", base="r-0",
            summary="Clip at 1.0, and more!", hardware=(("A", 1),),
            source={"revision": "a" * 40, "dirty": False, "changed_paths": ["x"]},
        )  # fmt: skip
        document, found = drafted(lane(), DraftFacts(), [report(val_bpb=1.1)], known)
        assert found == []
        assert document["run_id"] == "20260329-010203-clip-at-1-0-and-more-1a2b"
        assert (document["submitter"], document["base"]) == ("me", "r-0")
        assert document["source"]["changed_paths"] == ["x"]
        assert document["results"] == [{"seed": None, "val_bpb": 1.1}]
        assert document["hardware"] == [{"device": "A", "count": 1}]

    def test_the_source_here_is_none_of_another_revision(self) -> None:
        known = Known(
            now="2026-03-29T01:02:03Z", mark="1a2b", source={"revision": "a" * 40, "dirty": True}
        )
        facts = DraftFacts(revision="b" * 40)
        document, _ = drafted(lane(), facts, [report(val_bpb=1.1)], known)
        assert document["source"]["dirty"] is None

    def test_the_same_seed_again_is_a_repeat(self) -> None:
        files = [report("a", 5, val_bpb=1.1), report("b", 5, sha=OTHER_SHA, val_bpb=1.2)]
        document, _ = drafted(lane(), DraftFacts(), files)
        assert [result.get("repeat") for result in document["results"]] == [None, 1]

    def test_what_stays_open_is_named_once(self) -> None:
        document, _ = drafted(
            lane(contract={"evaluation_modes": None}), DraftFacts(), [report(val_bpb=1.1)]
        )
        (item,) = unstated(document)
        assert (item.code, item.severity) == ("unstated", "note")
        for option in ("--mode", "--split", "--revision", "--budget"):
            assert option in item.message

    def test_a_failure_needs_no_receipt(self) -> None:
        facts = DraftFacts(
            run_id="r-1", finished_at="2026-03-28T11:06:00Z", submitter="me", change_summary="x",
            evaluation_mode="full", failure=("oom", "train", "no memory"), seeds_run=0,
            is_unbounded=True, promotion="promotions/h100/0001", resolves=("a",), notes="why",
            hardware=(("A", 2),), config={"k": 1},
        )  # fmt: skip
        document, found = drafted(lane(), facts, [])
        assert found == []
        assert document["outcome"]["failure"] == {
            "kind": "oom", "stage": "train", "detail": "no memory",
        }  # fmt: skip
        assert document["train_seconds_budget"] is None
        assert document["promotion"] == "promotions/h100/0001"
        assert (document["resolves"], document["notes"]) == (["a"], "why")
        assert document["hardware"] == [{"device": "A", "count": 2}]
        assert document["config"] == {"k": 1}

    def test_what_is_stated_wins_over_receipts_and_earlier_ones_over_later(self) -> None:
        first = {"run_id": "from-a", "submitter": "a", "config": {"k": 1, "l": 1},
                 "evaluation": {"mode": "odd", "split": "val"}, "train_seconds_budget": 600,
                 "change": {"summary": "said"}}  # fmt: skip
        files = [
            report("a", 1, facts=first, val_bpb=1.1),
            report("b", 2, facts={"run_id": "from-b", "finished_at": "2026-01-01T00:00:00Z"},
                   val_bpb=1.2),
        ]  # fmt: skip
        facts = DraftFacts(evaluation_mode="full", config={"l": 2}, split="ignored")
        document, found = drafted(lane(), facts, files)
        assert found == []
        assert (document["run_id"], document["submitter"]) == ("from-a", "a")
        assert document["finished_at"] == "2026-01-01T00:00:00Z"
        assert document["config"] == {"k": 1, "l": 2}
        assert document["evaluation"]["mode"] == "full"
        assert document["train_seconds_budget"] == 600
        assert document["change"]["summary"] == "said"

    def test_a_stated_split_wins_over_a_receipts(self) -> None:
        files = [report("a", 1, facts={"evaluation": {"split": "val"}}, val_bpb=1.1)]
        facts = DraftFacts(
            run_id="r-1", finished_at="2026-03-28T11:06:00Z", submitter="me", change_summary="x",
            evaluation_mode="full", split="stated",
        )  # fmt: skip
        assert drafted(lane(), facts, files)[0]["evaluation"]["split"] == "stated"

    def test_what_was_drafted_is_a_row(self) -> None:
        document, _ = drafted(lane(), FACTS, [report(val_bpb=1.1)])
        verdict = last(dict(document))
        assert (verdict.verdict_class, verdict.reason) == ("improvement", "baseline")

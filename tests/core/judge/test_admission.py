"""What a row would meet if it landed now, and rows drafted from receipts."""

from typing import Any

import pytest

from homegolf_git.core.judge.admission import admit, suspicions
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.validity import is_promoted
from homegolf_git.core.model.draft import DraftFacts, ReceiptFile, draft_row
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import LaneId, Oid, RunId, parse_path, row_path
from homegolf_git.core.model.parse import ladder_of, retraction_of
from homegolf_git.core.model.row import Observation, Reading, Receipt
from homegolf_git.core.model.rowcheck import metric_findings, place_findings, row_findings
from homegolf_git.core.model.stored import StoredMap
from homegolf_git.core.model.verdict import Verdict
from tests.build import OTHER_SHA, SHA, Document, failed, run
from tests.core.build import BASELINE, MUCH_BETTER, SAME, land, lane, row
from tests.core.ledgers import landed_lane, tried

NAME = LaneId("local-cluster")


def admitted(
    *events: Any,  # noqa: ANN401 - documents and retractions that have landed
    new: Document,
    keep_invalid: bool = False,
    **rules: Any,  # noqa: ANN401 - JSON values
) -> tuple[Verdict, list[Finding]]:
    lane_ledger = landed_lane(*events, rules=lane(**rules))
    ledger = Ledger(Oid("0"), (), {NAME: lane_ledger})
    ledger.row_paths = StoredMap({landed.row.run_id: landed.path for landed in lane_ledger.rows})
    judged = judge_lane(lane_ledger)
    verdict, found = admit(ledger, judged, land(new), keep_invalid=keep_invalid)
    assert judged.verdicts[-1] is verdict
    assert len(judged.verdicts) == len(lane_ledger.rows) + 1
    return verdict, found


def codes(found: list[Finding]) -> list[tuple[str, str]]:
    return [(item.code, item.severity) for item in found]


class TestAdmission:
    """Breaches that the submitter can mend are errors, the others warnings."""

    def test_a_good_row(self) -> None:
        verdict, found = admitted(BASELINE, new=tried("w", MUCH_BETTER))
        assert (verdict.verdict_class, verdict.order, found) == ("improvement", 2, [])

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"seeds_run": 0}, "undisclosed_seeds"),
            ({"results": [{"seed": 1, "val_bpb": 1.0}, {"seed": 1, "val_bpb": 1.1}],
              "seeds_run": 2}, "duplicate_seed"),
        ],
    )  # fmt: skip
    def test_what_can_be_mended(self, facts: Document, code: str) -> None:
        verdict, found = admitted(BASELINE, new=run("x", SAME, knob=1, **facts))
        assert (verdict.verdict_class, verdict.reason) == ("invalid", code)
        assert codes(found) == [(code, "error")]
        kept = admitted(BASELINE, new=run("x", SAME, knob=1, **facts), keep_invalid=True)[1]
        assert codes(kept) == [(code, "warning")]

    def test_a_lane_that_needs_a_promotion(self) -> None:
        found = admitted(new=run("x"), needs_promotion_from="other")[1]
        assert codes(found) == [("no_promotion", "error")]

    def test_what_lasts_is_one_warning(self) -> None:
        new = run("x", SAME, knob=1, train_seconds_budget=None, evaluation={"mode": "odd"})
        found = admitted(BASELINE, new=new, contract={"evaluation_modes": ["full"]})[1]
        assert codes(found) == [("breaks_contract", "warning")]
        assert "bounded_probe" in found[0].message
        assert "evaluation_mode" in found[0].message

    def test_both(self) -> None:
        found = admitted(new=run("x", SAME, train_seconds_budget=None, seeds_run=0))[1]
        assert set(codes(found)) == {("undisclosed_seeds", "error"), ("breaks_contract", "warning")}

    def test_a_run_that_was_retracted_before_it_landed(self) -> None:
        verdict, found = admitted("x", new=run("x"))
        assert verdict.reason == "retracted"
        assert codes(found) == [("breaks_contract", "warning")]

    def test_an_unknown_base_is_a_warning(self) -> None:
        found = admitted(BASELINE, new=tried("x", SAME, base="gone"))[1]
        assert codes(found) == [("unknown_run", "warning")]

    def test_a_base_of_another_lane_is_known(self) -> None:
        lane_ledger = landed_lane(BASELINE)
        ledger = Ledger(
            Oid("0"), (), {NAME: lane_ledger}, row_paths=StoredMap({RunId("far"): "ledger/x"})
        )
        found = admit(ledger, judge_lane(lane_ledger), land(tried("x", SAME, base="far")))[1]
        assert found == []

    @pytest.mark.parametrize(
        ("named", "code"),
        [("gone", "unknown_run"), ("baseline", "not_blocked"), ("nan", "not_blocked")],
    )
    def test_what_it_cannot_resolve(self, named: str, code: str) -> None:
        events = (BASELINE, failed("oom", knob="oom"), failed("nan", "diverged", knob="nan"))
        found = admitted(*events, new=tried("x", SAME, resolves=["oom", named]))[1]
        assert codes(found) == [(code, "error")]

    def test_it_says_what_the_named_run_is(self) -> None:
        found = admitted(BASELINE, new=tried("x", SAME, resolves=["baseline"]))[1]
        assert [item.message for item in found] == ["baseline is improvement, not blocked"]

    def test_also_of_a_run_that_was_tried_before_it(self) -> None:
        lane_ledger = landed_lane(BASELINE)
        ledger = Ledger(Oid("0"), (), {NAME: lane_ledger})
        judged = judge_lane(lane_ledger)
        admit(ledger, judged, land(tried("first", SAME)))
        found = admit(ledger, judged, land(tried("second", SAME, resolves=["first"])))[1]
        assert "first is noise, not blocked" in [item.message for item in found]

    def test_a_failed_run(self) -> None:
        verdict, found = admitted(new=failed("oom"))
        assert (verdict.verdict_class, found) == ("blocked", [])


class TestSuspicions:
    """Facts of a row that are another run's."""

    def found(self, new: Document, *events: Any) -> list[str]:  # noqa: ANN401 - documents
        judged = judge_lane(landed_lane(*events))
        return [item.code for item in suspicions(judged, land(new))]

    def test_copied_scores(self) -> None:
        first = run("first", [1.06543217, 1.0661], knob=1)
        assert self.found(run("new", [1.0661, 1.06543217], knob=2), first) == ["copied_scores"]
        assert self.found(run("new", [1.0661, 1.06543217], knob=1), first) == []
        assert self.found(run("new", [1.06543217], knob=2), first) == []
        assert self.found(run("new", [1.06], knob=2), run("first", [1.06], knob=1)) == []
        assert (
            self.found(run("new", [1.06543217], knob=2), run("bad", [1.06543217], seeds_run=0))
            == []
        )
        assert self.found(failed("new", knob=2), first, failed("oom", knob=3)) == []

    def test_reused_artifact(self) -> None:
        model: Document = {"artifacts": [{"role": "model", "sha256": SHA}]}
        log: Document = {"artifacts": [{"role": "log", "sha256": SHA}]}
        first = run("first", SAME, knob=1, **model)
        assert self.found(run("new", [1.0], knob=2, **model), first) == ["artifact_reused"]
        assert self.found(run("new", [1.0], knob=2, **log), first) == []
        assert self.found(run("new", [1.0], knob=2), first) == []

    def test_a_promotion_admits_where_the_lane_asks_for_one(self) -> None:
        tag, other = "promotions/local-cluster/0001", LaneId("other")
        valid = {(tag, NAME, other): Oid("c0ffee")}
        asks, free = lane(needs_promotion_from="other"), lane()
        named = row(run("x", promotion=tag))

        def admits(found: Any, rules: Any, *, is_before: bool = True) -> bool:  # noqa: ANN401
            return is_promoted(found, rules, lambda: valid, lambda _: is_before)

        assert admits(named, asks)
        assert not admits(named, asks, is_before=False)
        assert not is_promoted(named, asks, dict[tuple[str, LaneId, LaneId], Oid], lambda _: True)
        assert not admits(named, lane(needs_promotion_from="third"))
        assert not admits(named, free)
        assert not admits(row(run("x")), asks)


class TestRowCheck:
    """What a schema cannot say of a row."""

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"run_id": "X"}, "bad_format"),
            ({"lane": "UP"}, "bad_format"),
            ({"finished_at": "2026-02-30T00:00:00Z"}, "bad_time"),
            ({"base": "good"}, "unknown_run"),
            ({"receipts": [{"kind": "k", "path": "a", "sha256": SHA}] * 2}, "duplicate_key"),
        ],
    )
    def test_faults(self, facts: Document, code: str) -> None:
        assert [item.code for item in row_findings(run("good") | facts, "x.yaml")] == [code]
        assert list(row_findings(run("good"), "x.yaml")) == []

    def test_the_place(self) -> None:
        document = run("good")
        place = parse_path(row_path(document["lane"], document["finished_at"], "good"))
        assert place is not None
        assert list(place_findings(document, place, "p")) == []
        others = {"run_id": "other", "lane": "h100", "finished_at": "2026-04-01T00:00:00Z"}
        for field, value in others.items():
            found = list(place_findings(document | {field: value}, place, "p"))
            assert [item.code for item in found] == ["wrong_place"]
            assert found[0].message.startswith(field)

    def test_the_metric(self) -> None:
        rules = lane(metric={"name": "accuracy", "direction": "maximize", "unit": ""})
        right = run("x", [0.5], metric="accuracy")
        assert list(metric_findings(right, rules, "p")) == []
        wrong = right | {"results": [{"seed": 1, "acuracy": 0.5, "val_bpb": 1.0}]}
        found = list(metric_findings(wrong, rules, "p"))
        assert [item.code for item in found] == ["missing_field", "unknown_field"]
        assert "accuracy" in found[1].fix


class TestOtherDocuments:
    """Retractions and ladders from their documents."""

    def test_they_keep_what_they_say(self) -> None:
        said = {"run_id": "r", "reason": "a", "evidence": "b", "by": "c"}
        found = retraction_of(said)
        assert (found.run_id, found.reason, found.evidence, found.by) == ("r", "a", "b", "c")
        assert ladder_of({"lanes": ["a", "b"]}) == ("a", "b")


FACTS = DraftFacts(
    run_id="r-1", finished_at="2026-03-28T11:06:00Z", submitter="me", change_summary="x",
    evaluation_mode="full", seeds=(1337,),
)  # fmt: skip


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
        document, found = draft_row(lane(), FACTS, [report(val_bpb=1.1, steps=100.0, other=3.0)])
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
        document, found = draft_row(lane(), FACTS, files)
        assert found == []
        assert [result["seed"] for result in document["results"]] == [5, 1337]

    @pytest.mark.parametrize("seeds", [(), (1, 2)])
    def test_seeds_that_do_not_fit(self, seeds: tuple[int, ...]) -> None:
        facts = DraftFacts(
            **{**{f: getattr(FACTS, f) for f in FACTS.__struct_fields__}, "seeds": seeds}
        )
        _, found = draft_row(lane(), facts, [report(val_bpb=1.1)])
        assert [item.code for item in found] == ["missing_option"]
        assert "--seed" in found[0].fix

    def test_no_score(self) -> None:
        document, found = draft_row(lane(), FACTS, [report(steps=3.0)])
        assert document["results"] == []
        assert [item.code for item in found] == ["missing_option"]
        assert "--failure" in found[0].fix

    def test_every_missing_option_is_named(self) -> None:
        _, found = draft_row(lane(), DraftFacts(failure=("oom", "train", "no memory")), [])
        text = " ".join(item.message for item in found)
        for option in ("--run-id", "--finished-at", "--submitter", "--summary", "--mode"):
            assert option in text

    def test_a_failure_needs_no_receipt(self) -> None:
        facts = DraftFacts(
            run_id="r-1", finished_at="2026-03-28T11:06:00Z", submitter="me", change_summary="x",
            evaluation_mode="full", failure=("oom", "train", "no memory"), seeds_run=0,
            is_unbounded=True, promotion="promotions/h100/0001", resolves=("a",), notes="why",
            hardware=(("A", 2),), config={"k": 1},
        )  # fmt: skip
        document, found = draft_row(lane(), facts, [])
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
        document, found = draft_row(lane(), facts, files)
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
        assert draft_row(lane(), facts, files)[0]["evaluation"]["split"] == "stated"

    def test_what_was_drafted_is_a_row(self) -> None:
        document, _ = draft_row(lane(), FACTS, [report(val_bpb=1.1)])
        verdict = admitted(new=document)[0]
        assert (verdict.verdict_class, verdict.reason) == ("improvement", "baseline")

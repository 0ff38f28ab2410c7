"""What a row would meet if it landed now."""

from typing import Any

import pytest

from homegolf_git.core.judge.admission import Trial
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.remarks import suspicions
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.stored import StoredMap
from homegolf_git.core.model.verdict import Verdict
from tests.build import SHA, Document, failed, run
from tests.core.build import BASELINE, MUCH_BETTER, SAME, land, lane
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
    trial = Trial(ledger)
    verdict, found = trial.admit(land(new), keep_invalid=keep_invalid)
    tried_verdicts = trial.judged(NAME).verdicts
    assert tried_verdicts[-1] is verdict
    assert len(tried_verdicts) == len(lane_ledger.rows) + 1
    assert len(judge_lane(lane_ledger).verdicts) == len(lane_ledger.rows)
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
        found = Trial(ledger).admit(land(tried("x", SAME, base="far")))[1]
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
        trial = Trial(Ledger(Oid("0"), (), {NAME: lane_ledger}))
        trial.admit(land(tried("first", SAME)))
        found = trial.admit(land(tried("second", SAME, resolves=["first"])))[1]
        assert "first is noise, not blocked" in [item.message for item in found]

    def test_a_failed_run(self) -> None:
        verdict, found = admitted(new=failed("oom"))
        assert (verdict.verdict_class, found) == ("blocked", [])


class TestSuspicions:
    """Facts of a row that are another run's."""

    def found(self, new: Document, *events: Any) -> list[str]:  # noqa: ANN401 - documents
        judged = judge_lane(landed_lane(*events))
        return [item.code for item in suspicions(judged.state, land(new))]

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

"""What a row would meet if it landed now."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.admission import Trial, breach_findings, landed_breaches
from homegolf_git.core.judge.ledger import LandedRetraction, LaneLedger, Ledger
from homegolf_git.core.judge.remarks import Meant, suspicions
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.validity import MENDABLE_REASONS
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.row import Retraction
from homegolf_git.core.model.stored import StoredMap
from homegolf_git.core.model.values import Record, Value
from homegolf_git.core.model.verdict import Verdict
from tests.build import SHA, Document, failed, run
from tests.core.build import BASELINE, MUCH_BETTER, SAME, evidence, land, lane
from tests.core.drawn import EVENTS, ROWS, lane_of, named
from tests.core.ledgers import WINNER, landed_lane, tried

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
    trial = Trial(ledger, Meant(keep_invalid=keep_invalid))
    verdict, found = trial.admit(land(new))
    tried_verdicts = trial.judged(NAME).verdicts
    assert tried_verdicts[-1] is verdict
    assert len(tried_verdicts) == len(lane_ledger.rows) + 1
    assert len(judge_lane(lane_ledger).verdicts) == len(lane_ledger.rows)
    return verdict, found


def codes(found: list[Finding]) -> list[tuple[str, str]]:
    return [(item.code, item.severity) for item in found]


class TestAdmission:
    """Breaches that the submitter can mend are errors, the others warnings."""

    def test_a_row_that_raises_is_a_finding_and_leaves_no_trace(self) -> None:
        ledger = Ledger(Oid("0"), (), {NAME: landed_lane(BASELINE)})
        trial, odd = Trial(ledger, Meant(keep_invalid=True)), land(run("odd", metric="other"))
        assert trial.admit(land(tried("one", SAME)))[1] == []
        for again in (odd, land(run("odd2", metric="other"))):
            verdict, found = trial.admit(again)
            assert (verdict.name, codes(found)) == ("invalid/unjudged", [("unjudged", "error")])
        verdict, found = trial.admit(land(WINNER))
        assert (verdict.name, verdict.order, found) == ("improvement/strict", 5, [])
        names = [item.name for item in trial.judged(NAME).verdicts]
        assert names[1:4] == ["noise/equivalent", "invalid/unjudged", "invalid/unjudged"]
        assert verdict.stats is not None
        assert verdict.stats.k == 2

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


def image(value: object) -> object:
    """Everything within a value, as plain data of its own."""
    if isinstance(value, Value | Record):
        return [image(getattr(value, name)) for name in value.__struct_fields__]
    if isinstance(value, Mapping):
        return [(image(key), image(item)) for key, item in value.items()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [image(item) for item in value]
    return value


def withdrawn(run_id: str) -> LandedRetraction:
    """A retraction that is only tried."""
    return LandedRetraction(Retraction(RunId(run_id), "a mistake", "an issue", "me"), Oid("r"), 99)


def ledger_of(*lanes: LaneLedger) -> Ledger:
    return Ledger(Oid("0"), (), {held.current.lane.lane: held for held in lanes})


class TestTrial:
    """A ledger as it would stand; it, and what was judged of it, stay as they are."""

    @given(
        EVENTS, st.lists(st.integers(0, 5), max_size=3), st.lists(ROWS, max_size=4), st.booleans()
    )
    def test_whatever_is_tried_the_ledger_and_its_judgement_stay(
        self,
        landed: list[object],
        gone: list[int],
        rows: list[tuple[list[float], int, int]],
        is_judged_before: bool,
    ) -> None:
        held = lane_of(landed)
        if is_judged_before:
            judge_lane(held)
        ledger = ledger_of(held)
        judgement, events = image(judge_lane(lane_of(landed))), image(list(held.events()))
        trial = Trial(ledger)
        for number in gone:
            trial.retract(NAME, withdrawn(f"run-{number:03d}"))
        for number, drawn in enumerate(rows, 50):
            new = land(named(number, *drawn), position=-1)
            trial.admit(new)
            trial.claim(new.row.run_id, new.path)
        assert image(judge_lane(held)) == judgement
        assert image(list(held.events())) == events
        assert (ledger.lanes, len(ledger.row_paths)) == ({NAME: held}, 0)

    @given(EVENTS, st.lists(ROWS, max_size=4))
    def test_rows_that_are_tried_are_judged_as_if_they_landed(
        self, landed: list[object], rows: list[tuple[list[float], int, int]]
    ) -> None:
        news = [named(number, *row) for number, row in enumerate(rows, 50)]
        trial, whole = Trial(ledger_of(lane_of(landed))), lane_of(landed)
        tried_verdicts = [trial.admit(land(new, position=-1))[0] for new in news]
        for new in news:
            whole.land(land(new, position=whole.counts[2] + 100))
        expected = judge_lane(whole)
        assert list(trial.judged(NAME).verdicts) == list(expected.verdicts)
        assert tried_verdicts == list(expected.verdicts)[len(expected.verdicts) - len(news) :]
        assert trial.judged(NAME).state.incumbent == expected.state.incumbent

    def test_a_retraction_gives_the_verdicts_that_it_changes(self) -> None:
        trial = Trial(ledger_of(landed_lane(BASELINE, WINNER)))
        trial.retract(NAME, withdrawn("winner"))
        [(was, now)] = trial.rejudged(NAME)
        assert (was.name, now.name) == ("improvement/strict", "invalid/retracted")
        assert trial.judged(NAME).state.incumbent == "baseline"
        assert trial.lane(NAME).is_retracted(RunId("winner"))

    def test_one_retraction_stands_on_the_other(self) -> None:
        trial = Trial(ledger_of(landed_lane(BASELINE, WINNER)))
        trial.retract(NAME, withdrawn("baseline"))
        assert [now.name for _, now in trial.rejudged(NAME)] == [
            "invalid/retracted", "improvement/baseline",
        ]  # fmt: skip
        trial.retract(NAME, withdrawn("winner"))
        assert [now.name for _, now in trial.rejudged(NAME)] == ["invalid/retracted"] * 2
        assert trial.judged(NAME).state.incumbent is None

    def test_a_retraction_that_changes_nothing(self) -> None:
        trial = Trial(ledger_of(landed_lane(BASELINE, "winner", WINNER)))
        for run_id in ("gone", "winner"):
            trial.retract(NAME, withdrawn(run_id))
            assert trial.rejudged(NAME) == []

    def test_a_row_whose_retraction_is_tried_too(self) -> None:
        trial = Trial(ledger_of(landed_lane(BASELINE)))
        trial.retract(NAME, withdrawn("winner"))
        assert trial.admit(land(WINNER))[0].reason == "retracted"

    def test_the_first_row_that_claims_an_id_has_it_and_a_landed_one_before_it(self) -> None:
        ledger = ledger_of(landed_lane(BASELINE))
        ledger.row_paths[RunId("baseline")] = "ledger/baseline.yaml"
        trial = Trial(ledger)
        assert trial.path_of(RunId("new")) is None
        for run_id in ("new", "baseline"):
            trial.claim(RunId(run_id), "ledger/first.yaml")
            trial.claim(RunId(run_id), "ledger/second.yaml")
        assert trial.path_of(RunId("new")) == "ledger/first.yaml"
        assert trial.path_of(RunId("baseline")) == "ledger/baseline.yaml"

    def test_a_base_that_is_tried_is_known(self) -> None:
        trial = Trial(ledger_of(landed_lane(BASELINE)))
        trial.claim(RunId("unreadable"), "ledger/first.yaml")
        assert trial.admit(land(tried("x", SAME, base="unreadable")))[1] == []

    def test_a_remark_is_an_error_and_in_public_history_a_warning(self) -> None:
        for keep_invalid, severity in ((False, "error"), (True, "warning")):
            found = admitted(new=run("new", config={}), keep_invalid=keep_invalid)[1]
            assert codes(found) == [("empty_config", severity)]
        trial = Trial(ledger_of(landed_lane()), Meant(empty_config=True))
        assert trial.admit(land(run("new", config={})))[1] == []

    def test_a_warning_stays_one(self) -> None:
        for keep_invalid in (False, True):
            new = run("new", {7: 1.0}, config={"seed": 7})
            found = admitted(new=new, keep_invalid=keep_invalid)[1]
            assert codes(found) == [("seed_in_config", "warning")]


BOTH = run("both", SAME, knob="both", seeds_run=0, train_seconds_budget=None)
LASTING = run("probe", SAME, knob="probe", train_seconds_budget=None)


class TestLandedBreaches:
    """What submitters of rows that landed could have mended."""

    def found(self, *events: Any, **rules: Any) -> list[Finding]:  # noqa: ANN401
        return list(landed_breaches(ledger_of(landed_lane(*events, rules=lane(**rules)))))

    def test_each_is_a_warning_at_its_row(self) -> None:
        [item] = self.found(BASELINE, BOTH)
        assert (item.code, item.severity) == ("undisclosed_seeds", "warning")
        assert item.path.endswith("/both.yaml")

    @pytest.mark.parametrize(
        "events",
        [(), (BASELINE, WINNER), (BASELINE, failed("oom")), (BASELINE, LASTING)],
        ids=["empty", "valid", "blocked", "not to be mended"],
    )
    def test_nothing_could_be_mended(self, events: tuple[Document, ...]) -> None:
        assert self.found(*events) == []

    @pytest.mark.parametrize("events", [(BOTH, "both"), ("both", BOTH)])
    def test_a_retraction_settles_it(self, events: tuple[Any, ...]) -> None:
        assert self.found(*events) == []
        assert len(self.found(*events, {**BOTH, "run_id": "both-2"})) == 1

    def test_it_is_worded_by_the_rules_that_judged_the_row(self) -> None:
        strict = lane(contract={"train_seconds_max": 600})
        late = run("late", knob=1, seeds_run=0, extra={"train_seconds": 601.0})
        assert [item.code for item in self.found(late, strict)] == ["undisclosed_seeds"]
        shown = evidence({"val_bpb": 2.0}, seed=1)
        held = landed_lane(
            land(run("a"), shown, position=1), lane(), land(run("b"), shown, position=3)
        )
        assert [item.code for item in landed_breaches(ledger_of(held))] == [
            "receipt_mismatch",
            "receipt_mismatch",
        ]

    def test_lanes_one_after_the_other(self) -> None:
        other = landed_lane({**BOTH, "lane": "h100"}, rules=lane(lane="h100"))
        found = list(landed_breaches(ledger_of(landed_lane(BOTH), other)))
        assert [item.path.split("/")[1] for item in found] == ["local-cluster", "h100"]


class TestMendable:
    """What a row that something else keeps out would have to mend besides; it is not tried."""

    def trial(self, *events: Any, keep_invalid: bool = False) -> Trial:  # noqa: ANN401 - documents
        return Trial(ledger_of(landed_lane(*events)), Meant(keep_invalid=keep_invalid))

    def test_a_good_row_has_none(self) -> None:
        assert list(self.trial(BASELINE).mendable(land(WINNER))) == []

    @pytest.mark.parametrize("keep_invalid", [False, True])
    def test_as_if_it_were_admitted(self, *, keep_invalid: bool) -> None:
        wrong = land({**BOTH, "results": [*BOTH["results"], BOTH["results"][0]]})
        trial = self.trial(BASELINE, keep_invalid=keep_invalid)
        said = list(trial.mendable(wrong))
        assert len(trial.judged(NAME).verdicts) == 1
        admitted = [item for item in trial.admit(wrong)[1] if item.code in MENDABLE_REASONS]
        assert said == admitted
        assert {item.code for item in said} == {"duplicate_seed", "undisclosed_seeds"}

    def test_what_lasts_is_not_said(self) -> None:
        trial = self.trial(BASELINE)
        probe = land(run("probe", SAME, knob="probe", train_seconds_budget=None))
        assert trial.admit(probe)[0].verdict_class == "invalid"
        assert list(self.trial(BASELINE).mendable(probe)) == []

    def test_one_that_raises(self) -> None:
        odd = land(run("odd", metric="other"))
        said = list(self.trial(BASELINE).mendable(odd))
        assert said == self.trial(BASELINE).admit(odd)[1]
        assert codes(said) == [("unjudged", "error")]


def test_what_broke_nothing_has_no_finding() -> None:
    held = landed_lane(BASELINE)
    assert list(breach_findings((), held.rows[0], held.current.lane, "error")) == []


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


class TestSeedGivenTwice:
    """A seed with two scores is named with both, and with the run that has the other."""

    def messages(self, *events: Any, new: Document) -> list[str]:  # noqa: ANN401
        return [
            item.message for item in admitted(*events, new=new)[1] if item.code == "duplicate_seed"
        ]

    def test_in_an_earlier_run(self) -> None:
        again = run("again", {7: 1.0640}, config={"knob": "base"})
        first = run("first", {7: 1.0650, 8: 1.0660}, config={"knob": "base"})
        assert self.messages(first, new=again) == [
            "a seed is given twice with different scores (seed 7: 1.064 here, 1.065 in first)"
        ]

    def test_scores_without_a_seed_are_not_among_them(self) -> None:
        document = run("twice", {1: 1.0650, 2: 1.0660, 3: 1.0670})
        for result in document["results"][:2]:
            result["seed"] = None
        assert self.messages(BASELINE, new=document) == []
        document["results"].append({"seed": 3, "val_bpb": 1.0680})
        (message,) = self.messages(BASELINE, new={**document, "seeds_run": 4})
        assert "seed 3: 1.067 and 1.068 in the row itself" in message

    def test_in_the_row_itself(self) -> None:
        document = run("twice", {1: 1.0650, 2: 1.0660})
        document["results"][1]["seed"] = 1
        (message,) = self.messages(BASELINE, new=document)
        assert "(seed 1: 1.065 and 1.066 in the row itself)" in message

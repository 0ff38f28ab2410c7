"""The fold: one test a sentence of the contract, told as short histories of a lane."""

import math

import pytest

from homegolf_git.core.judge.scores import mean
from tests.build import failed, run
from tests.core.build import (
    BASELINE,
    INCUMBENT,
    MUCH_BETTER,
    MUCH_WORSE,
    SAME,
    evidence,
    land,
    lane,
    last,
    outcomes,
    replay,
    stats_of,
    verdicts,
)


class TestBaseline:
    """The first valid scored row of a lane is improvement/baseline and claims no gain."""

    def test_it_becomes_the_incumbent(self) -> None:
        verdict = last(BASELINE)
        assert (verdict.verdict_class, verdict.reason) == ("improvement", "baseline")
        assert (verdict.delta, verdict.stats) == (None, None)
        assert (verdict.incumbent_before, verdict.incumbent_after) == (None, "baseline")
        assert verdict.order == 1
        assert verdict.score == pytest.approx(mean(INCUMBENT))

    def test_neither_invalid_nor_failed_rows_are_one(self) -> None:
        found = verdicts(
            run("bad", MUCH_BETTER, seeds_run=0),
            failed("oom"),
            failed("nan", "diverged", knob=1),
            BASELINE,
        )
        assert outcomes(found) == [
            "invalid/undisclosed_seeds",
            "blocked/oom",
            "regression/diverged",
            "improvement/baseline",
        ]
        assert [verdict.incumbent_after for verdict in found] == [None, None, None, "baseline"]
        assert [verdict.order for verdict in found] == [1, 2, 3, 4]

    def test_a_lone_lucky_one_needs_no_fresh_seeds(self) -> None:
        verdict = last(run("baseline", [1.065], knob="base"), run("next", SAME, knob=1))
        assert "reference_selected" not in verdict.flags
        assert stats_of(verdict).n_incumbent == 1


class TestBlockers:
    """Blocked: open until a later valid scored row resolves it or has the same digest."""

    def test_a_system_failure_is_blocked_and_open(self) -> None:
        state, found = replay(BASELINE, failed("oom", knob=1))
        assert outcomes(found)[1] == "blocked/oom"
        assert (found[1].delta, found[1].stats, found[1].score) == (None, None, None)
        assert set(state.blockers) == {"oom"}

    @pytest.mark.parametrize(
        "kind",
        [
            "oom", "nonfinite_export", "crash", "timeout", "preempted", "missing_input",
            "no_score_receipt", "refused_projection", "quota", "other",
        ],
    )  # fmt: skip
    def test_every_kind_but_divergence_blocks(self, kind: str) -> None:
        assert outcomes(verdicts(failed("run", kind)))[0] == f"blocked/{kind}"

    def test_resolving_by_name_settles_it(self) -> None:
        state, _ = replay(
            BASELINE,
            failed("oom", knob=1),
            failed("crash", "crash", knob=2),
            run("fixed", SAME, knob=3, resolves=["oom"]),
        )
        assert set(state.blockers) == {"crash"}

    def test_scoring_the_same_config_settles_it(self) -> None:
        state, _ = replay(BASELINE, failed("oom", knob=1), run("fixed", SAME, knob=1))
        assert state.blockers == {}

    def test_a_replicate_of_the_incumbent_settles_too(self) -> None:
        state, _ = replay(
            BASELINE, failed("oom", knob=1), run("again", {9: 1.065}, knob="base", resolves=["oom"])
        )
        assert state.blockers == {}

    def test_the_first_row_of_the_lane_settles_too(self) -> None:
        state, _ = replay(failed("oom", knob="base"), BASELINE)
        assert state.blockers == {}

    def test_neither_an_invalid_row_nor_a_failed_one_settles(self) -> None:
        state, _ = replay(
            BASELINE,
            failed("oom", knob=1),
            run("invalid", SAME, knob=1, seeds_run=0, resolves=["oom"]),
            failed("nan", "diverged", knob=1, resolves=["oom"]),
            failed("again", "crash", knob=1, resolves=["oom"]),
        )
        assert set(state.blockers) == {"oom", "again"}

    def test_a_score_before_the_failure_does_not_settle_it(self) -> None:
        state, _ = replay(BASELINE, run("scored", SAME, knob=1), failed("oom", knob=1))
        assert set(state.blockers) == {"oom"}

    def test_a_failed_run_outside_the_contract_is_invalid_and_no_blocker(self) -> None:
        rules = lane(contract={"hardware": [{"device_matches": "H100", "count": 1}]})
        state, found = replay(failed("oom"), rules=rules)
        assert outcomes(found) == ["invalid/wrong_hardware"]
        assert state.blockers == {}

    def test_blockers_of_an_unknown_revision_are_settled_only_by_name(self) -> None:
        unknown = {"revision": None, "changed_paths": None}
        state, _ = replay(
            BASELINE, failed("oom", knob=1, source=unknown), run("b", SAME, knob=1, source=unknown)
        )
        assert set(state.blockers) == {"oom"}


class TestInfeasible:
    """An idea that cannot run here is blocked and never open: nothing settles it, nothing waits."""

    def test_it_opens_nothing(self) -> None:
        state, found = replay(BASELINE, failed("f", "infeasible", stage="setup", knob="x"))
        assert found[1].name == "blocked/infeasible"
        assert found[1].sentence == "No score: declared infeasible at setup; nobody waits for it."
        assert (list(state.blockers), len(state.reign.window) if state.reign else 0) == ([], 0)
        assert state.tally["blocked/infeasible"] == 1

    def test_the_same_config_settles_nothing(self) -> None:
        state, _ = replay(
            BASELINE, failed("f", "infeasible", knob="x"), failed("g", "oom", knob="x"),
            run("r", knob="x"),
        )  # fmt: skip
        assert dict(state.settled) == {"g": "r"}

    def test_resolving_it_is_allowed_and_settles_nothing(self) -> None:
        state, found = replay(BASELINE, failed("f", "infeasible"), run("r", resolves=["f"], knob=9))
        assert (found[2].verdict_class, dict(state.settled)) == ("improvement", {})

    def test_a_retracted_one_is_not_counted(self) -> None:
        state, found = replay(BASELINE, failed("f", "infeasible"), retracted=["f"])
        assert (found[1].name, "blocked/infeasible" in state.tally) == ("invalid/retracted", False)


class TestDiverged:
    """regression/diverged enters the stop window as cleared and takes no number."""

    def test_it_enters_the_window_as_cleared(self) -> None:
        state, found = replay(BASELINE, failed("nan", "diverged", knob=1))
        assert outcomes(found)[1] == "regression/diverged"
        assert (found[1].delta, found[1].stats) == (None, None)
        assert state.reign is not None
        assert [entry.is_cleared for entry in state.reign.window.entries.values()] == [True]
        assert state.reign.tickets == {}
        assert state.blockers == {}

    def test_a_config_stands_in_the_window_once(self) -> None:
        state, _ = replay(
            BASELINE,
            failed("nan-1", "diverged", knob=1),
            failed("nan-2", "diverged", knob=1),
            run("scored", SAME, knob=1),
        )
        assert state.reign is not None
        assert [entry.reason for entry in state.reign.window.entries.values()] == ["equivalent"]

    def test_the_incumbent_is_not_in_its_own_window(self) -> None:
        state, _ = replay(BASELINE, failed("nan", "diverged", knob="base"))
        assert state.reign is not None
        assert len(state.reign.window) == 0
        assert state.incumbent == "baseline"


class TestReceiptReused:
    """receipt_reused: a receipt's digest already proves another row."""

    def test_the_second_row_is_invalid(self) -> None:
        shown = evidence({"val_bpb": 1.0650})
        found = verdicts(
            land(run("first", [1.0650], knob=1), shown),
            land(run("second", [1.0650], knob=2), shown),
        )
        assert outcomes(found)[1] == "invalid/receipt_reused"

    def test_a_receipt_listed_twice_in_one_row_is_not_reused(self) -> None:
        shown = evidence({"val_bpb": 1.0650})
        verdict = last(land(run("first", [1.0650], knob=1), shown, shown))
        assert verdict.reason == "baseline"


class TestRetraction:
    """A retraction re-judges later rows."""

    def test_a_retracted_row_is_invalid_and_the_next_takes_its_place(self) -> None:
        rows = (BASELINE, run("winner", MUCH_BETTER, knob=1), run("next", MUCH_BETTER, knob=2))
        found = verdicts(*rows, retracted=["winner"])
        assert outcomes(found) == [
            "improvement/baseline",
            "invalid/retracted",
            "improvement/strict",
        ]

    def test_a_retracted_failure_blocks_nothing(self) -> None:
        state, found = replay(BASELINE, failed("oom"), retracted=["oom"])
        assert outcomes(found)[1] == "invalid/retracted"
        assert state.blockers == {}


class TestStats:
    """stats is null for invalid, blocked, diverged, baseline, replicate and not_confirmed."""

    def test_the_others_have_them(self) -> None:
        found = verdicts(BASELINE, run("a", MUCH_WORSE, knob=1), run("b", SAME, knob=2))
        assert outcomes(found)[1:] == ["regression/worse", "noise/equivalent"]
        assert all(verdict.stats is not None for verdict in found[1:])

    def test_seeds_needed_goes_with_underpowered_only(self) -> None:
        found = verdicts(BASELINE, run("a", [1.0635], knob=1), run("b", SAME, knob=2))
        assert outcomes(found)[1] == "noise/underpowered"
        assert stats_of(found[1]).seeds_needed is not None
        assert stats_of(found[2]).seeds_needed is None


class TestFlags:
    """unverified and attribution_conflict are flags and change no verdict."""

    def test_a_missing_optional_fact_is_unverified(self) -> None:
        rules = lane(contract={"train_seconds_max": 600})
        assert last(BASELINE, rules=rules).reason == "baseline"
        assert "unverified" in last(BASELINE, rules=rules).flags

    def test_with_every_fact_there_nothing_is(self) -> None:
        facts = {"train_seconds": 599.0, "val_loss": 2.0, "evaluated_tokens": 100}
        consistent = 2.0 * 100 / (271 * math.log(2))
        whole = run("whole", [consistent], extra={**facts, "evaluated_bytes": 271})
        verdict = last(whole, rules=lane(contract={"train_seconds_max": 600}))
        assert (verdict.reason, verdict.flags) == ("baseline", ())

    def test_a_declared_kind_that_disagrees_is_flagged(self) -> None:
        change = {"kind": "system", "summary": "faster"}
        verdict = last(BASELINE, run("a", SAME, knob=1, base="baseline", change=change))
        assert verdict.attribution == "model"
        assert "attribution_conflict" in verdict.flags

    def test_a_base_that_is_not_in_the_lane_is_unknown(self) -> None:
        assert last(BASELINE, run("a", SAME, knob=1, base="elsewhere")).attribution == "unknown"

    def test_an_invalid_row_can_be_a_base(self) -> None:
        found = last(
            BASELINE,
            run("invalid", SAME, knob=1, seeds_run=0),
            run("a", SAME, knob=2, base="invalid"),
        )
        assert found.attribution == "model"

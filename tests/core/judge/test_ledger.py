"""A ledger as values: lanes in their order, what landed in them, and what is wrong with it."""

from typing import Any

import pytest

from homegolf_git.core.judge.history import Fault, LandedFile
from homegolf_git.core.judge.ledger import (
    LandedRetraction,
    Ledger,
    rows_before,
)
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import (
    LADDER_PATH,
    LaneId,
    Oid,
    RunId,
    parse_path,
    receipt_folder,
    retraction_path,
    row_path,
)
from homegolf_git.core.model.row import Retraction
from homegolf_git.core.model.stored import StoredMap
from tests.build import LANE, run
from tests.core.build import BASELINE, lane
from tests.core.ledgers import WINNER, landed_lane

NAME = LaneId(LANE)
ROW = row_path(LANE, "2026-03", "baseline")
RECEIPT = f"{receipt_folder(LANE, 'baseline')}/log.json"


def ledger_of(*events: Any, **fields: Any) -> Ledger:  # noqa: ANN401
    """A ledger of one lane, all of whose rows have landed."""
    held = landed_lane(*events)
    paths = StoredMap({landed.row.run_id: landed.path for landed in held.rows})
    return Ledger(Oid("0"), (NAME,), {NAME: held}, row_paths=paths, **fields)


class TestLedger:
    """Lanes in the ladder's order, and events in the order of landing."""

    def test_lane_order(self) -> None:
        ladder = (LaneId("b"), LaneId("gone"), LaneId("a"))
        lanes = {LaneId(name): landed_lane() for name in ("z", "a", "b", "c")}
        assert Ledger(Oid("0"), ladder, lanes).lane_order() == ["b", "a", "c", "z"]

    def test_events(self) -> None:
        ledger = landed_lane(BASELINE, lane(), WINNER, "winner")
        assert [event.position for event in ledger.events()] == [0, 1, 2, 3, 4]
        assert ledger.current is ledger.rules[-1]
        assert ledger.retracted == {"winner"}

    def test_a_row_is_found_in_whatever_lane(self) -> None:
        ledger = ledger_of(BASELINE, run("next"))
        found = ledger.row_of("next")
        assert found is not None
        assert found.run_id == "next"
        assert [ledger.row_of(name) for name in ("other", None)] == [None, None]


class TestLane:
    """What landed in one lane."""

    def test_a_row_is_found_by_its_run(self) -> None:
        ledger = landed_lane(BASELINE, WINNER)
        assert ledger.find(RunId("winner")) is ledger.rows[1]
        assert (ledger.find(RunId("gone")), ledger.find(None)) == (None, None)

    def test_a_lane_as_a_retraction_would_leave_it(self) -> None:
        ledger = landed_lane(BASELINE, WINNER)
        judge_lane(ledger)
        retraction = Retraction(RunId("winner"), "a mistake", "an issue", "me")
        there = ledger.with_retraction(LandedRetraction(retraction, Oid("9"), 9))
        assert not ledger.retracted
        assert there.retracted == {"winner"}
        assert judge_lane(there).state.incumbent == "baseline"
        assert judge_lane(ledger).state.incumbent == "winner"

    def test_its_metric_may_change_until_its_first_row(self) -> None:
        other = lane(metric={"direction": "maximize"})
        landed = landed_lane()
        assert landed.keeps_metric(other)
        landed.has_rows = True
        assert not landed.keeps_metric(other)
        assert landed.keeps_metric(lane(metric={"decimals": 6}))

    def test_rows_that_landed_before_a_commit(self) -> None:
        ledger = landed_lane(BASELINE, lane(), WINNER, start=3)
        assert [rows_before(ledger, at) for at in (0, 4, 5, 6, 7, 99)] == [0, 0, 1, 1, 2, 2]

    def test_a_part_of_the_events(self) -> None:
        ledger = landed_lane(BASELINE, lane(), WINNER, "winner")
        assert ledger.counts == (2, 1, 2)
        later = ledger.events((1, 0, 1), (2, 0, 2))
        assert [event.position for event in later] == [2, 3]


class TestFindings:
    """Every fault up to head, and what is named and is not there."""

    def codes(self, ledger: Ledger) -> list[tuple[str, str, str]]:
        return [(item.code, item.severity, item.path) for item in ledger.findings]

    def test_none(self) -> None:
        assert ledger_of(BASELINE, WINNER, "winner").findings == []

    def test_a_run_that_landed_behind_its_retraction(self) -> None:
        early = ledger_of(BASELINE, "winner", WINNER)
        (found,) = early.findings
        path = retraction_path(LANE, "winner")
        assert (found.code, found.severity, found.path) == ("unknown_run", "warning", path)
        assert early.lanes[NAME].find(RunId("winner")) is not None

    def test_those_of_the_history_and_of_files(self) -> None:
        ledger = ledger_of(BASELINE, noted=[finding("unreadable_receipt", "x", RECEIPT)])
        ledger.track.landed[ROW] = Oid("1")
        ledger.track.faults[ROW] = Fault("row_edited", "in commit 2", Oid("2"))
        assert self.codes(ledger) == [
            ("row_edited", "error", ROW),
            ("unreadable_receipt", "error", RECEIPT),
        ]

    def test_a_retraction_settles_those_of_its_run_alone(self) -> None:
        other = row_path(LANE, "2026-03", "winner")
        lane_file = f"ledger/{LANE}/lane.yaml"
        noted = [finding("wrong_type", "x", path) for path in (ROW, RECEIPT, other, lane_file, "")]
        ledger = ledger_of(BASELINE, WINNER, "baseline", noted=noted)
        assert [item.severity for item in ledger.findings] == ["note"] * 2 + ["error"] * 3

    def test_a_receipt_that_no_row_lists(self) -> None:
        place = parse_path(RECEIPT)
        assert place is not None
        waiting = {"x": [LandedFile(place, RECEIPT, Oid("1"))]}
        assert self.codes(ledger_of(waiting=waiting)) == [("unlisted_receipt", "error", RECEIPT)]
        assert ledger_of(BASELINE, waiting=waiting).findings == []

    def test_one_of_no_run_is_settled_where_its_file_is_removed(self) -> None:
        place = parse_path(RECEIPT)
        assert place is not None
        ledger = ledger_of(waiting={"x": [LandedFile(place, RECEIPT, Oid("1"))]})
        ledger.track.landed[RECEIPT] = Oid("1")
        ledger.track.faults[RECEIPT] = Fault("receipt_edited", "in commit 2", None)
        assert {item.severity for item in ledger.findings} == {"note"}

    def test_a_ladder_that_names_a_lane_which_is_not_there(self) -> None:
        ledger = ledger_of(BASELINE)
        ledger.ladder = (NAME, LaneId("gone"))
        assert self.codes(ledger) == [("unknown_lane", "error", LADDER_PATH)]

    def test_rules_by_which_nothing_can_be_judged(self) -> None:
        path, broken = f"ledger/{LANE}/lane.yaml", lane(decision={"block": 0})
        ledger = ledger_of(BASELINE, broken)
        assert ledger.findings == []  # nobody has judged it
        judge_lane(ledger.lanes[NAME])
        assert self.codes(ledger) == [("unusable_rules", "error", path)]
        assert "ZeroDivisionError" in ledger.findings[0].message
        settled = ledger_of(BASELINE, broken, lane())
        judge_lane(settled.lanes[NAME])
        assert self.codes(settled) == [("unusable_rules", "note", path)]

    @pytest.mark.parametrize(("events", "severity"), [((), "error"), (("odd",), "note")])
    def test_a_row_that_cannot_be_judged(self, events: tuple[str, ...], severity: str) -> None:
        ledger = ledger_of(BASELINE, run("odd", metric="other"), *events)
        judge_lane(ledger.lanes[NAME])
        path = row_path(LANE, "2026-03", "odd")
        assert self.codes(ledger) == [("unjudged", severity, path)]

    def test_a_retraction_of_a_run_that_never_landed(self) -> None:
        path = retraction_path(LANE, "gone")
        assert self.codes(ledger_of(BASELINE, "gone")) == [("unknown_run", "error", path)]


def test_the_owner_of_a_receipt_is_the_first_run_that_still_counts() -> None:
    owners = ((NAME, RunId("baseline")), (LaneId("gone"), RunId("x")), (NAME, RunId("winner")))
    runs = StoredMap({Oid("1"): owners})
    ledger = ledger_of(BASELINE, WINNER, receipt_runs=runs)
    assert ledger.receipt_owner(Oid("1")) == (NAME, "baseline")
    assert ledger.receipt_owner(Oid("2")) is None
    ledger = ledger_of(BASELINE, WINNER, "baseline", receipt_runs=runs)
    assert ledger.receipt_owner(Oid("1")) == (NAME, "winner")
    ledger = ledger_of(BASELINE, WINNER, "baseline", "winner", receipt_runs=runs)
    assert ledger.receipt_owner(Oid("1")) is None

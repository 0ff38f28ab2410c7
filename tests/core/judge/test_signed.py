"""What must be signed: by the rules in force where it landed."""

from typing import Any

from homegolf_git.core.judge.ledger import LandedRetraction, LaneLedger, Ledger
from homegolf_git.core.judge.signed import (
    Asked,
    asked_files,
    asked_tags,
    wants_signed_rows,
    wants_signed_tags,
)
from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.row import Retraction
from tests.core.build import BASELINE, SAME, lane
from tests.core.ledgers import landed_lane, tried

NAME = LaneId("local-cluster")
PLAIN, SIGNED = lane(), lane(signatures={"rows": "required", "tags": "required"})
OFF = lane(signatures={"rows": None, "tags": None})


def ledger(*events: Any, rules: Any = PLAIN) -> Ledger:  # noqa: ANN401 - of any kind
    return Ledger(Oid("0"), (), {NAME: landed_lane(BASELINE, *events, rules=rules)})


def retract(found: LaneLedger, position: int) -> None:
    retraction = Retraction(RunId("r1"), "wrong", "log", "bob")
    found.retractions.append(LandedRetraction(retraction, Oid("c"), position))


def test_nothing_where_no_lane_asks() -> None:
    for rules in (PLAIN, OFF):
        found = ledger(tried("r1", SAME), rules=rules)
        retract(found.lanes[NAME], 9)
        assert list(asked_files(found)) == []
        assert not wants_signed_rows(found)
        assert not wants_signed_tags(found, NAME)
        assert (
            list(asked_tags(found, {"incumbents/local-cluster/0001": Oid("c")}, {Oid("c"): 1}))
            == []
        )


def test_rows_and_retractions_behind_the_rules_that_ask() -> None:
    found = ledger(
        tried("r1", SAME), SIGNED, tried("r2", SAME, submitter="ada"), PLAIN, tried("r3", SAME)
    )
    rows = {landed.row.run_id: landed for landed in found.lanes[NAME].rows}
    at = rows[RunId("r2")].position
    retract(found.lanes[NAME], at)
    retract(found.lanes[NAME], rows[RunId("r3")].position)
    retraction = Asked("ledger/local-cluster/retractions/r1.yaml", "bob", at)
    assert list(asked_files(found)) == [Asked(rows[RunId("r2")].path, "ada", at), retraction]
    assert list(asked_files(found, beyond=at)) == []
    assert wants_signed_rows(found)
    assert not wants_signed_tags(found, NAME)


def test_tags_on_commits_at_which_the_lane_asks() -> None:
    found = ledger(SIGNED)
    start = found.lanes[NAME].rules[1].position
    positions = {Oid("early"): start - 1, Oid("late"): start}
    tags = {
        "incumbents/local-cluster/0001": Oid("early"),
        "incumbents/local-cluster/0002": Oid("late"),
        "incumbent/local-cluster": Oid("late"),
        "promotions/other/0001": Oid("late"),
        "incumbents/local-cluster/0003": Oid("elsewhere"),
        "v1": Oid("late"),
    }
    assert list(asked_tags(found, tags, positions)) == [
        "incumbents/local-cluster/0002",
        "incumbent/local-cluster",
    ]
    assert wants_signed_tags(found, NAME)
    assert not wants_signed_tags(found, LaneId("other"))


def test_a_tag_from_before_the_lane() -> None:
    """By the first rules that the lane had."""
    found = ledger(rules=SIGNED)
    positions = {Oid("early"): -1}
    assert list(asked_tags(found, {"incumbent/local-cluster": Oid("early")}, positions)) == [
        "incumbent/local-cluster"
    ]

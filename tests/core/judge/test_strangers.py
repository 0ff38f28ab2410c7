"""Retractions by others than whoever submitted the run or owns the ledger."""

import pytest

from homegolf_git.core.judge.ledger import LandedRetraction
from homegolf_git.core.judge.strangers import stranger_findings
from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.row import Retraction
from tests.core.build import BASELINE, SAME
from tests.core.ledgers import landed_lane, tried

NAME = LaneId("local-cluster")


def told(by: str, *owners: str, run_id: str = "r1", submitter: str = "ada") -> list[str]:
    lane = landed_lane(BASELINE, tried("r1", SAME, submitter=submitter))
    retraction = Retraction(RunId(run_id), "wrong", "log", by)
    lane.retractions.append(LandedRetraction(retraction, Oid("c"), 9))
    found = list(stranger_findings(NAME, lane, owners))
    assert {(item.code, item.severity) for item in found} <= {("foreign_retraction", "warning")}
    assert {item.path for item in found} <= {"ledger/local-cluster/retractions/r1.yaml"}
    return [item.message for item in found]


def test_a_stranger() -> None:
    (message,) = told("eve", "bob")
    assert message == "r1 was submitted by ada, and is retracted by eve, who is no owner"


@pytest.mark.parametrize(("by", "submitter"), [("ada", "ada"), ("@ada", "ada"), ("ada", "@ada")])
def test_the_submitter(by: str, submitter: str) -> None:
    assert told(by, submitter=submitter) == []


@pytest.mark.parametrize("by", ["bob", "@bob"])
def test_an_owner(by: str) -> None:
    assert told(by, "bob", "carol") == []


def test_a_run_that_never_landed() -> None:
    assert told("eve", run_id="r2") == []

"""Whether a ledger is in order."""

import pytest

from homegolf_git.core.model.artifacts import Checked
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.views.findings import finding_json
from homegolf_git.core.views.verify import Verified, json, text

ERROR = finding("row_edited", "in commit c", "ledger/x.yaml")
NOTE = finding("several_rows", "commit c lands 2 rows", severity="note")
WARNING = finding("receipt_reused", "it proves x", severity="warning")


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ([], "7 rows in 1 lane: all in order"),
        ([NOTE, WARNING], "7 rows in 1 lane: all in order"),
        ([NOTE, ERROR], "7 rows in 1 lane: 1 error"),
        ([ERROR, ERROR, WARNING], "7 rows in 1 lane: 2 errors"),
    ],
)
def test_only_errors_put_a_ledger_out_of_order(found: list[Finding], line: str) -> None:
    assert list(text(Verified(7, 1, found))) == [line]


def test_an_empty_ledger_is_in_order() -> None:
    assert list(text(Verified(0, 0, []))) == ["0 rows in 0 lanes: all in order"]


def test_the_document_has_every_fault_and_remark_in_their_order() -> None:
    assert json(Verified(7, 2, [NOTE, ERROR])) == {
        "rows": 7,
        "findings": [finding_json(NOTE), finding_json(ERROR)],
    }


def test_artifacts_are_told_where_they_were_looked_at() -> None:
    verified = Verified(7, 1, [], Checked(9, 4, 3, 12_345, 2, 0, 3))
    assert list(text(verified))[1:] == [
        "4 artifacts of 9 fetched, 12,345 bytes: 3 as their rows say",
        "passed over: 2 without an address, 3 of retracted runs",
    ]
    assert json(verified)["artifacts"] == {
        "listed": 9, "checked": 4, "matching": 3, "bytes": 12_345,
        "without_address": 2, "without_digest": 0, "retracted": 3,
    }  # fmt: skip
    assert len(list(text(Verified(7, 1, [], Checked(0, 0, 0, 0, 0, 0, 0))))) == 2

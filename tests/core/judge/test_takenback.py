"""What commits bring and the whole does not show: a rebase lands it all the same."""

import pytest

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.judge.proposal import Proposal, ProposedCommit, State
from homegolf_git.core.judge.takenback import late_receipts, taken_back_findings
from homegolf_git.core.model.naming import REGULAR_FILE_MODE, Oid

ROW = "ledger/h100/runs/2026-03/abc.yaml"
RECEIPT = "ledger/h100/receipts/abc/log.json"
LANE = "ledger/h100/lane.yaml"
OLD: State = (REGULAR_FILE_MODE, Oid("old"))


def change(path: str, blob: str = "new", status: str = "M", mode: str = "100644") -> PathChange:
    return PathChange(status, mode, Oid(blob), path)


def commits(*changed: PathChange, merges: tuple[int, ...] = ()) -> tuple[ProposedCommit, ...]:
    """A commit a change."""
    return tuple(
        ProposedCommit(Oid(f"commit{n}"), "x", (item,), n in merges)
        for n, item in enumerate(changed)
    )


def told(*changed: PathChange, merges: tuple[int, ...] = (), old: State | None = OLD) -> list[str]:
    """Messages about commits of which the whole shows nothing."""
    kept = {item.path: old for item in changed} if old else {}
    opened = Proposal(commits(*changed, merges=merges), (), kept=kept)
    found = list(taken_back_findings(opened))
    assert {item.code for item in found} <= {"taken_back"}
    return [item.message for item in found]


def test_both_commits_are_named() -> None:
    (message,) = told(change(LANE), change(LANE, "old"))
    assert message == "commit commit0 changes it, and commit commit1 takes that back"


@pytest.mark.parametrize(("status", "verb"), [("A", "adds"), ("D", "deletes"), ("T", "changes")])
def test_what_was_done(status: str, verb: str) -> None:
    (message,) = told(change(LANE, status=status), change(LANE, "old"))
    assert f"commit0 {verb} it" in message


def test_a_merge_leaves_it_out() -> None:
    assert told(change(LANE)) == ["commit commit0 changes it, and a merge leaves that out"]


def test_a_mode_is_a_change() -> None:
    assert len(told(change("run.sh", "old", mode="100755"), change("run.sh", "old"))) == 1


def test_a_file_that_is_gone_again() -> None:
    assert len(told(change("x", status="A"), change("x", "0", "D"), old=None)) == 1
    assert told(change("x", "0", "D"), old=None) == []  # gone on both sides


def test_what_main_has_meanwhile_is_no_detour() -> None:
    assert told(change(LANE, "old")) == []


def test_what_the_whole_shows_is_no_detour() -> None:
    opened = Proposal(commits(change("a.py"), change("a.py", "newer")), (change("a.py", "newer"),))
    assert list(taken_back_findings(opened)) == []
    assert [item.path for item in opened.touched()] == ["a.py"]


def test_rows_have_codes_of_their_own() -> None:
    assert told(change(ROW), change(ROW, "old")) == []  # changed_again
    assert told(change(ROW), merges=(0,)) == []  # merge_changes
    assert len(told(change(ROW))) == 1


class TestLateReceipts:
    """A receipt comes with its row, or before it."""

    @pytest.mark.parametrize(
        ("paths", "is_late"),
        [([ROW, RECEIPT], True), ([RECEIPT, ROW], False), ([RECEIPT], False), (["x", ROW], False)],
    )
    def test_in_commits_of_their_own(self, paths: list[str], is_late: bool) -> None:
        opened = Proposal(commits(*(change(path, status="A") for path in paths)), ())
        assert [item.code for item in late_receipts(opened)] == ["missing_receipt"] * is_late

    def test_in_one_commit(self) -> None:
        both = (change(ROW, status="A"), change(RECEIPT, status="A"))
        opened = Proposal((ProposedCommit(Oid("c"), "x", both, is_merge=False),), both)
        assert list(late_receipts(opened)) == []

    def test_one_that_is_changed_is_said_elsewhere(self) -> None:
        opened = Proposal(commits(change(ROW, status="A"), change(RECEIPT)), ())
        assert list(late_receipts(opened)) == []

"""What a pull request may change: its commits and paths, before any content is read."""

import pytest

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.judge.proposal import (
    MESSAGE_MAX,
    Proposal,
    ProposedCommit,
    row_commits,
    structure_findings,
    trailer_findings,
)
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import REGULAR_FILE_MODE, Oid

ROW = "ledger/h100/runs/2026-03/abc.yaml"
OTHER_ROW = "ledger/h100/runs/2026-03/def.yaml"
RECEIPT = "ledger/h100/receipts/abc/log.json"
RETRACTION = "ledger/h100/retractions/abc.yaml"
LANE = "ledger/h100/lane.yaml"
BOARD = "ledger/h100/SCOREBOARD.md"


def change(path: str, status: str = "A", mode: str = REGULAR_FILE_MODE) -> PathChange:
    return PathChange(status, mode, Oid("1"), path)


def commit(
    *changes: PathChange, message: str = "a run", is_merge: bool = False, oid: str = "c1"
) -> ProposedCommit:
    return ProposedCommit(Oid(oid), message, changes, is_merge)


def proposal(*commits: ProposedCommit) -> Proposal:
    """A pull request whose commits change each path once."""
    changed = {item.path: item for made in commits for item in made.changes}
    return Proposal(commits, tuple(changed.values()))


def found(*commits: ProposedCommit, is_merge_group: bool = False) -> list[tuple[str, str]]:
    told = structure_findings(proposal(*commits), is_merge_group=is_merge_group)
    assert all(item.message and item.fix for item in told)
    return [(item.code, item.severity) for item in told]


class TestKinds:
    """What a pull request is about."""

    @pytest.mark.parametrize(
        ("paths", "is_submission"),
        [
            ([ROW, RECEIPT], True),
            ([RETRACTION], True),
            ([LANE], False),
            (["ledger/ladder.yaml"], False),
            ([ROW, LANE], True),
            (["README.md", BOARD, "ledger/h100/notes.md"], False),
            ([], False),
        ],
    )
    def test_by_paths(self, paths: list[str], is_submission: bool) -> None:
        assert proposal(commit(*map(change, paths))).is_submission == is_submission

    def test_places_of_some_kinds(self) -> None:
        opened = proposal(commit(change(ROW), change(RECEIPT), change("README.md")))
        assert [place.file for _, place in opened.places("receipt")] == ["log.json"]
        assert [item.path for item, _ in opened.places("row", "receipt")] == [ROW, RECEIPT]

    def test_steps_of_some_kinds(self) -> None:
        first, second = commit(change(ROW), change(LANE), change("a")), commit(change(LANE, "D"))
        opened = proposal(first, second)
        assert {path: len(steps) for path, steps in opened.steps().items()} == {ROW: 1, LANE: 2, "a": 1}  # fmt: skip
        assert list(opened.steps("lane", "ladder")) == [LANE]
        assert [step.state for step in opened.steps("lane")[LANE]] == [("100644", "1"), None]


class TestPaths:
    """Paths that a pull request may not change, or not beside runs."""

    @pytest.mark.parametrize(
        "paths", [[ROW, RECEIPT], [RETRACTION], [LANE, "src/a.py"], ["README.md"]]
    )
    def test_nothing(self, paths: list[str]) -> None:
        assert found(commit(*map(change, paths))) == []

    @pytest.mark.parametrize(
        ("made", "code"),
        [
            (change(BOARD), "generated_touched"),
            (change(BOARD, "D"), "generated_touched"),
            (change("ledger/h100/notes.md"), "stray_file"),
            (change("ledger/h100/runs/2026-03/ABC.yaml"), "bad_path"),
            (change(ROW, "M"), "row_edited"),
            (change(ROW, "T"), "row_edited"),
            (change(ROW, "D"), "row_deleted"),
            (change(RECEIPT, "M"), "receipt_edited"),
            (change(RECEIPT, "D"), "receipt_edited"),
            (change(RETRACTION, "D"), "retraction_edited"),
            (change(ROW, mode="100755"), "not_a_file"),
            (change(RECEIPT, mode="120000"), "not_a_file"),
        ],
    )
    def test_refused(self, made: PathChange, code: str) -> None:
        assert found(commit(made)) == [(code, "error")]

    @pytest.mark.parametrize(
        ("status", "words"),
        [("M", "changes it"), ("D", "deletes it"), ("T", "changes its type")],
    )
    def test_it_says_what_is_done_to_a_landed_file(self, status: str, words: str) -> None:
        opened = proposal(commit(change(ROW, status)))
        assert structure_findings(opened, is_merge_group=False)[0].message.endswith(words)

    @pytest.mark.parametrize("others", [["README.md"], [LANE], ["a", "b", LANE]])
    def test_runs_and_something_else(self, others: list[str]) -> None:
        opened = proposal(commit(change(ROW), *map(change, others)))
        [told] = structure_findings(opened, is_merge_group=False)
        assert (told.code, told.path) == ("mixed_change", others[0])
        assert (f"and {len(others) - 1} more" in told.message) is (len(others) > 1)

    def test_nothing_at_all(self) -> None:
        assert found() == [("no_change", "error")]

    def test_too_large_to_be_read(self) -> None:
        opened = Proposal((commit(change(BOARD)),), (change(BOARD),), is_too_large=True)
        [told] = structure_findings(opened, is_merge_group=False)
        assert told.code == "too_many_changes"
        assert "5,000" in told.message


class TestCommits:
    """Each row has a commit of its own, and messages hold text only."""

    def test_one_row_a_commit(self) -> None:
        first, second = commit(change(ROW)), commit(change(OTHER_ROW), oid="c2")
        assert found(first, second) == []

    @pytest.mark.parametrize(("is_merge_group", "severity"), [(False, "error"), (True, "note")])
    def test_several_rows_in_one(self, is_merge_group: bool, severity: str) -> None:
        both = commit(change(ROW), change(OTHER_ROW))
        assert found(both, is_merge_group=is_merge_group) == [("several_rows", severity)]

    @pytest.mark.parametrize(
        ("message", "is_told"),
        [
            ("a\tb\nc", False),
            ("a\x1b[31m", True),
            ("a\r\n", True),
            ("a\x9b", True),
            ("x" * (MESSAGE_MAX - 1), False),
            ("x" * MESSAGE_MAX, True),
        ],
        ids=["plain", "escape", "carriage return", "c1", "long", "too long"],
    )
    def test_messages(self, message: str, is_told: bool) -> None:
        told = found(commit(change(ROW), message=message))
        assert told == ([("bad_message", "error")] if is_told else [])

    @pytest.mark.parametrize(
        ("changes", "told"),
        [((), []), ((LANE,), []), ((ROW, RECEIPT), [("merge_changes", "error")] * 2)],
    )
    def test_a_merge_brings_no_run_of_its_own(
        self, changes: tuple[str, ...], told: list[tuple[str, str]]
    ) -> None:
        assert found(commit(*map(change, changes), is_merge=True)) == told

    def test_a_file_that_two_commits_change(self) -> None:
        told = found(commit(change(RECEIPT)), commit(change(RECEIPT), oid="c2"))
        assert told == [("changed_again", "error")]

    def test_nothing_is_said_twice(self) -> None:
        same = commit(change(ROW), message="a\x00")
        assert found(same, same) == [("bad_message", "error"), ("changed_again", "error")]


class TestTrailers:
    """Trailers say what the row says, or nothing."""

    FACTS = {"Run": "abc", "Lane": "h100", "Row-Sha256": "ab" * 32}  # noqa: RUF012

    def told(self, *lines: str, is_merge_group: bool = False) -> list[Finding]:
        made = commit(change(ROW), message="a run\n\n" + "\n".join(lines))
        return list(trailer_findings(made, self.FACTS, is_merge_group=is_merge_group))

    @pytest.mark.parametrize(
        "lines",
        [
            (),
            ("Homegolf-Run: abc", "Homegolf-Lane: h100", f"Homegolf-Row-Sha256: {'ab' * 32}"),
            ("homegolf-RUN:\tabc ",),
            ("Homegolf-Other: x", "Signed-off-by: me"),
        ],
    )
    def test_that_fit(self, lines: tuple[str, ...]) -> None:
        assert self.told(*lines) == []

    def test_that_do_not(self) -> None:
        found = self.told("Homegolf-Run: abd", "homegolf-lane: h100", "Homegolf-Row-Sha256: 0")
        assert [item.code for item in found] == ["trailer_mismatch"] * 2
        assert "Homegolf-Run: abd" in found[0].message

    def test_a_queue_that_squashes_joins_those_of_several_rows(self) -> None:
        lines = ("Homegolf-Run: abd", "Homegolf-Run: abc")
        assert self.told(*lines, is_merge_group=True) == []
        assert len(self.told(*lines)) == 1
        assert len(self.told("Homegolf-Run: abd", is_merge_group=True)) == 1


def test_the_commit_that_adds_each_row() -> None:
    first = commit(change(ROW), change(RECEIPT))
    second = commit(change(OTHER_ROW), change("README.md"), change(LANE, "M"), oid="c2")
    third = commit(change(ROW, "M"), oid="c3")
    assert row_commits([first, second, third]) == {ROW: first, OTHER_ROW: second}

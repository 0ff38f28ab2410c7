"""What landed when, and what broke append-only."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.history import (
    Commit,
    LandedFile,
    Landing,
    PathChange,
    Track,
    landing_order,
    landings,
)
from homegolf_git.core.model.findings import CODES, Finding
from homegolf_git.core.model.naming import (
    LADDER_PATH,
    RECEIPTS_PATH,
    SUBMODULE_MODE,
    LaneId,
    Oid,
    lane_path,
    retraction_path,
)
from tests.build import run
from tests.core.build import row

ROW = "ledger/h100/runs/2026-03/abc.yaml"
OTHER_ROW = "ledger/h100/runs/2026-03/def.yaml"
RECEIPT = "ledger/h100/receipts/abc/log.json"
RETRACTION = retraction_path("h100", "abc")
PLAIN = "100644"


def change(status: str, path: str, blob: str = "1", mode: str = PLAIN) -> PathChange:
    """One changed path; short blob names stand for object ids."""
    return PathChange(status, mode, Oid(blob), path)


@dataclass
class History:
    """What came of a history."""

    landings: list[Landing]
    findings: list[Finding]

    @property
    def receipts(self) -> list[LandedFile]:
        return [file for landing in self.landings for file in landing.receipts]


def history(*commits: list[PathChange]) -> History:
    track = Track()
    named = (Commit(Oid(f"c{n}"), tuple(changes)) for n, changes in enumerate(commits))
    return History(list(landings(named, track)), list(track.findings()))


def faults(found: History) -> list[tuple[str, str]]:
    return [(item.code, item.severity) for item in found.findings]


class TestNested:
    """The folder of the ledger may be a submodule: the ledger is that repository's."""

    def test_it_is_no_fault(self) -> None:
        found = history([change("A", "ledger", mode=SUBMODULE_MODE)], [change("D", "ledger")])
        assert (found.landings, found.findings) == ([], [])

    def test_the_rows_that_it_replaces_are_missed(self) -> None:
        found = history(
            [change("A", ROW)], [change("D", ROW), change("A", "ledger", mode=SUBMODULE_MODE)]
        )
        assert faults(found) == [("row_deleted", "error")]

    def test_anything_else_of_that_name_is_one(self) -> None:
        assert faults(history([change("A", "ledger")])) == [("bad_path", "error")]


class TestOrder:
    """Rows of one commit count in the order in which they finished, then by their names."""

    @given(st.permutations(range(4)))
    def test_whatever_order_they_are_read_in(self, order: list[int]) -> None:
        times = ("09:00:00Z", "09:00:00.25Z", "09:00:00.5Z", "09:00:00.5Z")
        rows = [
            row(run(f"run-{i}", finished_at=f"2026-03-28T{time}")) for i, time in enumerate(times)
        ]
        found = sorted((rows[i] for i in order), key=landing_order)
        assert found == rows


class TestLandings:
    """Rows are ordered by the first-parent commit of the main branch that introduced them."""

    def test_each_commit_that_brings_something_lands(self) -> None:
        found = history(
            [change("A", lane_path("h100")), change("A", LADDER_PATH), change("A", "README.md")],
            [change("M", "src/train.py")],
            [change("A", ROW), change("A", RECEIPT)],
            [change("A", "ledger/h100/SCOREBOARD.md"), change("A", "ledger/SCOREBOARD.md")],
            [change("A", RETRACTION)],
        )
        assert [(landing.commit, landing.position) for landing in found.landings] == [
            ("c0", 0),
            ("c2", 2),
            ("c4", 4),
        ]
        first, second, third = found.landings
        assert set(first.lanes) == {"h100"}
        assert first.ladder is not None
        assert [file.path for file in second.rows] == [ROW]
        assert [file.place.run_id for file in third.retractions] == ["abc"]
        assert found.findings == []

    def test_receipts_name_their_run(self) -> None:
        found = history([change("A", ROW), change("A", RECEIPT, "9")])
        [receipt] = found.landings[0].receipts
        assert (receipt.place.run_id, receipt.place.file) == ("abc", "log.json")
        assert (receipt.path, receipt.blob) == (RECEIPT, "9")

    def test_rules_change_with_the_commit_that_changes_them(self) -> None:
        found = history([change("A", lane_path("h100"))], [change("M", lane_path("h100"), "2")])
        files = [landing.lanes[LaneId("h100")] for landing in found.landings]
        assert [file.blob if file else None for file in files] == ["1", "2"]
        assert found.findings == []

    def test_maps_for_all_lanes_come_and_go(self) -> None:
        path = RECEIPTS_PATH
        found = history([change("A", path)], [change("M", path, "2")], [change("D", path)])
        maps = [landing.maps for landing in found.landings]
        assert [
            [file.blob if file else None for file in item] if item else None for item in maps
        ] == [["1"], ["2"], [None]]

    @pytest.mark.parametrize("path", [lane_path("h100"), "ledger/ladder.yaml"])
    def test_rules_that_are_a_submodule_are_not_there(self, path: str) -> None:
        there, gone = change("A", path), change("T", path, "2", SUBMODULE_MODE)
        found = history([there], [gone])
        assert len(found.landings) == 1
        assert faults(found) == [("not_a_file", "error")]
        assert found.findings[0].path == path
        assert faults(history([there], [gone], [change("T", path, "3")])) == []

    def test_a_commit_that_adds_several_rows_is_a_note_not_a_fault(self) -> None:
        found = history([change("A", ROW), change("A", OTHER_ROW)])
        assert len(found.landings[0].rows) == 2
        assert faults(found) == [("several_rows", "note")]

    def test_no_history_is_empty(self) -> None:
        assert history() == History([], [])


class TestAppendOnly:
    """A row is never edited, renamed or deleted once it is on the main branch."""

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            (ROW, "M", "row_edited"),
            (ROW, "D", "row_deleted"),
            (ROW, "T", "row_edited"),
            (RECEIPT, "M", "receipt_edited"),
            (RECEIPT, "D", "receipt_edited"),
            (RETRACTION, "M", "retraction_edited"),
            (RETRACTION, "D", "retraction_edited"),
        ],
    )
    def test_a_later_change_is_a_fault_and_changes_nothing(
        self, path: str, status: str, code: str
    ) -> None:
        before = history([change("A", path)])
        found = history([change("A", path)], [change(status, path, "2")])
        assert faults(found) == [(code, "error")]
        assert found.findings[0].path == path
        assert found.landings == before.landings
        assert found.receipts == before.receipts

    @pytest.mark.parametrize("path", [ROW, RECEIPT, RETRACTION])
    @pytest.mark.parametrize("status", ["M", "D"])
    def test_a_fault_that_was_put_right_is_a_note(self, path: str, status: str) -> None:
        back = "A" if status == "D" else "M"
        found = history(
            [change("A", path, "1")], [change(status, path, "2")], [change(back, path, "1")]
        )
        assert [severity for _, severity in faults(found)] == ["note"]
        assert len(found.landings) <= 1

    def test_a_deleted_row_added_again_with_other_content_is_a_fault(self) -> None:
        found = history([change("A", ROW)], [change("D", ROW)], [change("A", ROW, "2")])
        assert [severity for _, severity in faults(found)] == ["error"]
        assert [file.blob for landing in found.landings for file in landing.rows] == ["1"]

    def test_a_rename_is_a_deletion_and_a_new_row(self) -> None:
        found = history([change("A", ROW)], [change("D", ROW), change("A", OTHER_ROW)])
        assert faults(found) == [("row_deleted", "error")]

    @pytest.mark.parametrize("mode", ["100755", "120000", "160000"])
    def test_only_a_plain_file_lands(self, mode: str) -> None:
        found = history([change("A", ROW, mode=mode)])
        assert faults(found) == [("not_a_file", "error")]
        assert found.landings == []


class TestNames:
    """A name outside the grammar is a fault where rows stand, elsewhere a stray file."""

    def test_a_bad_path_is_an_error(self) -> None:
        found = history([change("A", "ledger/h100/runs/2026-03/ABC.yaml")])
        assert faults(found) == [("bad_path", "error")]
        assert found.landings == []

    def test_a_bad_path_that_is_gone_again_is_forgotten(self) -> None:
        path = "ledger/h100/runs/2026-03/ABC.yaml"
        assert history([change("A", path)], [change("D", path)]).findings == []

    def test_a_stray_file_is_a_note(self) -> None:
        assert faults(history([change("A", "ledger/h100/notes.md")])) == [("stray_file", "note")]

    def test_files_outside_the_ledger_do_not_matter(self) -> None:
        assert history([change("A", "src/a.py")], [change("D", "src/a.py")]) == history()


PATHS = st.sampled_from(
    [
        ROW,
        OTHER_ROW,
        RECEIPT,
        RETRACTION,
        lane_path("h100"),
        LADDER_PATH,
        RECEIPTS_PATH,
        "ledger/h100/notes.md",
        "ledger/h100/runs/2026-03/ABC.yaml",
        "ledger/h100/SCOREBOARD.md",
        "README.md",
    ]
)
CHANGES = st.builds(
    change,
    st.sampled_from("AMDT"),
    PATHS,
    st.sampled_from("12"),
    st.sampled_from([PLAIN, PLAIN, PLAIN, "120000"]),
)
COMMITS = st.lists(st.lists(CHANGES, max_size=3, unique_by=lambda c: c.path), max_size=8)


class TestAnyHistory:
    """Rows count as they first landed, whatever came later."""

    @given(COMMITS, st.data())
    def test_later_commits_change_no_earlier_landing(
        self, commits: list[list[PathChange]], data: st.DataObject
    ) -> None:
        cut = data.draw(st.integers(0, len(commits)))
        before = history(*commits[:cut]).landings
        assert history(*commits).landings[: len(before)] == before

    @given(COMMITS)
    def test_each_path_lands_once_and_as_a_plain_file(
        self, commits: list[list[PathChange]]
    ) -> None:
        found = history(*commits)
        files = [file for landing in found.landings for file in landing.rows]
        files += [file for landing in found.landings for file in landing.retractions]
        paths = [file.path for file in files]
        paths += [receipt.path for receipt in found.receipts]
        assert len(set(paths)) == len(paths)
        plain = {c.path for changes in commits for c in changes if c.mode == PLAIN}
        assert set(paths) <= plain

    @given(COMMITS, st.data())
    def test_a_walk_may_go_on_where_another_ended(
        self, commits: list[list[PathChange]], data: st.DataObject
    ) -> None:
        cut = data.draw(st.integers(0, len(commits)))
        named = [Commit(Oid(f"c{n}"), tuple(changes)) for n, changes in enumerate(commits)]
        track = Track()
        found = [*landings(named[:cut], track), *landings(named[cut:], track)]
        whole = history(*commits)
        assert (found, list(track.findings())) == (whole.landings, whole.findings)

    @given(COMMITS)
    def test_every_finding_has_a_known_code_and_a_fix(
        self, commits: list[list[PathChange]]
    ) -> None:
        for item in history(*commits).findings:
            assert item.code in CODES
            assert item.message
            assert item.fix

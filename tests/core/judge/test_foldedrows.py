"""Rows that a fold has come by: those that landed later are not there yet."""

import pytest

from homegolf_git.core.judge.foldedrows import FoldedRows
from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.model.naming import RunId
from tests.build import run
from tests.core.build import BASELINE, row
from tests.core.ledgers import WINNER, landed_lane


class TestFoldedRows:
    """The rows that a fold has come by, and those that are only tried."""

    def folded(self, count: int) -> tuple[LaneLedger, FoldedRows]:
        ledger = landed_lane(BASELINE, WINNER)
        return ledger, FoldedRows(ledger, count)

    def test_a_row_that_landed_later_is_not_there_yet(self) -> None:
        ledger, rows = self.folded(1)
        assert list(rows) == ["baseline"]
        assert rows.get(RunId("winner")) is None
        rows[RunId("winner")] = ledger.rows[1].row
        assert rows[RunId("winner")] == ledger.rows[1].row
        assert (list(rows), len(rows), rows.tried) == (["baseline", "winner"], 2, {})

    def test_a_row_that_is_tried_stands_beside_them(self) -> None:
        _, rows = self.folded(2)
        rows[RunId("new")] = row(run("new"))
        assert list(rows) == ["baseline", "winner", "new"]
        assert [item.run_id for item in rows.values()] == list(rows)
        assert rows[RunId("new")].run_id == "new"

    def test_a_copy_goes_its_own_way(self) -> None:
        _, rows = self.folded(2)
        other = rows.copy()
        other[RunId("new")] = row(run("new"))
        assert (len(rows), len(other)) == (2, 3)

    def test_none_is_taken_out(self) -> None:
        _, rows = self.folded(2)
        with pytest.raises(TypeError):
            del rows[RunId("winner")]

"""The rows that a fold has come by, in a lane whose rows are read from where they landed."""

from collections.abc import Iterator, MutableMapping, ValuesView

from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import Row


class FoldedRows(MutableMapping[RunId, Row]):
    """The rows of a lane that a fold has come by, read from where they landed.

    A row that landed later is not here yet, for a verdict depends on earlier rows alone; one that
    has not landed and is only tried stands beside them.
    """

    def __init__(self, lane: LaneLedger, count: int = 0) -> None:
        # Not the lane itself: it holds what was judged, and so these rows.
        self.rows, self.numbers, self.count = lane.rows, lane.numbers, count
        self.tried: dict[RunId, Row] = {}

    def __getitem__(self, run_id: RunId) -> Row:
        number = self.numbers.get(run_id)
        if number is None or number >= self.count:
            return self.tried[run_id]
        return self.rows[number].row

    def __setitem__(self, run_id: RunId, row: Row) -> None:
        if self.numbers.get(run_id) == self.count:
            self.count += 1
        else:
            self.tried[run_id] = row

    def copy(self) -> "FoldedRows":
        """The same rows, to go on from."""
        there = FoldedRows.__new__(FoldedRows)
        there.rows, there.numbers, there.count = self.rows, self.numbers, self.count
        there.tried = dict(self.tried)
        return there

    def __delitem__(self, run_id: RunId) -> None:
        raise TypeError(run_id)

    def __iter__(self) -> Iterator[RunId]:
        return (row.run_id for row in self.values())

    def values(self) -> "ValuesView[Row]":
        """All rows in their order, each read once."""
        return _RowsInOrder(self)

    def __len__(self) -> int:
        return self.count + len(self.tried)


class _RowsInOrder(ValuesView[Row]):
    """Goes through the rows as they landed; by their ids each would be looked up twice."""

    _mapping: FoldedRows

    def __iter__(self) -> Iterator[Row]:
        folded = self._mapping
        yield from (landed.row for landed in folded.rows.between(0, folded.count))
        yield from folded.tried.values()

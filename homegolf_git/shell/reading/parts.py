"""What of a ledger is kept part by part: its tables and series, each under a name in the store.

A ledger is encoded without these and without any other: one that is declared nowhere is refused, so
that nothing is lost unseen.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from homegolf_git.core.judge.foldedrows import FoldedRows
from homegolf_git.core.judge.history import Track
from homegolf_git.core.judge.ledger import (
    IncumbentChange,
    Judged,
    LaneLedger,
    Ledger,
)
from homegolf_git.core.judge.reign import Config, Reign, Ticket, Window, WindowEntry
from homegolf_git.core.judge.sessions import Between
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import LaneId, LaneRun, Oid, RunId
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.stored import StoredMap, StoredSeries
from homegolf_git.core.model.values import Value, decode, encoder
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.shell.reading.store import KeptSeries, KeptTable, Store

# Every class with such fields, and of what type their values are.
KEPT: dict[type, dict[str, Any]] = {
    Track: {"landed": Oid},
    Ledger: {
        "row_paths": str,
        "receipt_runs": tuple[LaneRun, ...],
        "verified_tags": Oid,
    },
    LaneLedger: {"rows": LandedRow, "numbers": int},
    Judged: {"verdicts": Verdict, "changes": IncumbentChange},
    LaneState: {
        "configs": Config,
        "displaced": Reign,
        "receipt_owners": RunId,
        "proof_owners": str,
        "model_owners": tuple[RunId, ...],
        "score_owners": tuple[RunId, ...],
        "alike": RunId,
        "seeds_of": tuple[int, int],
        "doubted": int,
        "blocked_configs": tuple[RunId, ...],
        "settled": RunId,
        "valid": int,
    },
    Between: {"parents": str},
    Reign: {"tickets": Ticket},
    Window: {"entries": WindowEntry, "families": int},
}


class Part(Value, frozen=True):
    """A table or series: its name in the store, the record it is a field of, and its values' type."""

    name: str
    owner: Any
    field: str
    kind: Any

    @property
    def content(self) -> StoredMap[Any, Any] | StoredSeries[Any]:
        """The table or series itself."""
        content: StoredMap[Any, Any] | StoredSeries[Any] = getattr(self.owner, self.field)
        return content


def parts_of(ledger: Ledger) -> Iterator[Part]:
    """All parts of a ledger, its lanes' among them."""
    yield from _parts_beside_lanes(ledger)
    for name, lane in ledger.lanes.items():
        yield from parts_of_lane(name, lane)


def _parts_beside_lanes(ledger: Ledger) -> Iterator[Part]:
    yield from _parts("ledger", ledger.track)
    yield from _parts("ledger", ledger)


def parts_of_lane(name: LaneId, lane: LaneLedger) -> Iterator[Part]:
    """The parts of a lane; of its reigns, those that the store does not hold."""
    yield from _parts(f"lane {name}", lane)
    if lane.judged is None:
        return
    state = lane.judged.state
    yield from _parts(f"lane {name}", lane.judged)
    yield from _parts(f"lane {name}", state)
    yield from _parts(f"lane {name}", state.scatter.between)
    for reign in (state.reign, *state.displaced.held.values()):
        if reign is not None:
            yield from _parts_of_reign(f"lane {name}", reign)


def _parts_of_reign(lane: str, reign: Reign) -> Iterator[Part]:
    yield from _parts(f"{lane}/reign {reign.ordinal}", reign)
    yield from _parts(f"{lane}/reign {reign.ordinal}", reign.window)


def _parts(name: str, owner: object) -> Iterator[Part]:
    for field, kind in KEPT[type(owner)].items():
        if getattr(owner, field) is not None:  # the changes of incumbent may not be told yet
            yield Part(f"{name}/{field}", owner, field, kind)


def left_out(parts: Iterable[Part], lanes: Iterable[LaneLedger]) -> Iterator[object]:
    """What the bytes of a ledger are without: its parts, and the rows that each fold has come by.

    Those rows are its lane's, and are taken from there again.
    """
    yield from (part.content for part in parts)
    for lane in lanes:
        if lane.judged is not None:
            yield lane.judged.state.rows


def attach(ledger: Ledger, store: Store) -> None:
    """Let the parts of a ledger that was decoded read from the store."""
    for part in _parts_beside_lanes(ledger):
        part.content.store = in_store(part, store)
    for name, lane in ledger.lanes.items():
        attach_lane(name, lane, store)


def attach_lane(name: LaneId, lane: LaneLedger, store: Store) -> None:
    """Let the parts of a lane, of which nothing is held, read from the store."""
    if lane.judged is not None:
        lane.judged.state.rows = FoldedRows(lane, lane.judged.events[2])
    for part in parts_of_lane(name, lane):
        part.content.store = in_store(part, store)


def pack_lane(name: LaneId, lane: LaneLedger) -> bytes:
    """A lane without what a store holds of it."""
    return encoder(left_out(parts_of_lane(name, lane), [lane]))(lane)


def unpack_lane(name: LaneId, data: bytes, store: Store) -> LaneLedger:
    """A lane that was packed, its parts read from the store."""
    lane = decode(LaneLedger, data)
    attach_lane(name, lane, store)
    return lane


def in_store(part: Part, store: Store) -> Any:  # noqa: ANN401 - a table or series, as the part is
    """Where a part can be read."""
    if isinstance(part.content, StoredSeries):
        return KeptSeries(store, part.name, part.kind)
    if part.kind is not Reign:
        return KeptTable(store, part.name, part.kind)
    lane = part.name.rpartition("/")[0]

    def revive(reign: Reign) -> Reign:
        for inner in _parts_of_reign(lane, reign):
            inner.content.store = in_store(inner, store)
        return reign

    return KeptTable(store, part.name, Reign, revive)

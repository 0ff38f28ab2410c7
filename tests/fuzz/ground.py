"""A small ledger in memory that targets bring their inputs to."""

from collections.abc import Sequence
from functools import cache

from homegolf_git.core.judge.ledger import IncumbentChange, LandedRules, LaneLedger, Ledger
from homegolf_git.core.judge.replay import incumbent_changes
from homegolf_git.core.judge.witness import Account, Entry
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.model.parse import lane_of
from homegolf_git.core.model.row import LandedRow
from tests.build import Document
from tests.core.build import land
from tests.e2e.world import BASE, BETTER, lane_document, row_document

HOME = LaneId("home")
REPORTS = (
    b'{"seed": 1, "final": {"val_bpb": 1.1801}, "list": [1, {"a": [2]}], "text": "x", "no": null}',
    b'{"final": [{"seed": "7", "val_bpb": -1e999}], "seed": {}, "": {"": 1}, "a/b": 1, "m~n": 2}',
    b"{}",
)


@cache
def rules() -> Lane:
    """The rules of the lane."""
    return lane_of(lane_document())


@cache
def _rows() -> Sequence[LandedRow]:
    first = row_document("first", BASE, finished_at="2026-03-01T10:00:00Z")
    second = row_document("second", BETTER, finished_at="2026-03-02T10:00:00Z", base="first")
    return [land(first, position=1), land(second, position=2)]


def ledger() -> Ledger:
    """A ledger with two runs, its own to change."""
    lane = LaneLedger(rules=[LandedRules(rules(), "ab" * 32, 0)], has_rows=True)
    made = Ledger(Oid("2" * 40), ladder=(HOME,), lanes={HOME: lane})
    for landed in _rows():
        lane.land(landed)
        made.row_paths[landed.row.run_id] = landed.path
        made.n_rows += 1
    return made


@cache
def changes() -> Sequence[IncumbentChange]:
    """The changes of incumbent in that ledger."""
    return list(incumbent_changes(ledger().lanes[HOME]))


@cache
def accounts() -> Sequence[Account]:
    """What witnesses are held against: a ledger of five files, and one of none."""
    entries = [
        Entry(f"ledger/home/runs/2026-03/run-{number}.yaml", Oid(f"{number:040}"))
        for number in range(5)
    ]
    chains = {"incumbents/home": ("incumbents/home/0002", Oid("4" * 40))}
    return [Account(Oid("1" * 40), Oid("2" * 40), found, chains) for found in (entries, [])]


def tried(**facts: object) -> Document:
    """A run that would land next."""
    return row_document("tried-1", BETTER, **{"finished_at": "2026-03-29T00:00:00Z", **facts})

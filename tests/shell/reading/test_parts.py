"""What the store keeps part by part is declared, and the declaration is all of it."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin, get_type_hints

from homegolf_git.core.judge.history import Track
from homegolf_git.core.judge.ledger import Judged, LaneLedger, Ledger
from homegolf_git.core.judge.reign import Reign, Window
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.model.stored import StoredMap, StoredSeries
from homegolf_git.core.model.values import Record, Value
from homegolf_git.shell.reading.parts import KEPT, Part, parts_of
from tests.build import run
from tests.core.ledgers import around, landed_lane


def types_within(hint: Any) -> Iterator[Any]:  # noqa: ANN401 - a type
    """A type and those that it is made of."""
    yield hint
    for part in get_args(hint):
        yield from types_within(part)


def declared(kind: type, found: dict[type, dict[str, Any]]) -> dict[type, dict[str, Any]]:
    """The tables and series of a class and of all classes that its fields hold, with their values."""
    found[kind] = {}
    for name, hint in get_type_hints(kind).items():
        for part in types_within(hint):
            if get_origin(part) in (StoredMap, StoredSeries):
                found[kind][name] = get_args(part)[-1]
            is_ours = isinstance(part, type) and issubclass(part, Record | Value)
            if is_ours and part not in found:
                declared(part, found)
    return found


def test_every_table_and_series_is_declared_with_its_values() -> None:
    found = {kind: fields for kind, fields in declared(Ledger, {}).items() if fields}
    assert found == KEPT
    assert {Track, LaneLedger, Judged, LaneState, Reign, Window} < found.keys()


def ledger() -> Ledger:
    """A ledger with one reign that was displaced and one that was not."""
    landed = landed_lane(run("base", around(1.06)), run("best", around(1.03), knob=1))
    judge_lane(landed)
    return Ledger(Oid("0" * 40), lanes={LaneId("home"): landed})


def parts(of: Ledger) -> list[Part]:
    return list(parts_of(of))


def test_every_declared_part_is_found() -> None:
    found: dict[type, set[str]] = {}
    for part in parts(ledger()):
        found.setdefault(type(part.owner), set()).add(part.field)
    assert found == {kind: set(fields) for kind, fields in KEPT.items()}


def test_each_has_a_name_of_its_own() -> None:
    of = ledger()
    names = [part.name for part in parts(of)]
    assert len(set(names)) == len(names)
    assert sum(name.endswith("/tickets") for name in names) == 2


def test_without_a_judgement_there_are_fewer() -> None:
    unjudged = Ledger(Oid("0" * 40), lanes={LaneId("home"): LaneLedger()})
    owners = {type(part.owner) for part in parts(unjudged)}
    assert owners == {Ledger, Track, LaneLedger}

"""Lanes that other processes judge are kept as those that are judged here, whatever stops one of them."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.core.judge.ledger import LaneLedger, Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.model.values import are_same
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.shell.reading import judging
from homegolf_git.shell.reading.checkpoint import keep_rows
from homegolf_git.shell.reading.judging import judge_lanes
from homegolf_git.shell.reading.parts import pack_lane
from homegolf_git.shell.reading.store import Store, StoreError
from tests.build import Document
from tests.core.build import BASELINE
from tests.core.ledgers import BEST, WINNER, cleared, landed_lane
from tests.shell.reading.test_kept_state import lanes

NAMES = LaneId("home"), LaneId("other")
Drawn = tuple[Lane, list[Document]]


@pytest.fixture(autouse=True)
def _small_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_WORTH_ROWS", 0)


def landed(drawn: Drawn, retracted: set[int]) -> LaneLedger:
    rules, documents = drawn
    gone = {documents[number % len(documents)]["run_id"] for number in retracted}
    return landed_lane(*documents, *sorted(gone), rules=rules)


def ledger_of(*lanes: LaneLedger) -> Ledger:
    return Ledger(Oid("0" * 40), lanes=dict(zip(NAMES, lanes, strict=True)))


def verdicts(ledger: Ledger) -> dict[LaneId, list[Verdict]]:
    return {name: list(judge_lane(lane).verdicts) for name, lane in ledger.lanes.items()}


def judged(ledger: Ledger, store: Store, jobs: int) -> Ledger:
    for name, lane in ledger.lanes.items():
        keep_rows(name, lane, store)
    judge_lanes(ledger, store=store, jobs=jobs)
    return ledger


@settings(max_examples=12)
@given(lanes(), lanes(), st.sets(st.integers(0, 20), max_size=2))
def test_the_same_is_kept(one: Drawn, other: Drawn, retracted: set[int]) -> None:
    with TemporaryDirectory() as folder:
        kept, rests = [], []
        for jobs in (1, 2):
            store = Store(Path(folder) / f"{jobs}", is_new=True)
            ledger = judged(
                ledger_of(landed(one, retracted), landed(other, retracted)), store, jobs
            )
            assert not any(
                lane.judged.verdicts.held for lane in ledger.lanes.values() if lane.judged
            )
            rests.append([pack_lane(name, lane) for name, lane in ledger.lanes.items()])
            kept.append((dict(store.between(b"")), verdicts(ledger)))
            store.close()
        assert kept[0] == kept[1]
        assert {path.name for path in Path(folder).iterdir()} == {"1", "2"}
        assert all(map(are_same, *rests))


def ended(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def no_room(*_: object) -> None:
    raise StoreError("no room")


def no_process(*_: object) -> None:
    raise BlockingIOError(11, "Resource temporarily unavailable")


def taken_away(store: Store) -> None:
    """What another command does that begins a store of its own."""
    store.pages.commit()
    store.path.unlink()


STOPS: dict[str, tuple[object, str, Callable[..., object]]] = {
    "a process is ended": (judging, "_judge_there", ended),
    "no process is allowed": (ProcessPoolExecutor, "submit", no_process),
    "no room for what others are to read": (Store, "commit", no_room),
    "no room for what others make": (judging, "write_lane", no_room),
    "no room for what others made": (Store, "take", no_room),
    "the store is taken away": (Store, "commit", taken_away),
}


@pytest.mark.parametrize("name", STOPS)
def test_what_stops_a_process_stops_no_command(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ledger() -> Ledger:
        return ledger_of(landed_lane(BASELINE, WINNER, BEST), landed_lane(BASELINE, *cleared(3, 3)))

    expected = verdicts(ledger())
    monkeypatch.setattr(*STOPS[name])
    found = judged(ledger(), Store(tmp_path / "store", is_new=True), jobs=2)
    assert all(lane.judged for lane in found.lanes.values())
    assert verdicts(found) == expected

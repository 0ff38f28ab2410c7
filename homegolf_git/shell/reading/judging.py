"""Lanes judged: one after the other, or by processes that read what a store holds of each."""

from contextlib import closing
from itertools import count
from pathlib import Path

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.naming import LaneId
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.progress import SILENT, Progress
from homegolf_git.shell.reading.checkpoint import keep_lane, unfinished, write_lane
from homegolf_git.shell.reading.parts import pack_lane, unpack_lane
from homegolf_git.shell.reading.store import Store, StoreError

_WORTH_ROWS = 500  # in two lanes: a process takes as long to start as judging some of them

_Judged = tuple[bytes, Path]  # the lane, and a file of what its store is to hold besides


def judge_lanes(
    ledger: Ledger, progress: Progress = SILENT, store: Store | None = None, jobs: int = 1
) -> None:
    """Judge what has not been judged yet; a store that is being filled gets what comes of it."""
    if store is not None and jobs > 1 and _is_worth_it(ledger):
        _judge_beside(ledger, progress, store, jobs)
    for name, lane in ledger.lanes.items():
        progress.show(f"judging {name}")
        judge_lane(lane)
        if store is not None:
            keep_lane(name, lane, store)
    progress.clear()


def _is_worth_it(ledger: Ledger) -> bool:
    return sum(len(lane.rows) >= _WORTH_ROWS for lane in ledger.lanes.values()) > 1


def _judge_beside(ledger: Ledger, progress: Progress, store: Store, jobs: int) -> None:
    """Judge lanes in other processes; those that they do not judge are left as they are."""
    from homegolf_git.shell.reading.beside import Beside  # noqa: PLC0415 - most commands judge a few rows

    # The longest first, so that none is left to one process at the end.
    lanes = sorted(ledger.lanes.items(), key=lambda item: -len(item[1].rows))
    for name, lane in lanes:
        keep_lane(name, lane, store)
    if not store.is_usable:
        return
    try:
        store.commit()  # so that others can read it where it is
        with Beside(jobs, _begin, store.path) as beside:
            waiting = {
                name: beside.ask(_judge_there, _leave, (name, pack_lane(name, lane)))
                for name, lane in lanes
            }
            for name, result in waiting.items():
                progress.show(f"judging {name}")
                judged = result()
                if judged is not None:
                    data, made = judged
                    store.take(made)
                    made.unlink()
                    ledger.lanes[name] = unpack_lane(name, data, store)
    except (OSError, StoreError):  # no room: what was written can be read, the rest is held
        store.is_usable = False


_store: Path  # of a process that judges for another one
_numbers = count()  # of the lanes that it judges


def _begin(path: Path) -> None:
    global _store  # noqa: PLW0603 - set once, when the process starts
    _store = path


def _judge_there(packed: tuple[LaneId, bytes]) -> _Judged | None:
    made = unfinished(_store, next(_numbers))
    try:
        with closing(Store(_store)) as store:
            name, lane = packed[0], unpack_lane(*packed, store)
            judge_lane(lane)
            write_lane(name, lane, made)
    except (OSError, StoreError, HomegolfError):  # no room, or the store is gone or damaged
        made.unlink(missing_ok=True)
        return None
    return pack_lane(name, lane), made


def _leave(_: tuple[LaneId, bytes]) -> None:
    """Nothing: what is judged here is judged where the lane is at hand."""

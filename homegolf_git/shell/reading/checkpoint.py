"""The ledger as it was read last, kept in the git directory, so that a command reads what is new.

A checkpoint is believed only where it is this program's, whole, and of a commit on the first-parent
chain below the one that is asked for; else everything is read again. It never leaves the clone: why
stands in docs/scale.md.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from homegolf_git.core.judge.ledger import FoldedRows, LaneLedger, Ledger
from homegolf_git.core.judge.state import Reign
from homegolf_git.core.model.naming import LADDER_PATH, LaneId, lane_path, tag_ref
from homegolf_git.core.model.stored import StoredMap, StoredSeries
from homegolf_git.core.model.values import DecodeError, decode, encode
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reading.store import KeptSeries, KeptTable, Store, StoreError

_FOLDER, _FILE, _SEAL = "homegolf", "checkpoint.sqlite", "checkpoint.seal"
_Field = tuple[str, Any, str]  # the name in the store, the value it belongs to, and its field there
_Written = tuple[StoredMap[Any, Any] | StoredSeries[Any], Any]  # and where it can be read now


def read_checkpoint(repo: GitRepo) -> tuple[Ledger, Store] | None:
    """The ledger that was kept, and the store that it reads from; None where none can be believed."""
    path = _path(repo)
    try:
        if not _is_sealed(path):
            return None
        store = Store(path)
    except (OSError, StoreError):
        return None
    try:
        if _is_sealed(path) and store.fact("program") == program_digest():
            ledger = decode(Ledger, store.fact("ledger") or b"")
            if _has_its_rules(repo, ledger) and _has_its_promotions(repo, ledger):
                _attach(ledger, store)
                return ledger, store
    except (OSError, StoreError, DecodeError):
        pass
    store.close()
    return None


def _has_its_rules(repo: GitRepo, ledger: Ledger) -> bool:
    """Whether the commit holds the very files of rules that the checkpoint was made with."""
    paths = [LADDER_PATH, *map(lane_path, ledger.lanes)]
    found = repo.lookups([f"{ledger.head}:{path}" for path in paths])
    return found == [ledger.track.rules.get(path) for path in paths]


def _has_its_promotions(repo: GitRepo, ledger: Ledger) -> bool:
    """Whether the promotion tags that rows were admitted by are the same still."""
    seen = ledger.promotions_seen
    if not seen:
        return True
    found = repo.lookups(list(map(tag_ref, seen)))
    return [oid or "" for oid in found] == list(seen.values())


def new_store(repo: GitRepo) -> Store | None:
    """A store to fill; None where the git directory cannot be written."""
    path = _path(repo)
    try:
        path.parent.mkdir(exist_ok=True)
        for old in path.parent.glob(f"{_FILE}.*.new"):
            old.unlink()
        return Store(path.with_name(f"{_FILE}.{os.getpid()}.new"), is_new=True)
    except (OSError, StoreError):
        return None


def keep(repo: GitRepo, ledger: Ledger, store: Store) -> None:
    """Write what the store does not hold yet; where that fails, what was there stays."""
    if not store.is_usable:
        return
    path = _path(repo)
    with suppress(OSError, StoreError, UnicodeEncodeError):  # a path may be no UTF-8
        written = list(_write(_tables_of(ledger), (), store))
        for name, lane in ledger.lanes.items():
            written += _write(_tables_of_lane(name, lane), _series_of(name, lane), store)
        data = encode(ledger)
        if not written and store.fact("ledger") == data:
            return
        store.set_fact("program", program_digest())
        store.set_fact("ledger", data)
        store.commit()
        _let_go(written)
        if store.path != path:
            store.path.replace(path)
            store.path = path
        draft = _seal(path).with_name(f"{_SEAL}.{os.getpid()}.new")
        draft.write_text(_state_of(path))
        draft.replace(_seal(path))


def keep_rows(name: LaneId, lane: LaneLedger, store: Store) -> None:
    """Write a lane's rows alone, and hold them no longer; for a store that is being filled."""
    _keep_part((), [(f"{name}/rows", lane, "rows")], store)


def keep_lane(name: LaneId, lane: LaneLedger, store: Store) -> None:
    """Write what a lane has, and hold it no longer; for a store that is being filled."""
    _keep_part(_tables_of_lane(name, lane), _series_of(name, lane), store)


def _keep_part(tables: Iterable[_Field], series: Iterable[_Field], store: Store) -> None:
    if store.is_usable:
        try:
            _let_go(list(_write(tables, series, store)))
        except StoreError:  # no room: what was written can be read, the rest is held
            store.is_usable = False


def _write(tables: Iterable[_Field], series: Iterable[_Field], store: Store) -> Iterator[_Written]:
    """Write what tables and series hold beyond the store."""
    for name, owner, field in tables:
        table: StoredMap[Any, Any] = getattr(owner, field)
        if table.held or table.store is None:
            store.write_table(name, table.held.items(), anew=table.store is None)
            yield table, _kept_table(store, name, owner, field)
    for name, owner, field in series:
        items: StoredSeries[Any] = getattr(owner, field)
        if items.held or items.store is None:
            store.write_series(name, items.held, start=items.stored)
            yield items, _kept_series(store, name, owner, field)


def _let_go(written: Iterable[_Written]) -> None:
    for kept, store in written:
        kept.held.clear()
        kept.store = store


def _attach(ledger: Ledger, store: Store) -> None:
    """Let the tables and series of a ledger that was decoded read from the store."""
    for name, owner, field in _tables_of(ledger):
        getattr(owner, field).store = _kept_table(store, name, owner, field)
    for lane_id, lane in ledger.lanes.items():
        if lane.judged is not None:
            lane.judged.state.rows = FoldedRows(lane, lane.judged.events[2])
        for name, owner, field in _tables_of_lane(lane_id, lane):
            getattr(owner, field).store = _kept_table(store, name, owner, field)
        for name, owner, field in _series_of(lane_id, lane):
            getattr(owner, field).store = _kept_series(store, name, owner, field)


def _kept_series(store: Store, name: str, owner: object, field: str) -> KeptSeries[Any]:
    return KeptSeries(store, name, _kinds(type(owner), field)[-1])


def _kept_table(store: Store, name: str, owner: object, field: str) -> KeptTable[Any, Any]:
    kind = _kinds(type(owner), field)[-1]
    if kind is not Reign:
        return KeptTable(store, name, kind)

    def revive(reign: Reign) -> Reign:
        for inner, part, part_field in _tables_of_reign(name.rpartition("/")[0], reign):
            getattr(part, part_field).store = _kept_table(store, inner, part, part_field)
        return reign

    return KeptTable(store, name, kind, revive)


def _tables_of(ledger: Ledger) -> Iterator[_Field]:
    yield "landed", ledger.track, "landed"
    yield "row_paths", ledger, "row_paths"
    yield "receipt_runs", ledger, "receipt_runs"
    yield "verified_tags", ledger, "verified_tags"


def _tables_of_lane(name: LaneId, lane: LaneLedger) -> Iterator[_Field]:
    yield f"{name}/numbers", lane, "numbers"
    if lane.judged is None:
        return
    state = lane.judged.state
    for field in _tables_in(type(state)):
        yield f"{name}/{field}", state, field
    for reign in (state.reign, *state.displaced.held.values()):
        if reign is not None:
            yield from _tables_of_reign(name, reign)


def _tables_of_reign(lane: str, reign: Reign) -> Iterator[_Field]:
    yield f"{lane}/tickets/{reign.ordinal}", reign, "tickets"
    for field in _tables_in(type(reign.window)):
        yield f"{lane}/window/{reign.ordinal}/{field}", reign.window, field


def _series_of(name: LaneId, lane: LaneLedger) -> Iterator[_Field]:
    yield f"{name}/rows", lane, "rows"
    if lane.judged is not None:
        yield f"{name}/verdicts", lane.judged, "verdicts"
        if lane.judged.changes is not None:
            yield f"{name}/changes", lane.judged, "changes"


_HINTS: dict[type, dict[str, Any]] = {}  # what was found out of each class


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


def _tables_in(kind: type) -> list[str]:
    """The fields of a class that are tables."""
    return [field for field, hint in _hints(kind).items() if get_origin(hint) is StoredMap]


def _kinds(kind: type, field: str) -> tuple[Any, ...]:
    """The types of what a table or series holds."""
    hint = _hints(kind)[field]
    if get_origin(hint) not in (
        StoredMap,
        StoredSeries,
    ):  # the changes of incumbent may not be told yet
        hint = get_args(hint)[0]
    return get_args(hint)


# --- what makes a checkpoint believable


@cache
def program_digest() -> bytes:
    """SHA-256 over the program's own files and schemas."""
    digest = hashlib.sha256()
    for file in (
        *_files(Path(__file__).parents[2], ".py"),
        *_files(data_folder("schemas"), ".json"),
    ):
        data = Path(file).read_bytes()
        digest.update(f"{file.name} {len(data)}\n".encode() + data)
    return digest.digest()


def _files(folder: str | Path, suffix: str) -> Iterator["os.DirEntry[str]"]:
    # Not Path.glob, which takes five times as long as reading all the files.
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry.path, suffix)
        elif entry.name.endswith(suffix):
            yield entry


def _path(repo: GitRepo) -> Path:
    return Path(repo.common_dir) / _FOLDER / _FILE


def _seal(path: Path) -> Path:
    return path.with_name(_SEAL)


def _is_sealed(path: Path) -> bool:
    return _seal(path).read_bytes() == _state_of(path).encode()


def _state_of(path: Path) -> str:
    """Size and time of the last change: whoever else touches the file changes them."""
    found = path.stat()
    return json.dumps({"size": found.st_size, "mtime_ns": found.st_mtime_ns})

"""The ledger as it was read last, kept in the git directory, so that a command reads what is new.

A checkpoint is believed only where it is this program's, of a commit on the first-parent chain below
the one that is asked for, and in every part that is read as it was written; else everything is read
again. It never leaves the clone: why stands in docs/scale.md.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import Any

from homegolf_git.core.judge.ledger import LaneLedger, Ledger
from homegolf_git.core.model.naming import LADDER_PATH, RECEIPTS_PATH, LaneId, lane_path, tag_ref
from homegolf_git.core.model.stored import StoredMap, StoredSeries
from homegolf_git.core.model.values import DecodeError, NotKeptError, decode, encoder
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo
from homegolf_git.shell.reading.parts import (
    Part,
    attach,
    in_store,
    left_out,
    parts_of,
    parts_of_lane,
)
from homegolf_git.shell.reading.store import Store, StoreError

_FILE, _MARK = "checkpoint", "damaged"
_FORMER = "checkpoint.s*"  # what earlier versions kept
_Written = tuple[StoredMap[Any, Any] | StoredSeries[Any], Any]  # and where it can be read now


def read_checkpoint(repo: GitRepo) -> tuple[Ledger, Store] | None:
    """The ledger that was kept, and the store that it reads from; None where none can be believed."""
    store = _opened(repo)
    if store is None:
        return None
    with suppress(DecodeError):
        ledger = decode(Ledger, store.says)
        if _has_its_rules(repo, ledger) and _has_its_promotions(repo, ledger):
            store.head = ledger.head
            attach(ledger, store)
            return ledger, store
    store.close()
    return None


def _opened(repo: GitRepo) -> Store | None:
    """What this program kept, or None; one that is damaged is taken away."""
    try:
        store = Store(_path(repo))
        program, says = store.fact("program"), store.fact("ledger")
    except OSError:
        return None
    except (StoreError, HomegolfError):
        forget(repo, is_damaged=True)
        return None
    if program != program_digest() or says is None:
        store.close()
        return None
    store.says = says
    return store


def is_damaged(repo: GitRepo) -> bool:
    """Whether a part of what is kept is not as it was written, or one was met since `forget`."""
    path = _path(repo)
    if _mark(path).exists():
        return True
    try:
        with closing(Store(path)) as store:
            for _ in store.pages.blocks():
                pass
    except FileNotFoundError:
        return False
    except (OSError, StoreError):
        return True
    return False


def forget(repo: GitRepo, *, is_damaged: bool = False) -> None:
    """Take away what is kept; where it `is_damaged` that is remembered for `doctor`."""
    path = _path(repo)
    with suppress(OSError):
        if is_damaged:
            _mark(path).touch()
        else:
            _mark(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def _has_its_rules(repo: GitRepo, ledger: Ledger) -> bool:
    """Whether the commit holds the very files of rules that the checkpoint was made with."""
    paths = [LADDER_PATH, RECEIPTS_PATH, *map(lane_path, ledger.lanes)]
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
        for old in (*path.parent.glob(f"{_FILE}.*.new"), *path.parent.glob(_FORMER)):
            old.unlink()
        return Store(unfinished(path), is_new=True)
    except (OSError, StoreError):
        return None


def unfinished(path: Path, number: int = 0) -> Path:
    """Where this process makes its number-th store; what a killed one leaves the next one takes away."""
    return path.with_name(f"{_FILE}.{os.getpid()}-{number}.new")


def keep(repo: GitRepo, ledger: Ledger, store: Store) -> None:
    """Write what the store does not hold yet; where that fails, what was there stays.

    Raises:
        NotKeptError: where the ledger holds a table or series that is not declared; nothing is written.
    """
    if not store.is_usable:
        return
    parts = list(parts_of(ledger))
    encode = encoder(left_out(parts, ledger.lanes.values()))
    try:
        written = list(_write(parts, store, encode))
        data = encode(ledger)
        if not written and store.says == data:
            return
        store.set_fact("program", program_digest())
        store.set_fact("ledger", data)
        store.commit()
        store.move(_path(repo))
        store.head, store.says = ledger.head, data
        _let_go(written)
        store.compact()
    except (OSError, StoreError, UnicodeEncodeError):  # a path may be no UTF-8
        store.rollback()
    except NotKeptError:
        store.rollback()
        raise


def keep_rows(name: LaneId, lane: LaneLedger, store: Store) -> None:
    """Write a lane's rows alone, and hold them no longer; for a store that is being filled."""
    _keep_parts([part for part in parts_of_lane(name, lane) if part.field == "rows"], store)


def keep_lane(name: LaneId, lane: LaneLedger, store: Store) -> None:
    """Write what a lane has, and hold it no longer; for a store that is being filled."""
    parts = list(parts_of_lane(name, lane))
    _keep_parts(parts, store)
    for part in parts:
        part.content.forget()


def write_lane(name: LaneId, lane: LaneLedger, path: Path) -> None:
    """Write what a lane has beyond the store that it reads from into one of its own.

    Raises:
        OSError, StoreError: where there is no room.
    """
    parts = list(parts_of_lane(name, lane))
    with closing(Store(path, is_new=True)) as store:
        for _ in _write(parts, store, encoder(left_out(parts, ()))):
            pass
        store.commit()


def _keep_parts(parts: list[Part], store: Store) -> None:
    if store.is_usable:
        try:
            _let_go(list(_write(parts, store, encoder(left_out(parts, ())))))
        except (OSError, StoreError):  # no room: what was written can be read, the rest is held
            store.is_usable = False


def _write(
    parts: Iterable[Part], store: Store, encode: Callable[[object], bytes]
) -> Iterator[_Written]:
    """Write what tables and series hold beyond the store."""
    for part in parts:
        content = part.content
        if not content.held and content.store is not None:
            continue
        if isinstance(content, StoredMap):
            entries = ((key, encode(value)) for key, value in content.held.items())
            store.write_table(part.name, entries, anew=content.store is None)
        else:
            store.write_series(part.name, map(encode, content.held), start=content.stored)
        yield content, in_store(part, store)


def _let_go(written: Iterable[_Written]) -> None:
    for content, kept in written:
        content.held.clear()
        content.store = kept


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
    return repo.common_dir / OWN_FOLDER / _FILE


def _mark(path: Path) -> Path:
    return path.with_name(_MARK)

"""Tables and series in one SQLite file, read entry by entry; the only module that imports sqlite3.

A store holds what `checkpoint` keeps. Whoever opens one for reading holds a read lock until
it is closed, so that nobody changes it in between.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.values import DecodeError, decode
from homegolf_git.errors import Exit, HomegolfError, environment_error

K = TypeVar("K")
V = TypeVar("V")
_SCHEMA = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value BLOB);
CREATE TABLE name (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE entry (name INTEGER, key, value BLOB, PRIMARY KEY (name, key)) WITHOUT ROWID;
CREATE TABLE item (place INTEGER PRIMARY KEY, name INTEGER, number INTEGER, value BLOB);
CREATE UNIQUE INDEX item_number ON item (name, number);
"""
StoreError = sqlite3.Error


class Store:
    """A file of facts, tables and series, each under a name."""

    def __init__(self, path: Path, *, is_new: bool = False) -> None:
        """Open a store, or begin a new one that is not safe from a crash until it is complete.

        Raises:
            StoreError: where it is none.
        """
        self.path, self.is_usable = path, True
        self._names: dict[str, int] = {}
        mode = "rwc" if is_new else "rw"
        self._db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=0
        )
        # A journal beside the file would be played back, after a kill, into the one that takes its
        # place. Whoever comes upon a half-written file does not believe it: its seal is another's.
        self._db.execute(f"PRAGMA journal_mode={'OFF' if is_new else 'MEMORY'}")
        if is_new:
            self._db.execute("PRAGMA synchronous=OFF")
            self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Let go of the file; what was not committed is dropped."""
        self._db.close()

    def __del__(self) -> None:
        with suppress(AttributeError):  # it was never opened
            self._db.close()

    def commit(self) -> None:
        """Make what was written lasting, and hold the file for reading again.

        Raises:
            StoreError: when somebody else reads it; nothing is written then.
            HomegolfError: when somebody else wrote it in between, so that it is not as it was read.
        """
        before = self._version()
        try:
            self._db.execute("COMMIT")
        except StoreError:
            self._db.execute("ROLLBACK")
            raise
        finally:
            self._db.execute("BEGIN")
            self._require(before)

    def _version(self) -> int:
        """A number that changes when another connection has written; asking holds the file for reading."""
        ((version,),) = self._db.execute("PRAGMA data_version")
        return int(version)

    def _require(self, version: int) -> None:
        try:
            is_same = self._version() == version
        except StoreError as error:
            raise unread(self.path, error) from error
        if not is_same:
            message = f"{self.path} was written by another command"
            raise HomegolfError(Exit.LOST_RACE, finding("locked_checkpoint", message))

    def fact(self, name: str) -> bytes | None:
        """A single value."""
        found = self._db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def set_fact(self, name: str, value: bytes) -> None:
        """Write a single value."""
        self._db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    def name_id(self, name: str) -> int:
        """The number that stands for a table's or series' name; 0 where nothing is kept of it."""
        if name not in self._names:
            found = self._db.execute("SELECT id FROM name WHERE name = ?", (name,)).fetchone()
            if found is None:
                return 0
            self._names[name] = found[0]
        return self._names[name]

    def _named(self, name: str) -> int:
        self._db.execute("INSERT OR IGNORE INTO name (name) VALUES (?)", (name,))
        return self.name_id(name)

    def write_table(self, name: str, entries: Iterable[tuple[K, bytes]], *, anew: bool) -> None:
        """Put encoded entries into a table; with `anew` they are all of it."""
        table = self._named(name)
        if anew:
            self._db.execute("DELETE FROM entry WHERE name = ?", (table,))
        self._db.executemany(
            "INSERT OR REPLACE INTO entry VALUES (?, ?, ?)",
            ((table, key, data) for key, data in entries),
        )

    def write_series(self, name: str, items: Iterable[bytes], *, start: int) -> None:
        """Put encoded items into a series from `start` on; 0 replaces all of it."""
        series = self._named(name)
        if start == 0:
            self._db.execute("DELETE FROM item WHERE name = ?", (series,))
        self._db.executemany(
            "INSERT INTO item (name, number, value) VALUES (?, ?, ?)",
            ((series, number, data) for number, data in enumerate(items, start)),
        )

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - SQL values
        """What a query gives.

        Raises:
            HomegolfError: where the file is damaged.
        """
        try:
            yield from self._db.execute(query, values)
        except StoreError as error:
            raise unread(self.path, error) from error


def is_busy(error: Exception) -> bool:
    """Whether somebody else holds the file, who will let go of it."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # its low byte is the kind
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def unread(path: Path, error: Exception) -> Exception:
    """The store cannot be read, though it was opened: it is held by another, or damaged."""
    if is_busy(error):
        locked = finding("locked_checkpoint", f"{path}: {error}")
        return HomegolfError(Exit.LOST_RACE, locked)
    return damaged(path, error)


def damaged(path: Path, error: Exception) -> Exception:
    """The store cannot be read, though it was opened."""
    return environment_error("damaged_checkpoint", f"{path}: {error}")


class _Kept(Generic[V]):
    """A name in a store, and how its values come to life."""

    def __init__(
        self, store: Store, name: str, kind: type[V], revive: Callable[[V], V] = lambda value: value
    ) -> None:
        self.store, self.name, self.kind, self.revive = store, name, kind, revive

    def value(self, data: bytes) -> V:
        try:
            return self.revive(decode(self.kind, data))
        except DecodeError as error:
            raise damaged(self.store.path, error) from error

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - SQL values
        return self.store.rows(query, self.store.name_id(self.name), *values)


class KeptTable(_Kept[V], Generic[K, V]):
    """A table in a store."""

    def get(self, key: K) -> V | None:
        """The value, or None."""
        try:
            found = next(self.rows("SELECT value FROM entry WHERE name = ? AND key = ?", key), None)
        except UnicodeEncodeError:  # no file that landed has such a name
            return None
        return self.value(found[0]) if found else None

    def items(self) -> Iterator[tuple[K, V]]:
        """All entries in the order of their keys."""
        for key, data in self.rows("SELECT key, value FROM entry WHERE name = ? ORDER BY key"):
            yield key, self.value(data)


class KeptSeries(_Kept[V]):
    """A series in a store."""

    def __init__(self, store: Store, name: str, kind: type[V]) -> None:
        super().__init__(store, name, kind)
        self._length: int | None = None

    def __len__(self) -> int:
        if self._length is None:
            ((last,),) = self.rows("SELECT max(number) FROM item WHERE name = ?")
            self._length = 0 if last is None else last + 1
        return self._length

    def get(self, index: int) -> V:
        """One item."""
        return next(self.items(index, index + 1))

    def items(self, start: int, stop: int) -> Iterator[V]:
        """Items from `start` up to `stop`."""
        query = (
            "SELECT value FROM item WHERE name = ? AND number >= ? AND number < ? ORDER BY number"
        )
        for (data,) in self.rows(query, start, stop):
            yield self.value(data)

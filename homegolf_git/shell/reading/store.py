"""Facts, tables and series in one file, read entry by entry.

A store holds what `checkpoint` keeps. Whoever opens one reads what was in it then, whatever others
write meanwhile.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import DecodeError, are_same, decode
from homegolf_git.errors import HomegolfError, environment_error
from homegolf_git.shell.reading.pages import DamagedError, Pages, StoreError

__all__ = ["KeptSeries", "KeptTable", "Store", "StoreError", "damaged"]

K = TypeVar("K")
V = TypeVar("V")
_NUMBER = 2**63  # is added to a whole number, so that its bytes stand in the order of numbers
_NUMBER_BYTES = 9
_IS_NUMBER, _IS_TEXT = b"#", b"t"
_FACTS = "facts"
_BATCH = 1_000  # entries that are put in at once where those of a store go into another


class Store:
    """A file of facts, tables and series, each under a name.

    `mend` makes the store of a commit anew where a part of this one turns out to be damaged: what
    it then `says` of that commit must be the same.
    """

    def __init__(self, path: Path, *, is_new: bool = False) -> None:
        """Open a store, or begin a new one that is none before it is committed.

        Raises:
            OSError, StoreError: where it is none.
        """
        self.pages = Pages(path, is_new=is_new)
        self.is_usable = True
        self.mend: Callable[[Oid, bytes], Store | None] | None = None
        self.head, self.says = Oid(""), b""

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.pages.path

    def move(self, path: Path) -> None:
        """Put it in the place of another."""
        if path != self.path:
            self.path.replace(path)
            self.pages.path = path

    def close(self) -> None:
        """Let go of the file; what was not committed is dropped."""
        self.pages.close()

    def commit(self) -> None:
        """Make what was written lasting."""
        self.pages.commit()

    def rollback(self) -> None:
        """Drop what was not committed."""
        self.pages.rollback()

    def compact(self) -> None:
        """Write it anew, where most of it is what was replaced."""
        if not self.pages.is_wasteful:
            return
        pages = Pages(self.path.with_name(f"{self.path.name}.{os.getpid()}.new"), is_new=True)
        _copy(self.pages, pages)
        pages.commit()
        pages.path = pages.path.replace(self.path)
        self.pages = pages

    # --- writing

    def set_fact(self, name: str, value: bytes) -> None:
        """Write a single value."""
        self.write_table(_FACTS, [(name, value)], anew=False)

    def write_table(self, name: str, entries: Iterable[tuple[K, bytes]], *, anew: bool) -> None:
        """Put encoded entries into a table; with `anew` they are all of it."""
        changes: dict[bytes, bytes | None] = {}
        if anew:
            changes = dict.fromkeys(key for key, _ in self.pages.between(*_range(name)))
        changes.update((_key(name, key), data) for key, data in entries)
        self.pages.update(sorted(changes.items()))

    def write_series(self, name: str, items: Iterable[bytes], *, start: int) -> None:
        """Put encoded items into a series from `start` on; 0 replaces all of it."""
        self.write_table(name, enumerate(items, start), anew=start == 0)

    def take(self, path: Path) -> None:
        """Put in all that another store holds.

        Raises:
            OSError, StoreError: where it is none.
        """
        with closing(Pages(path)) as pages:
            _copy(pages, self.pages)

    # --- reading

    def fact(self, name: str) -> bytes | None:
        """A single value."""
        return self.get(_key(_FACTS, name))

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, or None."""
        try:
            return self.pages.get(key)
        except DamagedError as error:
            self._mend(error)
            return self.pages.get(key)

    def last(self, start: bytes, stop: bytes) -> bytes | None:
        """The greatest key from `start` up to `stop`, or None."""
        try:
            return self.pages.last(start, stop)
        except DamagedError as error:
            self._mend(error)
            return self.pages.last(start, stop)

    def between(self, start: bytes, stop: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values from `start` up to `stop`, in their order."""
        is_whole = False
        while not is_whole:
            try:
                for key, value in self.pages.between(start, stop):
                    start = key + b"\0"
                    yield key, value
                is_whole = True
            except DamagedError as error:
                self._mend(error)

    def _mend(self, error: DamagedError) -> None:
        """Go on with the same store made anew.

        Raises:
            HomegolfError: where nobody makes it, or makes another.
        """
        mend, self.mend = self.mend, None
        if mend is None:
            raise damaged(error) from error
        fresh = mend(self.head, self.says)
        # What was kept and read is 3.0 where it is 3 at first.
        if fresh is None or fresh.head != self.head or not are_same(fresh.says, self.says):
            raise damaged(error) from error
        self.pages = fresh.pages


def _copy(pages: Pages, into: Pages) -> None:
    entries = pages.between(b"")
    while batch := list(islice(entries, _BATCH)):
        into.update(batch)


def damaged(error: Exception) -> HomegolfError:
    """The store cannot be read, though it was opened."""
    return environment_error("damaged_checkpoint", str(error))


@cache
def _prefix(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=8).digest()


def _range(name: str) -> tuple[bytes, bytes]:
    """All keys of a table or series."""
    return _prefix(name), _prefix(name) + b"\xff"


def _key(name: str, key: object) -> bytes:
    """A key among all: whole numbers come in their order, texts in that of their bytes."""
    if isinstance(key, int):
        return _prefix(name) + _IS_NUMBER + (key + _NUMBER).to_bytes(_NUMBER_BYTES)
    assert isinstance(key, str)  # noqa: S101 - there are no others
    return _prefix(name) + _IS_TEXT + key.encode()


def _number(key: bytes) -> int:
    return int.from_bytes(key[-_NUMBER_BYTES:]) - _NUMBER


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
            raise damaged(error) from error


class KeptTable(_Kept[V], Generic[K, V]):
    """A table in a store."""

    def get(self, key: K) -> V | None:
        """The value, or None."""
        try:
            data = self.store.get(_key(self.name, key))
        except UnicodeEncodeError:  # no file that landed has such a name
            return None
        return None if data is None else self.value(data)

    def items(self) -> Iterator[tuple[K, V]]:
        """All entries in the order of their keys."""
        begin = len(_prefix(self.name))
        for key, data in self.store.between(*_range(self.name)):
            is_number = key[begin : begin + 1] == _IS_NUMBER
            name: Any = _number(key) if is_number else key[begin + 1 :].decode()
            yield name, self.value(data)


class KeptSeries(_Kept[V]):
    """A series in a store."""

    def __init__(self, store: Store, name: str, kind: type[V]) -> None:
        super().__init__(store, name, kind)
        self._length: int | None = None

    def __len__(self) -> int:
        if self._length is None:
            last = self.store.last(*_range(self.name))
            self._length = 0 if last is None else _number(last) + 1
        return self._length

    def get(self, index: int) -> V:
        """One item."""
        return next(self.items(index, index + 1))

    def items(self, start: int, stop: int) -> Iterator[V]:
        """Items from `start` up to `stop`."""
        between = self.store.between(_key(self.name, start), _key(self.name, stop))
        return (self.value(data) for _, data in between)

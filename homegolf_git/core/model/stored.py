"""Mappings and sequences whose landed part may lie in a store, of which only what is asked for is read.

Without a store they are a dict and a list. With one, what was put in since lies on top of it; the
store itself is never written here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Generic, Protocol, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)
_ABSENT = object()
_RECENT_MAX = 64


class MapStore(Protocol[K, V_co]):
    """What a store keeps of a table."""

    def get(self, key: K) -> V_co | None:
        """The value, or None."""

    def items(self) -> Iterator[tuple[K, V_co]]:
        """All entries."""


class SeriesStore(Protocol[V_co]):
    """What a store keeps of a series."""

    def __len__(self) -> int: ...

    def get(self, index: int) -> V_co:
        """One item."""

    def items(self, start: int, stop: int) -> Iterator[V_co]:
        """Items from `start` up to `stop`."""


class StoredMap(Mapping[K, V], Generic[K, V]):
    """A mapping that grows: values are replaced, never changed in place, and none is taken out."""

    __slots__ = ("held", "store")

    def __init__(
        self, entries: Mapping[K, V] | None = None, store: MapStore[K, V] | None = None
    ) -> None:
        self.held: dict[K, V] = dict(entries or {})  # put in since the store was written
        self.store = store

    def __getitem__(self, key: K) -> V:
        value = self.held.get(key, _ABSENT)
        if value is _ABSENT:
            stored = None if self.store is None else self.store.get(key)
            if stored is None:
                raise KeyError(key)
            return stored
        return value  # type: ignore[return-value] # it was found, so it is no sentinel

    def __setitem__(self, key: K, value: V) -> None:
        self.held[key] = value

    def copy(self) -> "StoredMap[K, V]":
        """A table of its own with the same entries."""
        return StoredMap(self.held, self.store)

    def forget(self) -> None:
        """Hold nothing that was only read: of a table nothing is."""

    def setdefault(self, key: K, value: V) -> V:
        """Put a value in where there is none; the one that is there then."""
        found = self.get(key)
        if found is None:
            self.held[key] = found = value
        return found

    def __iter__(self) -> Iterator[K]:
        return (key for key, _ in self._entries())

    def __len__(self) -> int:
        return sum(1 for _ in self._entries())

    def __contains__(self, key: object) -> bool:
        return key in self.held or (self.store is not None and self.store.get(key) is not None)  # type: ignore[arg-type] # a key of another type is simply not there

    def _entries(self) -> Iterator[tuple[K, V]]:
        """Everything, what lies in the store first."""
        rest = dict(self.held)
        for key, value in self.store.items() if self.store is not None else ():
            yield key, rest.pop(key, value)
        yield from rest.items()


class StoredSeries(Sequence[V], Generic[V]):
    """A sequence that grows at its end."""

    __slots__ = ("held", "recent", "store")

    def __init__(self, items: Iterable[V] = (), store: SeriesStore[V] | None = None) -> None:
        self.held: list[V] = list(items)  # behind the stored ones
        self.store = store
        self.recent: dict[int, V] = {}  # stored items read lately

    @property
    def stored(self) -> int:
        """How many items lie in the store."""
        return 0 if self.store is None else len(self.store)

    def copy(self) -> "StoredSeries[V]":
        """A series of its own with the same items."""
        return StoredSeries(self.held, self.store)

    def forget(self) -> None:
        """Hold nothing that was only read."""
        self.recent.clear()

    def append(self, item: V) -> None:
        """Add an item at the end."""
        self.held.append(item)

    def __len__(self) -> int:
        return self.stored + len(self.held)

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> list[V]: ...
    def __getitem__(self, index: int | slice) -> V | list[V]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return [self[i] for i in range(start, stop, step)]
            return list(self.between(start, stop))
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        return self.held[at - self.stored] if at >= self.stored else self._stored_item(at)

    def __iter__(self) -> Iterator[V]:
        return self.between(0, len(self))

    def between(self, start: int, stop: int) -> Iterator[V]:
        """Items from `start` up to `stop`, read as they are asked for."""
        split, stop = self.stored, max(start, stop)
        if self.store is None or start >= split:
            return islice(self.held, start - split, stop - split)
        head = self.store.items(start, min(stop, split))
        return chain(head, islice(self.held, max(0, stop - split)))

    def _stored_item(self, index: int) -> V:
        if index not in self.recent:
            if len(self.recent) >= _RECENT_MAX:
                self.recent.clear()
            assert self.store is not None  # noqa: S101 - it has items
            self.recent[index] = self.store.get(index)
        return self.recent[index]

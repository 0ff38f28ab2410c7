"""Tables and series: with a store below they are what a dict and a list would be."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.stored import StoredMap, StoredSeries

KEYS = st.sampled_from("abcde")
ENTRIES = st.dictionaries(KEYS, st.integers(0, 9))
ITEMS = st.lists(st.integers(), max_size=6)


class Entries:
    """What a store keeps of a table, and how often it was asked."""

    def __init__(self, entries: dict[str, int]) -> None:
        self.entries, self.asked = entries, 0

    def get(self, key: str) -> int | None:
        self.asked += 1
        return self.entries.get(key)

    def items(self) -> Iterator[tuple[str, int]]:
        return iter(self.entries.items())


class Items:
    """What a store keeps of a series."""

    def __init__(self, kept: list[int]) -> None:
        self.kept = kept

    def __len__(self) -> int:
        return len(self.kept)

    def get(self, index: int) -> int:
        return self.kept[index]

    def items(self, start: int, stop: int) -> Iterator[int]:
        return iter(self.kept[start:stop])


class TestTable:
    """What was put in since lies on top of the store."""

    @given(ENTRIES, ENTRIES)
    def test_it_is_a_mapping(self, kept: dict[str, int], put: dict[str, int]) -> None:
        table = StoredMap(store=Entries(kept))
        for key, value in put.items():
            table[key] = value
        assert dict(table.items()) == kept | put
        assert len(table) == len(kept | put)
        for key in "abcdef":
            assert table.get(key) == (kept | put).get(key)
            assert (key in table) == (key in kept | put)

    @given(ENTRIES, ENTRIES, KEYS)
    def test_a_copy_is_its_own(self, kept: dict[str, int], put: dict[str, int], key: str) -> None:
        table = StoredMap(put, Entries(kept))
        other = table.copy()
        other[key] = 10
        assert dict(table.items()) == kept | put
        assert dict(other.items()) == kept | put | {key: 10}

    def test_a_default_does_not_replace(self) -> None:
        table = StoredMap({"a": 1}, Entries({"b": 2}))
        assert [table.setdefault(key, 9) for key in "abc"] == [1, 2, 9]

    def test_a_missing_key(self) -> None:
        with pytest.raises(KeyError):
            StoredMap(store=Entries({}))["a"]

    def test_one_entry_asks_the_store_for_one(self) -> None:
        store = Entries(dict.fromkeys("abcde", 1))
        assert StoredMap(store=store)["c"] == 1
        assert store.asked == 1


class TestSeries:
    """A list whose beginning lies in the store."""

    @given(ITEMS, ITEMS, st.slices(12))
    def test_it_is_a_sequence(self, kept: list[int], held: list[int], part: slice) -> None:
        series = StoredSeries(held[:-1], Items(kept))
        if held:
            series.append(held[-1])
        whole = kept + held
        assert list(series) == whole
        assert len(series) == len(whole)
        assert series[part] == whole[part]
        assert [series[i] for i in range(-len(whole), len(whole))] == whole + whole
        assert series.stored == len(kept)

    def test_beyond_the_end(self) -> None:
        with pytest.raises(IndexError):
            StoredSeries([1], Items([2]))[2]

    def test_what_was_read_is_remembered_and_not_for_ever(self) -> None:
        series = StoredSeries[int](store=Items(list(range(1000))))
        assert [series[i] for i in range(1000)] == list(range(1000))
        assert len(series.recent) < 1000
        series.forget()
        assert not series.recent
        assert series[0] == 0

    def test_a_copy_is_its_own(self) -> None:
        series = StoredSeries([1], Items([0]))
        other = series.copy()
        other.append(2)
        assert (list(series), list(other)) == ([0, 1], [0, 1, 2])

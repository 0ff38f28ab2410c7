"""Bytes of a value hold all of it, or encoding refuses."""

from collections.abc import Iterator

import pytest

from homegolf_git.core.model.stored import StoredMap, StoredSeries
from homegolf_git.core.model.values import (
    NotKeptError,
    Record,
    Value,
    decode,
    encode,
    encoder,
    field,
)


class Inner(Record):
    """A record within another, with a table and a series."""

    name: str
    table: StoredMap[str, int] = field(default_factory=StoredMap)
    series: StoredSeries[int] | None = None


class Outer(Value, frozen=True):
    """What is encoded."""

    inner: Inner
    others: dict[str, list[Inner]] = field(default_factory=dict)


class Elsewhere:
    """What a store keeps of a table."""

    def get(self, key: str) -> int | None:
        return {"a": 1}.get(key)

    def items(self) -> Iterator[tuple[str, int]]:
        return iter({"a": 1}.items())


TABLES = {
    "empty": StoredMap[str, int](),
    "filled": StoredMap({"a": 1}),
    "stored": StoredMap(store=Elsewhere()),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_kept_nowhere_is_refused(name: str) -> None:
    with pytest.raises(NotKeptError, match="StoredMap"):
        encode(Outer(Inner("x", TABLES[name])))


def test_so_it_is_deep_within_and_beside_one_that_is_kept() -> None:
    kept = Inner("x")
    value = Outer(kept, {"others": [Inner("y")]})
    with pytest.raises(NotKeptError):
        encoder([kept.table])(value)


def test_so_is_a_series() -> None:
    inner = Inner("x", series=StoredSeries([1]))
    with pytest.raises(NotKeptError, match="StoredSeries"):
        encoder([inner.table])(inner)


def test_an_equal_table_is_not_the_one_that_is_kept() -> None:
    with pytest.raises(NotKeptError):
        encoder([StoredMap({"a": 1})])(Inner("x", StoredMap({"a": 1})))


def test_what_is_no_value_at_all_is_refused() -> None:
    with pytest.raises(NotKeptError, match="Elsewhere"):
        encode([Elsewhere()])


@pytest.mark.parametrize("series", [None, StoredSeries([1, 2])], ids=["none", "some"])
def test_what_is_kept_is_left_out_and_the_rest_comes_back(series: StoredSeries[int] | None) -> None:
    inner = Inner("x", StoredMap({"a": 1}), series)
    again = decode(Outer, encoder([inner.table, series])(Outer(inner)))
    assert (again.inner.name, dict(again.inner.table), again.others) == ("x", {}, {})
    assert (again.inner.series is None) == (series is None)
    assert list(again.inner.series or ()) == []

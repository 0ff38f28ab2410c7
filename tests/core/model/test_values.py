"""What values are made of, and their form as bytes."""

from collections.abc import Mapping

import pytest
from hypothesis import given

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.stored import StoredMap, StoredSeries
from homegolf_git.core.model.values import (
    DecodeError,
    NotKeptError,
    Number,
    Record,
    Value,
    are_same,
    decode,
    encode,
    encoder,
    field,
    replace,
)
from tests.core.drawn import EVENTS, lane_of


class Point(Value, frozen=True):
    """A value."""

    x: Number
    names: Mapping[str, Number] = field(default_factory=dict)


class Book(Record):
    """A record with a table and a series."""

    title: str
    table: StoredMap[str, int] = field(default_factory=StoredMap)
    series: StoredSeries[int] = field(default_factory=StoredSeries)


class TestValue:
    """Fields that do not change; equal to another one that has the same."""

    def test_equal(self) -> None:
        assert Point(1) == Point(1.0)
        assert Point(1) != Point(2)

    def test_frozen(self) -> None:
        with pytest.raises(AttributeError):
            Point(1).x = 2  # type: ignore[misc] # what it is about

    def test_another_with_some_fields_changed(self) -> None:
        point = Point(1, {"a": 2})
        assert replace(point, x=3) == Point(3, {"a": 2})
        assert point.x == 1


class TestRecord:
    """Fields that change, each record's own."""

    def test_its_tables_are_its_own(self) -> None:
        one, other = Book("one"), Book("other")
        one.table["a"] = 1
        one.series.append(1)
        one.title = "first"
        assert (one.title, len(other.table), len(other.series)) == ("first", 0, 0)


class TestBytes:
    """Values as bytes, without their tables and series, which are kept entry by entry."""

    @pytest.mark.parametrize("number", [600, 600.0, 0.1, -3])
    def test_numbers_stay_what_they_are(self, number: Number) -> None:
        found = decode(Point, encode(Point(number, {"n": number})))
        assert repr(found) == repr(Point(number, {"n": number}))

    def test_tables_that_are_kept_elsewhere_come_back_empty(self) -> None:
        book = Book("one", StoredMap({"a": 1}), StoredSeries([1]))
        found = decode(Book, encoder([book.table, book.series])(book))
        assert (found.title, len(found.table), list(found.series)) == ("one", 0, [])

    def test_a_table_that_nobody_keeps_is_not_left_out_in_silence(self) -> None:
        book = Book("one", StoredMap({"a": 1}))
        with pytest.raises(NotKeptError, match="StoredMap"):
            encoder([book.series])(book)

    @pytest.mark.parametrize("data", [b"", b"\xc1", encode(["x"]), encode([None, {}])])
    def test_bytes_that_are_no_such_value(self, data: bytes) -> None:
        with pytest.raises(DecodeError):
            decode(Point, data)

    def test_a_number_is_the_same_with_a_point(self) -> None:
        one, other = Book("one", StoredMap(), StoredSeries()), Point(3, {"n": 3})
        assert are_same(encode(other), encode(Point(3.0, {"n": 3.0})))
        assert not are_same(encode(other), encode(Point(4, {"n": 3})))
        assert not are_same(encode(other), encode(one.title))

    def test_text_that_is_not_unicode(self) -> None:
        with pytest.raises(UnicodeEncodeError):
            encode(Book("\ud800"))


@given(EVENTS)
def test_values_come_back_from_bytes_as_they_were(drawn: list[object]) -> None:
    """Types too: a 600 that came back as 600.0 would show."""
    judged = judge_lane(lane_of(drawn))
    for values in (list(judged.verdicts), list(judged.state.configs.values()), judged.state.steps):
        for value in values:
            assert repr(decode(type(value), encode(value))) == repr(value)
    for event in lane_of(drawn).events():
        assert repr(decode(type(event), encode(event))) == repr(event)

"""A file of sorted keys and values: what is read is what was written, or it is damaged."""

import os
import random
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.shell.reading import pages
from homegolf_git.shell.reading.pages import HEAD_BYTES, DamagedError, Pages, StoreError
from homegolf_git.shell.reading.store import KeptSeries, KeptTable, Store

KEYS = st.binary(min_size=1, max_size=3)
VALUES = st.binary(max_size=6000)
BATCHES = st.lists(st.dictionaries(KEYS, st.none() | VALUES, max_size=12), max_size=8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pages"


def filled(path: Path, count: int = 3000) -> dict[bytes, bytes]:
    """A file of three levels."""
    content = {b"%06d" % number: b"%d" % number * 30 for number in range(count)}
    with closing(Pages(path, is_new=True)) as new:
        new.update(sorted(content.items()))
        new.commit()
    return content


@settings(max_examples=40, deadline=None)
@given(BATCHES, KEYS, KEYS)
def test_it_is_a_sorted_mapping(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[dict[bytes, bytes | None]],
    start: bytes,
    stop: bytes,
) -> None:
    path = tmp_path_factory.mktemp("drawn") / "pages"
    expected: dict[bytes, bytes | None] = {}
    with closing(Pages(path, is_new=True)) as new:
        for batch in batches:
            new.update(sorted(batch.items(), key=lambda item: item[0]))
            expected.update(batch)
        new.commit()
    there = {key: value for key, value in sorted(expected.items()) if value is not None}
    within = [key for key in there if start <= key < stop]
    with closing(Pages(path)) as kept:
        assert list(kept.between(b"")) == list(there.items())
        assert [key for key, _ in kept.between(start, stop)] == within
        assert kept.last(start, stop) == (within[-1] if within else None)
        assert all(kept.get(key) == there.get(key) for key in (*expected, start, stop))
        assert len(list(kept.blocks())) >= bool(there)


def test_an_entry_is_found_in_few_blocks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = filled(path, 20_000)
    read: list[int] = []
    pread = os.pread

    def noted(file: int, length: int, offset: int) -> bytes:
        read.append(length)
        return pread(file, length, offset)

    monkeypatch.setattr(os, "pread", noted)
    with closing(Pages(path)) as kept:
        for key in (b"000000", b"012345", b"019999"):
            assert kept.get(key) == content[key]
    assert len(read) <= 1 + 3 * 3
    assert sum(read) < 100_000


@pytest.fixture
def damaged(path: Path) -> Iterator[tuple[Pages, dict[bytes, bytes]]]:
    """A file whose head is whole and of which every block lost a bit."""
    content = filled(path)
    with closing(Pages(path)) as kept:
        data = bytearray(path.read_bytes())
        for block in kept.blocks():
            data[block.offset + block.length // 2] ^= 4
        path.write_bytes(data)
        yield kept, content


def test_nothing_of_it_is_believed(path: Path, damaged: tuple[Pages, dict[bytes, bytes]]) -> None:
    kept, content = damaged
    fresh = Pages(path)
    for ask in (
        lambda: fresh.get(next(iter(content))),
        lambda: fresh.get(b"nothing"),
        lambda: fresh.last(b"", b"\xff"),
        lambda: list(fresh.between(b"")),
        lambda: fresh.update([(b"more", b"")]),
    ):
        with pytest.raises(DamagedError):
            ask()
    fresh.close()
    assert kept.path == path


def test_every_byte_counts(path: Path) -> None:
    filled(path, 300)
    whole = path.read_bytes()
    drawn = random.Random(1)  # noqa: S311 - seeded
    for at in (*range(HEAD_BYTES), *(drawn.randrange(len(whole)) for _ in range(300))):
        data = bytearray(whole)
        data[at] ^= drawn.randrange(1, 256)
        path.write_bytes(data)
        with pytest.raises(DamagedError):
            list(Pages(path).blocks())


def test_who_has_read_the_head_goes_on_with_what_was_there(path: Path) -> None:
    content = filled(path)
    with closing(Pages(path)) as reader, closing(Pages(path)) as writer:
        reading = reader.between(b"")
        next(reading)
        writer.update([(key, b"other") for key in content])
        assert writer.get(b"000007") == b"other"
        writer.commit()
        assert [b"000000", *(key for key, _ in reading)] == list(content)
        assert reader.get(b"000007") == content[b"000007"]
    with closing(Pages(path)) as again:
        assert again.get(b"000007") == b"other"


def test_one_writes_at_a_time(path: Path) -> None:
    filled(path)
    with closing(Pages(path)) as one, closing(Pages(path)) as other:
        one.update([(b"one", b"1")])
        with pytest.raises(StoreError, match="is written"):
            other.update([(b"other", b"2")])
        one.commit()
        with pytest.raises(StoreError, match="was written"):  # it would lose what the first wrote
            other.update([(b"other", b"2")])
        assert (one.get(b"one"), other.get(b"one")) == (b"1", None)


def test_a_file_that_was_replaced_is_not_written(path: Path) -> None:
    filled(path)
    with closing(Pages(path)) as former:
        path.rename(path.with_name("former"))
        filled(path)
        with pytest.raises(StoreError, match="was written"):
            former.update([(b"one", b"1")])


def test_what_is_not_committed_is_gone(path: Path) -> None:
    content = filled(path)
    with closing(Pages(path)) as writer:
        writer.update([(b"one", b"1"), (b"two", b"2")])
        writer.rollback()
        assert writer.get(b"one") is None
        writer.update([(b"two", b"2")])
        writer.commit()
    with closing(Pages(path)) as kept:
        assert dict(kept.between(b"")) == {**content, b"two": b"2"}


def test_a_file_that_may_only_be_read(path: Path) -> None:
    content = filled(path)
    path.chmod(0o444)
    with closing(Pages(path)) as kept:
        assert dict(kept.between(b"")) == content


class TestStore:
    """Tables and series in it."""

    def test_names_and_keys_stay_apart(self, path: Path) -> None:
        store = Store(path, is_new=True)
        store.write_table("a", [("x", b"\x01"), ("xy", b"\x02")], anew=False)
        store.write_table("ab", [(-3, b"\x03"), (10, b"\x04"), (9, b"\x05")], anew=False)
        store.write_series("s", [b"\x06", b"\x07"], start=0)
        store.write_series("s", [b"\x08"], start=2)
        names: KeptTable[str, int] = KeptTable(store, "a", int)
        numbers: KeptTable[int, int] = KeptTable(store, "ab", int)
        series = KeptSeries(store, "s", int)
        assert list(names.items()) == [("x", 1), ("xy", 2)]
        assert list(numbers.items()) == [(-3, 3), (9, 5), (10, 4)]
        assert (names.get("y"), names.get("\udcff"), numbers.get(10)) == (None, None, 4)
        assert (len(series), series.get(1), list(series.items(1, 9))) == (3, 7, [7, 8])
        assert len(KeptSeries(store, "none", int)) == 0
        store.write_table("a", [("z", b"\x09")], anew=True)
        assert list(names.items()) == [("z", 9)]
        store.close()

    def test_waste_is_cleared_away(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pages, "_WASTE_MIN", 20_000)
        store = Store(path, is_new=True)
        store.write_table("table", ((number, b"\x01") for number in range(3000)), anew=False)
        store.commit()
        table: KeptTable[int, int] = KeptTable(store, "table", int)
        before, sizes = list(table.items()), []
        for number in range(60):
            store.write_table("table", [(number * 50, b"\x01")], anew=False)
            store.commit()
            store.compact()
            sizes.append(path.stat().st_size)
        assert max(sizes) < 4 * 60_000
        assert sum(later < earlier for earlier, later in pairwise(sizes)) >= 2
        assert list(table.items()) == before
        with closing(Store(path)) as again:
            assert list(KeptTable(again, "table", int).items()) == before
        store.close()

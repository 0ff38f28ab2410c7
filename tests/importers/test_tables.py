"""Tables of text: whatever the bytes are, each record has its line and each other line a reason."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.importers import tables
from homegolf_git.importers.entries import LogError
from homegolf_git.importers.tables import Table, read_table
from tests.importers.logs import HEADER, log, tsv

NEEDED = ["val_bpb"]


def read(text: str | bytes) -> Table:
    return read_table(log(text), NEEDED)


def lines(table: Table) -> list[int]:
    return [record.line for record in table.records]


def test_columns_by_name_in_any_order() -> None:
    table = read(tsv("description|status|val_bpb", "try|keep|1.5"))
    assert table.records[0].cells == {"description": "try", "status": "keep", "val_bpb": "1.5"}


@pytest.mark.parametrize("change", [
    lambda text: text,
    lambda text: text.replace(b"\n", b"\r\n"),
    lambda text: b"\xef\xbb\xbf" + text,
    lambda text: text.decode().encode("utf-16"),
    lambda text: text.replace(b"\t", b" \t "),
    lambda text: text.rstrip(b"\n"),
    lambda text: text.replace(b"\n", b"\t\n"),
])  # fmt: skip
def test_marks_line_ends_and_padding_change_nothing(change: object) -> None:
    plain = tsv(HEADER, "abc|1.5|2|keep|a try", "abd|1.6|2|discard|another").encode()
    assert callable(change)
    assert [r.cells for r in read(change(plain)).records] == [r.cells for r in read(plain).records]


def test_blank_lines_count_as_lines() -> None:
    assert lines(read(tsv("", HEADER, "", "a|1|2|keep|x", "||||", "b|1|2|keep|y"))) == [4, 6]


def test_another_width_is_left_out_with_its_line() -> None:
    table = read(tsv(HEADER, "a|1.5", "b|1|2|keep|x|y", "c|1|2|keep|z", "more words"))
    assert lines(table) == [4]
    assert [(item.line, item.why) for item in table.left_out] == [
        (2, "2 cells, the header has 5"),
        (3, "6 cells, the header has 5"),
        (5, "1 cell, the header has 5"),
    ]


def test_the_header_again_is_left_out_and_a_new_one_is_followed() -> None:
    table = read(tsv(HEADER, "a|1|2|keep|x", HEADER, "b|1|2|keep|y", "val_bpb|status", "1.5|keep"))
    assert lines(table) == [2, 4, 6]
    assert [item.why for item in table.left_out] == ["the header again"] * 2
    assert table.records[2].cells == {"val_bpb": "1.5", "status": "keep"}


def test_quoted_cells_may_go_over_lines() -> None:
    table = read(tsv(HEADER, 'a|1.5|2|keep|"two\nlines, ""so"""', "b|1.6|2|keep|x"))
    assert table.records[0].cells["description"] == 'two\nlines, "so"'
    assert lines(table) == [2, 4]
    table = read('val_bpb,description\n1.5,"two\nlines"\n1.6,x\n')
    assert (table.records[0].cells["description"], lines(table)) == ("two\nlines", [2, 4])


def test_a_lone_quote_is_text() -> None:
    table = read(tsv(HEADER, 'a|1.5|2|keep|"never closed', 'b|1.6|2|keep|6" wide'))
    assert [r.cells["description"] for r in table.records] == ['"never closed', '6" wide']


@pytest.mark.parametrize(
    ("data", "line", "why"),
    [
        (b"", 0, "empty"),
        (b"\n\n", 0, "empty"),
        (b"commit\tval_bpb\nabc\t\x00\x01\x02", 2, "binary"),
        (b"commit\tval_bpb\nabc\t\xff\xfe1", 2, "UTF-8"),
        (b"commit\tscore\nabc\t1\n", 1, "no column val_bpb"),
        (b"val_bpb\tval_bpb\n1\t2\n", 1, "two columns"),
        (b"\t".join([b"c"] * 1_000_000) + b"\n", 1, "1,000,000 columns"),
        (b"\x89PNG\r\n\x1a\n\x00", 3, "binary"),
    ],
)  # fmt: skip
def test_what_is_no_table(data: bytes, line: int, why: str) -> None:
    with pytest.raises(LogError, match=why) as caught:
        read(data)
    assert (caught.value.source, caught.value.line) == ("results.tsv", line)


def test_one_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SIZE_MAX", 10)
    with pytest.raises(LogError, match="27 bytes; at most 10"):
        read(b"val_bpb\tstatus\n1.5\tkeep\n...")


CELL = st.text(
    st.characters(exclude_characters='\t\n\r\0"', exclude_categories=["Cs"]), max_size=20
).filter(lambda text: text.strip().casefold() not in {"val_bpb", "status", "description"})


@given(st.lists(st.tuples(CELL, CELL), max_size=12))
def test_what_was_written_is_read(rows: list[tuple[str, str]]) -> None:
    text = "".join(f"{a}\t{b}\t1.5\n" for a, b in rows)
    table = read("status\tdescription\tval_bpb\n" + text)
    assert [(r.cells["status"], r.cells["description"]) for r in table.records] == [
        (a.strip(), b.strip()) for a, b in rows
    ]
    assert table.left_out == []


ANY = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(ANY, ANY), max_size=8))
def test_what_the_csv_module_writes_is_read(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("a", "b", "val_bpb"))
    writer.writerows((a, b, "1.5") for a, b in rows)
    assert [(r.cells["a"], r.cells["b"]) for r in read(out.getvalue()).records] == [
        (a.strip(), b.strip()) for a, b in rows
    ]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    head = b"val_bpb\tstatus\tdescription\n"
    with suppress(LogError):  # one that is no text
        table = read(head + data)
        known = [*lines(table), *(item.line for item in table.left_out)]
        assert len(known) == len(set(known))
        assert all(line > 1 for line in known)

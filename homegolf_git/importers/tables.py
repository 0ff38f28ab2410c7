"""Tables of text, separated by tabs or commas, from bytes to records with their lines.

Columns are known by name. A line that is no record of the table is left out with its reason; only a
file that is no table at all is refused.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from homegolf_git.core.model.values import Record as Mutable
from homegolf_git.core.model.values import field
from homegolf_git.importers.entries import LeftOut, LogError, LogFile, Record

SIZE_MAX = 64 << 20  # bytes
_COLUMNS_MAX = 1000
_CELL_MAX = 1 << 20
_JOINED_MAX = 200  # lines that one quoted cell may go over
_ENCODINGS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"))


class Line(NamedTuple):
    """A line of a table, or the lines that one record goes over."""

    number: int
    cells: list[str]


class Table(Mutable):
    """A table's records, and the lines that are none."""

    columns: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def text_of(file: LogFile) -> str:
    """The text of a log, its line ends line feeds.

    Raises:
        LogError: for one that is too large or no text.
    """
    if len(file.data) > SIZE_MAX:
        size = f"{len(file.data):,} bytes"
        raise LogError(file.name, f"the file has {size}; at most {SIZE_MAX:,} are read")
    encoding = next(name for mark, name in _ENCODINGS if file.data.startswith(mark))
    if encoding != "utf-16" and b"\0" in file.data:
        line = file.data.count(b"\n", 0, file.data.index(b"\0")) + 1
        raise LogError(file.name, "the file is binary, not text", line)
    try:
        text = file.data.decode(encoding)
    except UnicodeDecodeError as error:
        line = file.data.count(b"\n", 0, error.start) + 1
        raise LogError(file.name, f"the file is not UTF-8 (byte {error.start})", line) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_table(file: LogFile, needed: Sequence[str]) -> Table:
    """Read a table that has one of the `needed` columns.

    Raises:
        LogError: where it is no such table.
    """
    table = Table()
    for line, cells in _rows(file):
        if not any(cell.strip() for cell in cells):
            continue
        if not table.columns:
            table.columns = _header(file.name, Line(line, cells), needed)
        elif _is_header(cells, table.columns, needed):
            table.left_out.append(LeftOut(file.name, line, "the header again"))
            table.columns = _header(file.name, Line(line, cells), needed)
        elif isinstance(taken := _fitted(cells, table.columns), str):
            table.left_out.append(LeftOut(file.name, line, taken))
        else:
            table.records.append(Record(file.name, line, taken))
    if not table.columns:
        raise LogError(file.name, "the file is empty: not even a header is there")
    return table


def _header(source: str, row: Line, needed: Sequence[str]) -> list[str]:
    line, cells = row
    if len(cells) > _COLUMNS_MAX:
        message = f"the header has {len(cells):,} columns; at most {_COLUMNS_MAX:,} are read"
        raise LogError(source, message, line)
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    folded = [name.casefold() for name in names if name]
    if not {name.casefold() for name in needed} & set(folded):
        shown = ", ".join(name[:40] for name in names[:12]) or "none"
        message = f"no column {' or '.join(needed)} in the header; columns: {shown}"
        raise LogError(source, message, line)
    if twice := next((name for name in folded if folded.count(name) > 1), ""):
        raise LogError(source, f"two columns are called {twice}", line)
    return [name or f"column {place}" for place, name in enumerate(names, start=1)]


def _is_header(cells: list[str], columns: list[str], needed: Sequence[str]) -> bool:
    """Whether a line is a header: a cell of it is a column's name that no value can be."""
    names = {cell.strip().casefold() for cell in cells}
    known = {name.casefold() for name in columns}
    is_alone = len(columns) == 1
    has_needed = bool(names & {name.casefold() for name in needed})
    return has_needed and (names == known if is_alone else len(names & known) > 1)


def _fitted(cells: list[str], columns: list[str]) -> dict[str, str] | str:
    """The cells by column, or why the line is no record."""
    while len(cells) > len(columns) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != len(columns):
        words = "cell" if len(cells) == 1 else "cells"
        return f"{len(cells):,} {words}, the header has {len(columns)}"
    if any(len(cell) > _CELL_MAX for cell in cells):
        return f"a cell is longer than {_CELL_MAX:,} characters"
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}


def _rows(file: LogFile) -> Iterator[Line]:
    text = text_of(file)
    first = next((line for line in text.split("\n", 1000) if line.strip()), "")
    yield from _tab_rows(text) if "\t" in first else _comma_rows(file.name, text)


def _tab_rows(text: str) -> Iterator[Line]:
    """Lines split at tabs. A cell in quotes may go over several lines; other quotes are text."""
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        start, line = place, lines[place]
        while (joined := _joined(line, lines, place)) is not None:
            line, place = joined
        yield Line(start + 1, [_unquoted(cell) for cell in line.split("\t")])
        place += 1


def _joined(line: str, lines: list[str], place: int) -> tuple[str, int] | None:
    """A line with those behind it that its last cell goes on in, and the last of them.

    None where that cell is not open, or never closed: then its quote is text.
    """
    before, _, cell = line.rpartition("\t")
    if not cell.startswith('"') or cell.count('"') % 2 == 0:
        return None
    parts = [cell]
    for end in range(place + 1, min(place + _JOINED_MAX, len(lines))):
        head, tab, rest = lines[end].partition("\t")
        parts.append(head)
        if head.count('"') % 2 == 1:
            whole = "\n".join(parts)
            text = f"{before}\t{whole}" if before or "\t" in line else whole
            return (f"{text}{tab}{rest}", end) if head.endswith('"') else None
        if tab:
            return None
    return None


def _unquoted(cell: str) -> str:
    inner = cell.strip()
    if len(inner) > 1 and inner[0] == inner[-1] == '"':
        body = inner[1:-1].replace('""', "\0")
        if '"' not in body:
            return body.replace("\0", '"')
    return cell


def _comma_rows(name: str, text: str) -> Iterator[Line]:
    csv.field_size_limit(SIZE_MAX)
    reader = csv.reader(io.StringIO(text, newline="\n"), strict=False)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise LogError(name, f"no CSV: {error}", start) from error
        if cells is None:
            return
        yield Line(start, cells)

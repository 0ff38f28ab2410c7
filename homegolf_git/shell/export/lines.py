"""Tables as text: CSV that no spreadsheet takes for formulas, and JSON Lines."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from homegolf_git.core.views.exportrows import Cell, Cells, Column, ExportTable

# What a spreadsheet takes for the start of a formula; and the mark itself, so that taking one
# away from every cell that has it gives the text back.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")  # noqa: RUF001 - spreadsheets take wide signs too
_NUMBER = re.compile(r"[-+]?[0-9]{1,30}(\.[0-9]{1,30})?")
_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_escaped = json.JSONEncoder(separators=(",", ":")).encode


def compact(value: Cell) -> str:
    """A value as JSON text in a cell."""
    return _compact(value)


def csv_lines(table: ExportTable, lines: Iterable[Cells]) -> Iterator[str]:
    """Lines of CSV with their ends, the header first."""
    yield _csv_line([column.name for column in table.columns])
    for line in lines:
        yield _csv_line(
            [_csv_cell(column, cell) for column, cell in zip(table.columns, line, strict=True)]
        )


def jsonl_lines(table: ExportTable, lines: Iterable[Cells]) -> Iterator[str]:
    """An object a line."""
    names = [column.name for column in table.columns]
    for line in lines:
        yield _escaped(dict(zip(names, line, strict=True))) + "\n"


def write_csv(path: Path, table: ExportTable, lines: Iterable[Cells]) -> None:
    """Write a table as CSV: UTF-8, RFC 4180."""
    with path.open("x", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(table, lines))


def write_jsonl(path: Path, table: ExportTable, lines: Iterable[Cells]) -> None:
    """Write a table as JSON Lines."""
    with path.open("x", encoding="utf-8", newline="") as file:
        file.writelines(jsonl_lines(table, lines))


def _csv_line(cells: list[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _csv_cell(column: Column, cell: Cell) -> str:
    if cell is None:
        return ""
    if column.kind == "json":
        return compact(cell)
    if column.kind == "boolean":
        return "true" if cell else "false"
    return _harmless(cell) if isinstance(cell, str) else repr(cell)


def _harmless(text: str) -> str:
    """Text that is no formula: where it could begin one there is an apostrophe before it."""
    is_formula = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text

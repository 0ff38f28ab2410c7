"""Tables as an SQLite database."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from homegolf_git.core.model.values import Json
from homegolf_git.core.views.exportrows import Cell, Cells, ExportTable
from homegolf_git.errors import environment_error
from homegolf_git.shell.export.lines import compact

_TYPES = {"text": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER", "json": "TEXT"}  # fmt: skip
_PRIMARY = 0xFF  # of a code, whose other bits say more of it
_REFUSED = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}


def write_sqlite(
    path: Path, tables: Mapping[ExportTable, Iterable[Cells]], description: Mapping[str, Json]
) -> None:
    """Write a database with a table of each, and what they are in the table `about`.

    Raises:
        HomegolfError: where the file system refuses.
    """
    try:
        _write(path, tables, description)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _PRIMARY not in _REFUSED:
            raise
        raise environment_error("cannot_write", f"{path}: {error}") from error


def _write(
    path: Path, tables: Mapping[ExportTable, Iterable[Cells]], description: Mapping[str, Json]
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        # Nobody sees the file before it is whole.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        database.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")
        about = [
            (name, value if isinstance(value, str) else compact(value))
            for name, value in description.items()
        ]
        database.executemany("INSERT INTO about VALUES (?, ?)", about)
        for table, lines in tables.items():
            database.execute(_create(table))
            marks = ", ".join("?" * len(table.columns))
            rows = (tuple(map(_stored, line)) for line in lines)
            database.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)  # noqa: S608 - names of ours
        database.execute("COMMIT")


def _create(table: ExportTable) -> str:
    columns = [f'"{column.name}" {_TYPES[column.kind]}' for column in table.columns]
    key = ", ".join(f'"{name}"' for name in table.key)
    return f"CREATE TABLE {table.name} ({', '.join(columns)}, PRIMARY KEY ({key}))"


def _stored(cell: Cell) -> Cell:
    return compact(cell) if isinstance(cell, list | dict) else cell

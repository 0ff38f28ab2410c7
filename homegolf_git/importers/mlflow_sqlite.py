"""The runs in the sqlite store of MLflow, from the bytes of the file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from homegolf_git.importers.entries import LogError, LogFile

_MAGIC = b"SQLite format 3\0"
_VERSIONS = slice(18, 20)  # of the header: 2 says that a write-ahead log may stand beside it
Parts = tuple[dict[str, str], dict[str, float | None], dict[str, str], dict[str, str]]
_INFO = ("run_id", "name", "user_id", "status", "end_time", "lifecycle_stage")


def is_sqlite(data: bytes) -> bool:
    """Whether these are the bytes of an sqlite database."""
    return data.startswith(_MAGIC)


def read_runs(file: LogFile) -> Iterator[Parts]:
    """Facts, last metrics, parameters and tags of each run.

    Raises:
        LogError: for a database that is damaged, or is no store of MLflow.
    """
    data = bytearray(file.data)
    data[_VERSIONS] = b"\1\1"  # bytes in memory have no log beside them
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.deserialize(bytes(data))
            database.text_factory = lambda text: text.decode("utf-8", "replace")
            yield from list(_runs(database))
        except (sqlite3.Error, ValueError, TypeError) as error:
            message = f"no store of MLflow can be read from it: {error}"
            raise LogError(file.name, message) from error


def _runs(database: sqlite3.Connection) -> Iterator[Parts]:
    metrics = _by_run(
        database, "SELECT run_uuid, key, CASE is_nan WHEN 0 THEN value END FROM latest_metrics"
    )
    params = _by_run(database, "SELECT run_uuid, key, value FROM params")
    tags = _by_run(database, "SELECT run_uuid, key, value FROM tags")
    query = "SELECT run_uuid, name, user_id, status, end_time, lifecycle_stage FROM runs"
    for row in database.execute(query):
        info = {
            name: str(value) for name, value in zip(_INFO, row, strict=True) if value is not None
        }
        run = row[0]
        yield (
            info,
            {name: None if value is None else float(value) for name, value in metrics.get(run, ())},
            {name: str(value) for name, value in params.get(run, ())},
            {name: str(value) for name, value in tags.get(run, ())},
        )


def _by_run(database: sqlite3.Connection, query: str) -> dict[str, list[tuple[str, Any]]]:
    found: dict[str, list[tuple[str, Any]]] = {}
    for run, name, value in database.execute(query):
        found.setdefault(run, []).append((name, value))
    return found

"""Tables as Parquet; the only module that imports pyarrow."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from homegolf_git.core.views.exportrows import Cell, Cells, ExportTable
from homegolf_git.shell.export.lines import compact

_GROUP = 1000  # lines
_TYPES = {
    "text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(),
    "json": pa.string(),
}  # fmt: skip


def write_parquet(
    path: Path, table: ExportTable, lines: Iterable[Cells], about: Mapping[str, str]
) -> None:
    """Write a table, group after group; `about` stands in the metadata of the file."""
    fields = [pa.field(column.name, _TYPES[column.kind]) for column in table.columns]
    schema = pa.schema(fields, metadata=dict(about))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(lines):
            columns = zip(*group, strict=True)
            arrays = [
                pa.array(map(_stored, cells), field.type)
                for cells, field in zip(columns, fields, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _groups(lines: Iterable[Cells]) -> Iterator[list[Cells]]:
    rest = iter(lines)
    while group := list(islice(rest, _GROUP)):
        yield group


def _stored(cell: Cell) -> Cell:
    return compact(cell) if isinstance(cell, list | dict) else cell

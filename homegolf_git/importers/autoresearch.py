"""The results.tsv of autoresearch loops, in the many shapes that forks have given it."""

from collections.abc import Iterable, Mapping, Sequence

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.values import Json, replace
from homegolf_git.importers.anomalies import of_entries
from homegolf_git.importers.columns import entry_of, meaning_of
from homegolf_git.importers.entries import Entry, LeftOut, Log, LogFile, Record, joined
from homegolf_git.importers.tables import read_table

KIND = "autoresearch"
WANTED = ("*.tsv",)


def read(files: Sequence[LogFile], lane: Lane, _map: Mapping[str, Json]) -> Log:
    """Read tables that have a column of the lane's metric.

    Raises:
        LogError: for a file that is no such table.
    """
    logs = [_read(file, lane.metric.name) for file in files]
    return joined([replace(log, anomalies=tuple(of_entries(log.entries, lane))) for log in logs])


def _read(file: LogFile, metric: str) -> Log:
    table = read_table(file, [metric])
    return entries_of(table.records, metric, table.left_out)


def entries_of(records: Iterable[Record], metric: str, left_out: Iterable[LeftOut] = ()) -> Log:
    """The entries of records whose columns have their usual names."""
    entries: list[Entry] = []
    lost = list(left_out)
    for record in records:
        names = {name.casefold(): name for name in record.cells}
        means = meaning_of(list(record.cells), names[metric.casefold()])
        made = entry_of(record, means, metric)
        if isinstance(made, LeftOut):
            lost.append(made)
        else:
            entries.append(made)
    return Log(tuple(entries), tuple(sorted(lost, key=lambda item: item.line)))

"""Readers of what other tools kept of their runs: pure functions from bytes to entries.

A reader gives an entry a run, and a reason for every line that became none. It raises LogError where
a file is not what its kind says.
"""

from collections.abc import Callable, Mapping, Sequence

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.values import Json, Value
from homegolf_git.importers import autoresearch
from homegolf_git.importers.entries import Log, LogFile

Map = Mapping[str, Json]  # from column to fact, or the other way round
Read = Callable[[Sequence[LogFile], Lane, Map], Log]


class Importer(Value, frozen=True):
    """How logs of a kind are read; of a folder only the `wanted` names."""

    read: Read
    wanted: tuple[str, ...]
    needs_map: bool = False


IMPORTERS: dict[str, Importer] = {
    autoresearch.KIND: Importer(autoresearch.read, autoresearch.WANTED),
}

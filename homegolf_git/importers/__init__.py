"""Readers of what other tools kept of their runs: pure functions from bytes to entries.

A reader gives an entry a run, and a reason for every line that became none. It raises LogError where
a file is not what its kind says.
"""

from collections.abc import Callable, Mapping, Sequence

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.values import Json, Value
from homegolf_git.importers import (
    autoresearch,
    mapped,
    mlflow,
    modded_nanogpt,
    parameter_golf,
    pi,
    psionic,
    wandb,
)
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
    pi.KIND: Importer(pi.read, pi.WANTED),
    parameter_golf.KIND: Importer(parameter_golf.read, parameter_golf.WANTED),
    psionic.KIND: Importer(psionic.read, psionic.WANTED),
    modded_nanogpt.KIND: Importer(modded_nanogpt.read, modded_nanogpt.WANTED),
    mlflow.KIND: Importer(mlflow.read, mlflow.WANTED),
    wandb.KIND: Importer(wandb.read, wandb.WANTED),
    mapped.KIND: Importer(mapped.read, mapped.WANTED, needs_map=True),
}

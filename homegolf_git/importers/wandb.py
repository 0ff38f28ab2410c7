"""The CSV that Weights & Biases exports: the table of its page, or the frame of its API."""

import ast
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.values import Json, replace
from homegolf_git.importers import cells
from homegolf_git.importers.columns import Meaning, entry_of
from homegolf_git.importers.entries import Entry, LeftOut, Log, LogError, LogFile, Record, joined
from homegolf_git.importers.mapped import columns_by_fact, config_of, entry_by
from homegolf_git.importers.tables import read_table

KIND = "wandb"
WANTED = ("*.csv",)
_OWN = {
    "name": "label", "notes": "summary", "state": "status", "commit": "commit", "gpu type": "device",
}  # fmt: skip
_IGNORED = (
    "user",
    "tags",
    "created",
    "runtime",
    "sweep",
    "id",
    "hostname",
    "group",
    "job type",
    "",
)
_UNFINISHED = ("running", "pending", "preempting")
_LITERAL_MAX = 1 << 16
_SEEDS = ("seed", "random_seed")


def read(files: Sequence[LogFile], lane: Lane, mapping: Mapping[str, Json]) -> Log:
    """Read exports; with a map only the columns that it names are taken.

    Raises:
        LogError: for a file that is no such table.
        MapError: for a map that cannot be followed.
    """
    return joined([_read(file, lane, mapping) for file in files])


def _read(file: LogFile, lane: Lane, mapping: Mapping[str, Json]) -> Log:
    metric = lane.metric.name
    pairs = {str(left): str(right) for left, right in mapping.items()}
    table = read_table(file, sorted({*pairs, *pairs.values()}) or ["name", "state", "summary"])
    facts = columns_by_fact(table.columns, pairs, metric) if pairs else {}
    entries: list[Entry] = []
    left_out = list(table.left_out)
    for record in table.records:
        state = _by_name(record.cells).get("state", "")
        made: Entry | LeftOut
        if state.casefold() in _UNFINISHED:
            made = LeftOut(record.source, record.line, f"the run is {state}")
        elif facts:
            made = entry_by(record, facts, metric)
        else:
            made = _entry(record, metric)
        if isinstance(made, LeftOut):
            left_out.append(made)
        else:
            entries.append(made)
    return Log(tuple(entries), tuple(left_out))


def _by_name(texts: Mapping[str, str]) -> dict[str, str]:
    return {name.strip().casefold(): text for name, text in texts.items()}


def _entry(record: Record, metric: str) -> Entry | LeftOut:
    known = _by_name(record.cells)
    config, summary = _mapping(known.get("config", "")), _mapping(known.get("summary", ""))
    numbers = summary or {
        name: text
        for name, text in record.cells.items()
        if name.strip().casefold() not in (*_OWN, *_IGNORED, "config", "summary")
    }
    numbers = {name: text for name, text in numbers.items() if not name.startswith("_")}
    column = next((name for name in numbers if _is_metric(name, metric)), "")
    if not column:
        raise LogError(record.source, f"no column {metric}; map it with --map FILE", record.line)
    flat = dict(numbers) | {name: text for name, text in known.items() if name in _OWN}
    seed = next((config.pop(name) for name in _SEEDS if name in config), numbers.get("seed", ""))
    meaning = Meaning(column, **{means: name for name, means in _OWN.items()}, seed="seed")
    made = entry_of(replace(record, cells=flat | {"seed": seed}), meaning, metric)
    if isinstance(made, LeftOut):
        return made
    return replace(made, record=record, config=config_of(config), finished_at=_finished(known))


def _is_metric(column: str, metric: str) -> bool:
    name = cells.name_of(column.replace("/", "_"))
    return name.replace(".", "_") in {metric, f"summary_{metric}", f"eval_{metric}"}


def _finished(known: Mapping[str, str]) -> str | None:
    """When a run ended: created, and as long as it took."""
    created, seconds = (
        cells.time_of(known.get("created", "")),
        cells.number(known.get("runtime", "")),
    )
    if created is None:
        return None
    at = datetime.fromisoformat(created).astimezone(UTC)
    return cells.written(at + timedelta(seconds=round(seconds or 0)))


def _mapping(text: str) -> dict[str, str]:
    """A dictionary as the export writes it, JSON or Python, one level flat."""
    if not text.startswith("{") or len(text) > _LITERAL_MAX:
        return {}
    value: Any
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            return {}
    return dict(_flat(value)) if isinstance(value, dict) else {}


def _flat(value: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, item in value.items():
        whole = f"{before}{name}"
        if isinstance(item, Mapping):
            found += _flat(item, f"{whole}.")
        elif item is not None:
            found.append((whole, str(item)))
    return found

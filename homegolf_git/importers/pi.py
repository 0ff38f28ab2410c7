"""The JSONL of pi-autoresearch and its kin: a config line, then a line a run.

A config line names the metric and its direction for the runs behind it; another one begins another
segment.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.values import Json, replace
from homegolf_git.importers import cells
from homegolf_git.importers.anomalies import of_entries
from homegolf_git.importers.columns import entry_of, meaning_of
from homegolf_git.importers.entries import Entry, LeftOut, Log, LogFile, Record, joined
from homegolf_git.importers.jsonlines import JsonObject, cells_of, read_lines, text_of_value

KIND = "pi"
WANTED = ("*.jsonl",)
_DIRECTIONS = {"lower": "minimize", "min": "minimize", "higher": "maximize", "max": "maximize"}
_NESTED = ("metrics", "asi", "metric")
_FIRST = ("commit", "status", "description", "timestamp", "seed", "run")


def read(files: Sequence[LogFile], lane: Lane, _map: Mapping[str, Json]) -> Log:
    """Read runs whose metric is the lane's.

    Raises:
        LogError: for a file that holds no JSON object.
    """
    return joined([_read(file, lane) for file in files])


def _read(file: LogFile, lane: Lane) -> Log:
    entries: list[Entry] = []
    left_out: list[LeftOut] = []
    config: JsonObject = {}
    for item in read_lines(file):
        if isinstance(item, LeftOut):
            left_out.append(item)
            continue
        line, value = item
        if value.get("type") == "config":
            config = value
            continue
        made = _entry(Record(file.name, line, cells_of(value)), value, config, lane)
        if isinstance(made, LeftOut):
            left_out.append(made)
        else:
            entries.append(made)
    return Log(tuple(entries), tuple(left_out), tuple(of_entries(entries, lane)))


def _entry(record: Record, value: JsonObject, config: JsonObject, lane: Lane) -> Entry | LeftOut:
    metric = lane.metric.name

    def left_out(why: str) -> LeftOut:
        return LeftOut(record.source, record.line, why)

    numbers = value.get("metrics")
    numbers = numbers if isinstance(numbers, Mapping) else {}
    named = str(config.get("metricName") or metric)
    score: Any
    if metric in value:
        score = value[metric]
    elif "metric" in value and cells.name_of(named) == metric:
        score = value["metric"]
        direction = _DIRECTIONS.get(str(config.get("bestDirection")), lane.metric.direction)
        if direction != lane.metric.direction:
            return left_out(f"the log would {direction} {named}, the lane would not")
    elif metric in numbers:
        score = numbers[metric]
    elif "status" in value:
        return left_out(f"its metric is {named}, the lane's is {metric}")
    else:
        return left_out("no run: neither a metric nor a status")
    flat = {name: text_of_value(value[name]) for name in _FIRST if name in value}
    flat |= {name: text_of_value(item) for name, item in numbers.items() if name != metric}
    flat |= {
        name: text_of_value(item)
        for name, item in value.items()
        if name not in flat and name not in _NESTED and not isinstance(item, Mapping | list)
    }
    flat |= {"notes": text_of_value(value.get("asi"))}
    flat[metric] = text_of_value(score)
    made = entry_of(replace(record, cells=flat), meaning_of(list(flat), metric), metric)
    return made if isinstance(made, LeftOut) else replace(made, record=record)

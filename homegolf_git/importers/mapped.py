"""Tables whose columns are mapped to facts of a row by a file of the user's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.rowcheck import RESULT_FIELDS
from homegolf_git.core.model.values import Document, Json, replace
from homegolf_git.importers import cells
from homegolf_git.importers.anomalies import of_entries
from homegolf_git.importers.columns import Meaning, entry_of
from homegolf_git.importers.entries import Entry, LeftOut, Log, LogFile, Record, joined
from homegolf_git.importers.tables import read_table

KIND = "csv"
WANTED = ("*.csv", "*.tsv")
# A fact of a row -> what a Meaning calls it.
_MEANT = {
    "change.summary": "summary", "finished_at": "time", "source.ref": "commit", "commit": "commit",
    "source.revision": "commit", "status": "status", "notes": "notes", "seed": "seed",
    "hardware.device": "device", "device": "device", "hardware": "device",
}  # fmt: skip
_PLAIN = ("submitter", "session", "change.kind", "evaluation.mode", "train_seconds_budget",
          "seeds_run", "seeds_planned", "source.repository")  # fmt: skip
_NUMBERS = ("train_seconds_budget",)
_COUNTS = ("seeds_run", "seeds_planned")
_PREFIXES = ("config.", "extra.")


class MapError(ValueError):
    """A map that cannot be followed."""


def read(files: Sequence[LogFile], lane: Lane, mapping: Mapping[str, Json]) -> Log:
    """Read tables with the columns that the map names.

    Raises:
        LogError: for a file that is no such table.
        MapError: where the map names a fact that no row has, or no column for the score.
    """
    return joined([read_mapped(file, lane, mapping) for file in files])


def read_mapped(file: LogFile, lane: Lane, mapping: Mapping[str, Json]) -> Log:
    """One table."""
    metric = lane.metric.name
    pairs = {str(left): str(right) for left, right in mapping.items()}
    table = read_table(file, sorted({*pairs, *pairs.values()}))
    facts = columns_by_fact(table.columns, pairs, metric)
    entries: list[Entry] = []
    left_out = list(table.left_out)
    for record in table.records:
        made = entry_by(record, facts, metric)
        if isinstance(made, LeftOut):
            left_out.append(made)
        else:
            entries.append(made)
    return Log(tuple(entries), tuple(left_out), tuple(of_entries(entries, lane)))


def columns_by_fact(
    columns: Iterable[str], pairs: Mapping[str, str], metric: str
) -> dict[str, str]:
    """The column of each fact; a map may name the column first, or the fact.

    Raises:
        MapError: as above.
    """
    names = {name.casefold(): name for name in columns}
    found: dict[str, str] = {}
    for left, right in pairs.items():
        for column, fact in ((left, right), (right, left)):
            if column.casefold() in names and is_fact(fact, metric):
                found.setdefault(fact, names[column.casefold()])
                break
        else:
            raise MapError(_wrong(left, right, names, metric))
    if metric not in found:
        raise MapError(f"no column is mapped to {metric}, the score of the lane")
    return found


def _wrong(left: str, right: str, names: Mapping[str, str], metric: str) -> str:
    if {left.casefold(), right.casefold()} & set(names):
        fact = right if left.casefold() in names else left
        return f"{left}: {right}: {fact!r} is no fact of a row"
    if is_fact(left, metric) or is_fact(right, metric):
        shown = ", ".join(list(names.values())[:12])
        return f"{left}: {right}: neither is a column of the table; columns: {shown}"
    return f"{left}: {right}: neither a column of the table nor a fact of a row"


def is_fact(name: str, metric: str) -> bool:
    """Whether a map may name this as a fact."""
    known = (metric, *RESULT_FIELDS, *_MEANT, *_PLAIN)
    return name in known or (
        name.startswith(_PREFIXES) and bool(name.partition(".")[2]) and name != "extra."
    )


def entry_by(record: Record, facts: Mapping[str, str], metric: str) -> Entry | LeftOut:
    """The entry of a record by a map."""
    meant = {_MEANT[fact]: column for fact, column in facts.items() if fact in _MEANT}
    numbers = {
        fact.removeprefix("extra."): record.cells[column]
        for fact, column in facts.items()
        if fact in RESULT_FIELDS or fact.startswith("extra.")
        if fact not in {metric, "seed"}
    }
    flat = {name: text for name, text in numbers.items() if cells.number(text) is not None}
    repeat = cells.number(flat.pop("repeat", ""))
    flat |= {column: record.cells[column] for column in (*meant.values(), facts[metric])}
    made = entry_of(replace(record, cells=flat), Meaning(facts[metric], **meant), metric)
    if isinstance(made, LeftOut):
        return made
    config = config_of({
        fact.removeprefix("config."): record.cells[column]
        for fact, column in facts.items()
        if fact.startswith("config.")
    })  # fmt: skip
    results = made.results
    if repeat is not None and repeat.is_integer():
        results = tuple({**result, "repeat": int(repeat)} for result in results)
    return replace(made, record=record, config=config, results=results, facts=_plain(record, facts))


def _plain(record: Record, facts: Mapping[str, str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for fact in _PLAIN:
        text = cells.clean(record.cells[facts[fact]]) if fact in facts else ""
        value = cells.number(text)
        if fact in (*_NUMBERS, *_COUNTS):
            if value is not None and (fact in _NUMBERS or value.is_integer()):
                found[fact] = cells.whole(value)
        elif text:
            found[fact] = text
    return found


def config_of(texts: Mapping[str, str]) -> Document:
    """A config from cells: numbers and truth values as such, empty cells left out."""
    words: dict[str, Any] = {"true": True, "false": False}
    found: dict[str, Any] = {}
    for name, text in texts.items():
        value = cells.number(text)
        if value is not None:
            found[name] = cells.whole(value)
        elif text.strip():
            found[name] = words.get(text.strip().casefold(), cells.clean(text))
    return found

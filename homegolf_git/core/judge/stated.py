"""What a receipt states of a row's facts, beside what the row says: what differs, and what is added."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from homegolf_git.core.model.naming import time_key
from homegolf_git.core.model.row import Observation, Receipt
from homegolf_git.core.model.seedkeys import without_seeds
from homegolf_git.core.model.values import Document, Json

# The row alone says what it is called, what is meant by it, and what somebody remarks.
_THE_ROWS_OWN = frozenset(("run_id", "submitter", "base", "notes", "resolves", "artifacts"))
_SHOWN = 60  # characters of a value

Compared = tuple[tuple[str, ...], dict[str, Json]]


def compared(document: Document, receipt: Receipt) -> Compared:
    """What the row says differently, with both values; and the facts that it leaves out."""
    differing: list[str] = []
    added: dict[str, Json] = {}
    value: Any  # of the type that its reader has checked
    for name, value in receipt.stated.items():
        if name in _THE_ROWS_OWN or name.startswith("change."):
            continue
        own = _own(document, name)
        if own is None and not (name == "train_seconds_budget" and name in document):
            added[name] = value
        elif name == "seeds_run":
            if own < value:  # more finished than the row says
                added[name] = value
        elif name == "config":
            differing += _config(own, value, receipt.observations)
        elif not _agrees(name, own, value):
            differing.append(f"{name} is {_text(own)}, the receipt gives {_text(value)}")
    return tuple(differing), added


def _own(document: Document, name: str) -> Any:  # noqa: ANN401 - JSON, of the type that the schema has checked
    """What the row says of a fact; None: nothing."""
    value: Any = document
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value or None if name == "hardware" else value


def _agrees(name: str, own: Json, value: Json) -> bool:
    rule = _RULES.get(name)
    return own == value if rule is None else rule(own, value)


def _is_prefix(own: str, value: str) -> bool:
    """A revision may be shortened on either side."""
    return own.startswith(value) or value.startswith(own)


def _devices(found: Json) -> Counter[str]:
    devices: Counter[str] = Counter()
    items = found if isinstance(found, list) else ()
    for item in (item for item in items if isinstance(item, dict)):
        devices[str(item["device"])] += int(str(item["count"]))
    return devices


def _failure(outcome: Json) -> str | None:
    """The kind of failure; None of a run that scored."""
    failure = outcome.get("failure") if isinstance(outcome, dict) else None
    return str(failure["kind"]) if isinstance(failure, dict) else None


def _config(own: Json, stated: Json, observations: Sequence[Observation]) -> Iterator[str]:
    """Keys whose values differ, and keys that the row leaves out; a seed belongs to its result."""
    row = own if isinstance(own, dict) else {}
    for key, value in without_seeds(stated, observations).items():
        if key not in row:
            yield f"config leaves out {key}, the receipt gives {_text(value)}"
        elif row[key] != value:
            yield f"config.{key} is {_text(row[key])}, the receipt gives {_text(value)}"


# Where another thing than the very same value agrees. Of several reports each may state less.
_RULES: Mapping[str, Callable[[Any, Any], bool]] = {
    "hardware": lambda own, value: _devices(own) == _devices(value),
    "finished_at": lambda own, value: time_key(own)[0] >= time_key(value)[0],
    "seeds_planned": lambda own, value: own >= value,
    "source.revision": _is_prefix,
    "source.changed_paths": lambda own, value: set(own) == set(value),
    "outcome": lambda own, value: _failure(own) == _failure(value),
}


def _text(value: Json) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "..."

"""The envelope of every JSON answer, and JSON as text that is never held as a whole."""

import json
from collections.abc import Iterable, Iterator, Mapping

from homegolf_git.core.model.values import Json

API = "homegolf/report/v1"
# Escaped, so that no text of a row can act on a terminal.
_encode = json.JSONEncoder(indent=1).encode


def document(command: str, fields: Mapping[str, Json], *, is_ok: bool) -> dict[str, Json]:
    """A document of the report API."""
    return {"api": API, "command": command, "ok": is_ok, **fields}


def chunks(value: Json | Iterator[Json], depth: int = 0) -> Iterator[str]:
    """The text that json.dumps(value, indent=1) gives, piece by piece.

    A value of a mapping may be an iterator: it is written as a list, each item as it comes.
    """
    if isinstance(value, Mapping):
        items = ((f"{_encode(key)}: ", chunks(item, depth + 1)) for key, item in value.items())
        yield from _enclosed("{", items, "}", depth)
    elif isinstance(value, Iterator):
        # Whole items: going through the mappings in them would take four times as long.
        yield from _enclosed(
            "[", (("", (_indented(item, depth + 1),)) for item in value), "]", depth
        )
    else:
        yield _indented(value, depth)


def _enclosed(
    start: str, items: Iterable[tuple[str, Iterable[str]]], stop: str, depth: int
) -> Iterator[str]:
    lead = start
    for label, text in items:
        yield f"{lead}\n{' ' * (depth + 1)}{label}"
        yield from text
        lead = ","
    yield start + stop if lead == start else f"\n{' ' * depth}{stop}"


def _indented(value: Json, depth: int) -> str:
    return _encode(value).replace("\n", "\n" + " " * depth)

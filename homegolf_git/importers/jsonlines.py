"""Lines of JSON, one record each, from bytes to objects with their lines."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from homegolf_git.importers.entries import LeftOut, LogError, LogFile
from homegolf_git.importers.tables import text_of

_LINE_MAX = 1 << 20
JsonObject = Mapping[str, Any]


def read_lines(file: LogFile) -> Iterator[tuple[int, JsonObject] | LeftOut]:
    """Each line that is a JSON object, and why another one is none.

    Raises:
        LogError: for a file that is no text, or holds no JSON object.
    """
    found = 0
    for line, text in enumerate(text_of(file).split("\n"), start=1):
        if not text.strip():
            continue
        if len(text) > _LINE_MAX:
            yield LeftOut(file.name, line, f"the line is longer than {_LINE_MAX:,} characters")
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            yield LeftOut(file.name, line, f"no JSON: {error}")
            continue
        if isinstance(value, dict):
            found += 1
            yield line, value
        else:
            yield LeftOut(file.name, line, "JSON, but no object")
    if not found:
        raise LogError(file.name, "no line of it is a JSON object")


def cells_of(value: JsonObject) -> dict[str, str]:
    """An object as the cells of a record: text as it is, anything else as JSON."""
    return {name: text_of_value(item) for name, item in value.items()}


def text_of_value(value: Any) -> str:  # noqa: ANN401 - a JSON value
    """A JSON value as the text of a cell; null is an empty one."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

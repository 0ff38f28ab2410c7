"""Every field that a row or a lane may have stands in its page."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).parents[2]


def fields(schema: Mapping[str, Any], known: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """The fields below a place, with dots for nesting and [] for the entries of a list."""
    whole = {**known.get(schema.get("$ref", "").rpartition("/")[2], {}), **schema}
    if isinstance(whole.get("items"), dict):
        yield from fields(whole["items"], known, f"{place}[]")
    for name, inner in whole.get("properties", {}).items():
        here = f"{place}.{name}" if place else name
        yield here
        yield from fields(inner, known, here)


@pytest.mark.parametrize(("kind", "page", "some"), [
    ("run-v1", "rows.md", "results[].repeat"), ("lane-v1", "lanes.md", "decision.sessions.sigma0"),
])  # fmt: skip
def test_it_is_there(kind: str, page: str, some: str) -> None:
    schema = json.loads((TOP / "schemas" / f"{kind}.schema.json").read_text("utf-8"))
    text = (TOP / "docs" / page).read_text("utf-8")
    found = list(fields(schema, schema.get("$defs", {})))
    assert some in found
    assert [name for name in found if f"`{name}`" not in text] == []

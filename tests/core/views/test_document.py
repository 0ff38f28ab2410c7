"""JSON written piece by piece: the very bytes that json.dumps gives, without the whole in memory."""

import json
from collections.abc import Iterator
from itertools import count, islice
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.views.document import API, chunks, document

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=25,
)


def streamed(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """The same value, in which every list of a mapping comes item by item."""
    if isinstance(value, dict):
        return {name: streamed(item) for name, item in value.items()}
    return iter(value) if isinstance(value, list) else value


@given(VALUES)
def test_the_same_bytes(value: Any) -> None:  # noqa: ANN401 - JSON values
    expected = json.dumps(value, indent=1)
    assert "".join(chunks(value)) == expected
    assert "".join(chunks(streamed(value))) == expected


def test_an_item_is_asked_for_when_it_is_written() -> None:
    asked: list[int] = []

    def items() -> Iterator[dict[str, int]]:
        for number in count():
            asked.append(number)
            yield {"order": number}

    lane: Any = {"rows": items()}
    text = chunks({"lanes": {"home": lane}})
    written = "".join(islice(text, 16))
    assert written.startswith(
        '{\n "lanes": {\n  "home": {\n   "rows": [\n    {\n     "order": 0\n    },'
    )
    assert len(asked) < 8


class TestReport:
    """Documents of the report API."""

    def test_a_document_names_its_version_and_command(self) -> None:
        assert document("log", {"a": 1}, is_ok=True) == {
            "api": API, "command": "log", "ok": True, "a": 1,
        }  # fmt: skip
        assert API == "homegolf/report/v1"

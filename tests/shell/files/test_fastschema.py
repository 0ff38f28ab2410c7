"""The fast validator and the one that words faults come to the same decision."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.fastschema import is_valid
from homegolf_git.shell.files.schema import schema_findings
from tests.build import failed, lane_document, run

_EXAMPLES = Path(__file__).parents[2] / "examples"
_ODD = (
    st.none()
    | st.booleans()
    | st.integers(-10, 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(["2026-03-28T11:06:00Z", "a" * 64 + "\n", "promotions/h100/0001", "any"])
    | st.lists(st.integers(), max_size=3)
    | st.dictionaries(st.text(max_size=4), st.integers(), max_size=2)
)


def agree(kind: str, document: Any) -> bool:  # noqa: ANN401
    """Whether both decide alike; True when they do."""
    return is_valid(kind, document) == (not schema_findings(kind, document))


@pytest.mark.parametrize("path", sorted(_EXAMPLES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_on_every_example(path: Path) -> None:
    document = rowyaml.load(path.read_bytes()).value
    for kind in ("run-v1", "lane-v1", "ladder-v1", "receipts-v1", "retraction-v1", "tag-v1"):
        assert agree(kind, document)


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401
    """The path of every value of a document."""
    found = [path]
    pairs = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, item in pairs:
        found += places(item, (*path, key))
    return found


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("run-v1", run("some-run", [1.0, 1.1])),
        ("run-v1", failed("some-run")),
        ("lane-v1", lane_document(contract={"hardware": [{"device_matches": "H", "count": 1}]})),
    ],
    ids=["scored", "failed", "lane"],
)
@given(data=st.data())
def test_on_documents_with_one_odd_value(kind: str, document: Any, data: st.DataObject) -> None:  # noqa: ANN401
    changed = copy.deepcopy(document)
    *path, last = data.draw(st.sampled_from(places(document)[1:]))
    place = changed
    for key in path:
        place = place[key]
    place[last] = data.draw(_ODD)
    assert agree(kind, changed)

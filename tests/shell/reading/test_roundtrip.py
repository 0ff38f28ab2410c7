"""Whatever row or lane is accepted can be stored and read again, with the types that it declares."""

import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.figures import gain_text, score_text
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Value, decode, encode
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.documents import read_lane, read_row

_EXAMPLES = Path(__file__).parents[2] / "examples" / "positive"
_ROWS, _LANES = ("full", "failed", "minimal", "quoted"), ("lane-full", "lane-h100")
_HERE = "here-it-goes"  # stands where the text of a value is put in

# Texts of values; most are numbers, spelled as somebody might.
_SPELLED = st.sampled_from(
    (
        "0", "1", "3", "10", "64", "-1", "+3", "0x10", "0.0", "-0.0", "1.0", "3.0", "3.", ".5", "0.5",
        "3.0e+0", "2.5e-3", "1.0e+12", "1.0e+13", "1.0e+17", "1.0e+20", "1.0e+300", "5.0e-324",
        "9007199254740991", "9007199254740992", "9007199254740991.0", "9007199254740992.0",
        "18446744073709551616", "1.7976931348623157e+308",
        "null", "true", "any", "self", "{}", "[]", "[1, 2.0]", "{a: 1.0, b: [0.0, -0.0]}",
        '""', '"é"', '"\\0"', '"\\x85"', '"\\U0001F600"', '"\\ud800"', '"\\udfff\\ud800"',
        '"\\U00110000"', '"\\UFFFFFFFF"',
    )
)  # fmt: skip
_TEXT = (
    _SPELLED
    | st.integers(-(2**64), 2**64).map(str)
    | st.integers(0, 99).map(lambda number: f"{number}.0")
    | st.floats(allow_nan=False, allow_infinity=False).map(lambda x: yaml.dump(x).split()[0])
    | st.text(max_size=5).map(lambda text: rowyaml.dump([text]).strip().removeprefix("- "))
)


@cache
def example(name: str) -> Any:  # noqa: ANN401 - a document, not to be changed
    return rowyaml.load((_EXAMPLES / f"{name}.yaml").read_bytes()).value


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401
    """The path of every value of a document."""
    pairs: Any = document.items() if isinstance(document, dict) else ()
    pairs = enumerate(document) if isinstance(document, list) else pairs
    return [path, *(found for key, item in pairs for found in places(item, (*path, key)))]


def spelled(document: Any, texts: Mapping[tuple[Any, ...], str]) -> bytes:  # noqa: ANN401
    """A document as YAML, with the texts given at their places."""
    changed = copy.deepcopy(document)
    for number, (*path, last) in enumerate(texts):
        place = changed
        for key in path:
            place = place[key]
        place[last] = f"{_HERE}-{number}."
    written = rowyaml.dump(changed)
    for number, text in enumerate(texts.values()):
        written = written.replace(f"{_HERE}-{number}.", text)
    return written.encode("utf-8", "surrogatepass")


def is_of(kind: Any, value: Any) -> bool:  # noqa: ANN401 - a type, and any value
    """Whether a value is what a field declares: an int is no float, and 3.0 is no int."""
    kind = getattr(kind, "__supertype__", kind)
    if kind is Any:
        return True
    if get_origin(kind) is not None:
        return _is_made_of(get_origin(kind), get_args(kind), value)
    if issubclass(kind, Value):
        fields = get_type_hints(kind).items()
        return type(value) is kind and all(is_of(of, getattr(value, name)) for name, of in fields)
    return type(value) is kind


def _is_made_of(origin: Any, parts: tuple[Any, ...], value: Any) -> bool:  # noqa: ANN401 - as above
    if origin in (Union, UnionType):
        return any(is_of(part, value) for part in parts)
    if origin is Literal:
        return value in parts
    if origin is Mapping:
        keys, values = parts
        return isinstance(value, dict) and all(
            is_of(keys, key) and is_of(values, item) for key, item in value.items()
        )
    if not isinstance(value, origin):
        return False
    if origin is tuple and parts[-1] is not ...:
        return len(parts) == len(value) and all(map(is_of, parts, value))
    return all(is_of(parts[0], item) for item in value)


def require_kept(value: Row | Lane) -> None:
    """It has its types, and comes back from bytes as it was, to the digit."""
    assert is_of(type(value), value)
    again = decode(type(value), encode(value))
    assert again == value
    assert is_of(type(again), again)
    if isinstance(value, Row):
        assert repr(again) == repr(value)


def drawn_texts(data: st.DataObject, document: Any) -> dict[tuple[Any, ...], str]:  # noqa: ANN401
    """Up to three values, none within another, each with another text."""
    found: dict[tuple[Any, ...], str] = {}
    for place in data.draw(st.lists(st.sampled_from(places(document)[1:]), max_size=3)):
        near = (place[: len(other)] == other or other[: len(place)] == place for other in found)
        if not any(near):
            found[place] = data.draw(_TEXT)
    return found


@pytest.fixture(params=["libyaml", "plain"])
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of YAML that the program may run on."""
    if request.param == "plain":
        monkeypatch.setattr(rowyaml, "_LOADER", yaml.SafeLoader)


@pytest.mark.usefixtures("_loader")
@given(st.sampled_from(_ROWS), st.data())
def test_a_row(name: str, data: st.DataObject) -> None:
    document = example(name)
    row = read_row(spelled(document, drawn_texts(data, document)), "row.yaml")[0]
    if row is not None:
        require_kept(row)


@pytest.mark.usefixtures("_loader")
@given(st.sampled_from(_LANES), st.data())
def test_a_lane(name: str, data: st.DataObject) -> None:
    document = example(name)
    text = spelled(document, drawn_texts(data, document))
    lane = read_lane(text, "lane.yaml", LaneId(document["lane"]))[0]
    if lane is not None:
        require_kept(lane)
        for number in (0, 1, -1.5, 1e12):
            assert score_text(number, lane.metric)
            assert gain_text(number, lane.metric)


def with_point(document: Any) -> Any:  # noqa: ANN401 - a document
    """Every whole number of a document as somebody might write it."""
    if isinstance(document, dict):
        return {key: with_point(item) for key, item in document.items()}
    if isinstance(document, list):
        return [with_point(item) for item in document]
    return float(document) if type(document) is int else document


@pytest.mark.parametrize("name", _ROWS)
def test_whole_numbers_with_a_point_make_the_same_row(name: str) -> None:
    # What may be any number stays as it is written.
    document = {**example(name), "train_seconds_budget": 600.5, "config": {"knob": 0.5}}
    rows = [
        read_row(rowyaml.dump(form).encode(), "row.yaml")[0]
        for form in (document, with_point(document))
    ]
    assert rows[0] is not None
    assert repr(rows[0]) == repr(rows[1])


def test_a_count_of_devices_with_a_point_has_the_same_digest() -> None:
    document, digests = example("full"), set()
    for count in ("3", "3.0", "3.0e+0"):
        row = read_row(spelled(document, {("hardware", 0, "count"): count}), "row.yaml")[0]
        assert row is not None
        assert row.hardware[0].count == 3
        assert type(row.hardware[0].count) is int
        digests.add(row.config_digest)
    assert len(digests) == 1


_INTEGERS = (
    ("metric", "decimals"), ("contract", "artifact_bytes_max"), ("contract", "evaluated_tokens"),
    ("contract", "hardware", 0, "count"), ("decision", "block"), ("decision", "fresh_seeds"),
    ("stop", "min_cleared_per_side"), ("stop", "improving_below"), ("promotion", "max_in_flight"),
)  # fmt: skip


def lane_with(path: tuple[Any, ...], text: str) -> Lane | None:
    document = copy.deepcopy(example("lane-full"))
    document["contract"]["hardware"] = [{"device_matches": "RTX", "count": 1}]
    document |= {"needs_promotion_from": "h100", "promotion": {"max_in_flight": 1}}
    data = spelled(document, {path: text})
    return read_lane(data, "lane.yaml", LaneId(document["lane"]))[0]


@pytest.mark.parametrize("path", _INTEGERS, ids=lambda path: path[-1])
def test_whole_numbers_of_a_lane(path: tuple[Any, ...]) -> None:
    with_it, without = lane_with(path, "7.0"), lane_with(path, "7")
    assert without is not None
    assert with_it == without
    assert is_of(Lane, with_it)
    for text in ("7.5", "9007199254740992", "9007199254740992.0", "1.0e+20", "1.0e+300"):
        assert lane_with(path, text) is None, text

"""Digests over canonical JSON: what is digested is what RFC 8785 asks for, byte for byte."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.values import Json
from homegolf_git.shell.files.canonical import canonical_digest, sha256_hex

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(-1e-3, 1e-3)
    | st.integers(-1000, 1000).map(float)
    | st.decimals(-1000, 1000, places=3).map(float)
    | st.from_regex(r"[0-9]{0,3}\.?0?e?[0-9a-f]{0,20}", fullmatch=True)
    | _TEXT
)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner), max_leaves=12
)


def written(value: object) -> str:
    """Canonical JSON once more, as the standard words it."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return "{" + ",".join(f"{written(key)}:{written(item)}" for key, item in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    if isinstance(value, float):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


def number(value: float) -> str:
    """The shortest digits that give the number back, placed as JavaScript does."""
    if value == 0:
        return "0"
    _, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text, places = "".join(map(str, digits)), len(digits) + exponent
    sign = "-" if value < 0 else ""
    if 0 < places <= 21:
        whole, part = text[:places].ljust(places, "0"), text[places:]
        return f"{sign}{whole}{'.' if part else ''}{part}"
    if -6 < places <= 0:
        return f"{sign}0.{'0' * -places}{text}"
    point = "." if len(text) > 1 else ""
    return f"{sign}{text[0]}{point}{text[1:]}e{'+' if places > 0 else '-'}{abs(places - 1)}"


@given(_VALUES)
def test_it_is_the_standards(value: Json) -> None:
    assert canonical_digest(value) == sha256_hex(written(value).encode())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # The examples of RFC 8785, sections 3.2.2 and 3.2.3.
        (
            {
                "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 1e-27],
                "string": '\u20ac$\u000f\nA\'B"\\\\"/',
                "literals": [None, True, False],
            },
            (
                '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
                '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
            ),
        ),
        (
            {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7},
            '{"\\r":2,"1":4,"\x80":6,"\xf6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}',
        ),
    ],
)
def test_the_examples_of_the_standard(value: Json, text: str) -> None:
    assert canonical_digest(value) == sha256_hex(text.encode())


def test_whole_floats_are_integers() -> None:
    assert canonical_digest({"a": 1.0, "b": [2.0]}) == canonical_digest({"b": [2], "a": 1})
    assert canonical_digest({"a": True}) != canonical_digest({"a": 1})


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", {"\ud800": 1}])
def test_what_json_cannot_keep_is_refused(value: Json) -> None:
    with pytest.raises(ValueError, match=r".*"):
        canonical_digest(value)

"""Canonical JSON: the fast path writes what RFC 8785 asks for, byte for byte."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.shell.files.canonical import canonical_digest, canonical_json

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(-1e-3, 1e-3)
    | _TEXT
)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner), max_leaves=12
)


@given(_VALUES)
def test_it_is_the_standards(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_whole_floats_are_integers() -> None:
    assert canonical_digest({"a": 1.0, "b": [2.0]}) == canonical_digest({"b": [2], "a": 1})
    assert canonical_digest({"a": True}) != canonical_digest({"a": 1})


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", {"\ud800": 1}])
def test_what_json_cannot_keep_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        canonical_json(value)

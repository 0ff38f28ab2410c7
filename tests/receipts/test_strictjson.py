"""Strict JSON: one object, no key twice, no NaN, numbers with the digits they were printed with."""

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.receipts.strictjson import (
    Printed,
    ReceiptError,
    look,
    parse,
    plain,
    reading,
    seed_of,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip

HOSTILE = {
    "empty": b"",
    "blank": b"  \n",
    "not json": b"{val_bpb: 1}",
    "single quotes": b"{'a': 1}",
    "trailing comma": b'{"a": 1,}',
    "comment": b'{"a": 1} // no',
    "two values": b"{} {}",
    "open": b'{"a": [1, 2',
    "list": b"[1, 2]",
    "text": b'"a"',
    "number": b"1",
    "null": b"null",
    "true": b"true",
    "nan": b'{"a": NaN}',
    "infinity": b'{"a": Infinity}',
    "minus infinity": b'{"a": -Infinity}',
    "duplicate": b'{"a": 1, "a": 1}',
    "duplicate below": b'{"a": [{"b": 1, "b": 2}]}',
    "duplicate by escape": b'{"a": 1, "\\u0061": 2}',
    "invalid utf-8": b'{"a": "\xff"}',
    "lone surrogate bytes": b'{"a": "\xed\xa0\x80"}',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "deep list": b'{"a": ' + b"[" * 100_000,
    "deep object": b'{"a": ' * 100_000,
    "deep and closed": b'{"a": ' * 20_000 + b"1" + b"}" * 20_000,
    "leading zero": b'{"a": 01}',
    "plus": b'{"a": +1}',
    "hex": b'{"a": 0x1F}',
    "control character": b'{"a": "\x01"}',
}
HUGE_NUMBERS = {
    "long integer": "1" + "0" * 10_000,
    "long fraction": "0." + "1" * 10_000,
    "large": "1e999",
    "larger": "-1e99999999",
    "exponent beyond any number": "1e999999999999999999999",
    "small": "1e-999",
    "negative exponent beyond any number": "1.5e-999999999999999999999",
    "zero with an exponent": "0e999999",
}


class TestParse:
    """Anything but one strict JSON object raises ReceiptError, and only that."""

    @pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
    def test_hostile_bytes(self, data: bytes) -> None:
        with pytest.raises(ReceiptError):
            parse(data)

    @pytest.mark.parametrize("number", HUGE_NUMBERS.values(), ids=HUGE_NUMBERS)
    def test_huge_numbers_are_read_or_refused(self, number: str) -> None:
        try:
            value = parse(f'{{"a": {number}}}'.encode())["a"]
        except ReceiptError:
            return
        found = reading(value)
        assert found is None or abs(found.value) < float("inf")

    @given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
    def test_an_object_is_read_as_it_is(self, document: dict[str, Any]) -> None:
        assert plain(parse(json.dumps(document).encode())) == document

    @given(JSON)
    def test_nothing_else_is(self, value: object) -> None:
        if not isinstance(value, dict):
            with pytest.raises(ReceiptError):
                parse(json.dumps(value).encode())

    @given(st.binary(max_size=100))
    def test_any_bytes(self, data: bytes) -> None:
        with suppress(ReceiptError):
            assert isinstance(parse(data), dict)

    def test_a_huge_key_is_shown_shortened(self) -> None:
        key = "k" * 100_000
        with pytest.raises(ReceiptError) as refused:
            parse(f'{{"{key}": 1, "{key}": 2}}'.encode())
        assert len(str(refused.value)) < 200


class TestReading:
    """A number as a receipt prints it: half a unit of its last digit is its tolerance."""

    @pytest.mark.parametrize(
        ("printed", "value", "tolerance"),
        [
            ("1.08", 1.08, 0.005),
            ("1.22436570", 1.2243657, 5e-9),
            ("1", 1.0, 0.5),
            ("600.0", 600.0, 0.05),
            ("1.5e-3", 0.0015, 5e-5),
            ("2e3", 2000.0, 500.0),
            ("-3.25", -3.25, 0.005),
            ("0.0", 0.0, 0.05),
        ],
    )
    def test_digits(self, printed: str, value: float, tolerance: float) -> None:
        found = reading(parse(f'{{"a": {printed}}}'.encode())["a"])
        assert found is not None
        assert found.value == pytest.approx(value)
        assert found.tolerance == pytest.approx(tolerance)

    def test_a_scale_divides_both(self) -> None:
        found = reading(1348854, 1000)
        assert found is not None
        assert found.value == pytest.approx(1348.854)
        assert found.tolerance == pytest.approx(0.0005)

    @pytest.mark.parametrize("value", [None, True, False, "1.0", [], {}, [1]])
    def test_what_is_no_number(self, value: Printed) -> None:
        assert reading(value) is None

    @pytest.mark.parametrize("text", ["1e999", "-1e400", "1e300000", "1" + "0" * 400])
    def test_numbers_beyond_floats_are_none(self, text: str) -> None:
        assert reading(Decimal(text)) is None
        if text.isdigit():
            assert reading(int(text)) is None

    @given(st.decimals(allow_nan=False, allow_infinity=False))
    def test_any_decimal(self, value: Decimal) -> None:
        found = reading(value)
        assert found is None or found.tolerance >= 0

    @given(st.integers())
    def test_any_integer(self, value: int) -> None:
        found = reading(value)
        if abs(value) < 2**53:
            assert found is not None
            assert found.value == value


class TestSeed:
    """A seed is given as a whole number or as its digits."""

    @pytest.mark.parametrize(("value", "seed"), [(1337, 1337), ("1337", 1337), ("0", 0), (0, 0)])
    def test_seeds(self, value: Printed, seed: int) -> None:
        assert seed_of(value) == seed

    @pytest.mark.parametrize(
        "value",
        [
            *(None, True, 1.5, Decimal("1.5"), "", "x", "1.0", "\u0661", "9" * 30, [], {}, "-"),
            *(2**64, -(2**63) - 1, 10**30),
        ],
    )
    def test_no_seeds(self, value: Printed) -> None:
        assert seed_of(value) is None


def test_looking_through_what_is_not_there() -> None:
    assert look({"a": {"b": 1}}, "a", "b") == 1
    assert look({"a": {"b": 1}}, "a", "c") is None
    assert look({"a": [1]}, "a", "0") is None
    assert look(None, "a") is None

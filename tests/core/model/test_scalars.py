"""Plain scalars: one meaning for both versions of YAML, or a refusal with the fix."""

import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.scalars import AmbiguousScalarError, needs_quotes, resolve

# What each version of YAML takes as something other than this text.
RETYPED = (
    "no", "yes", "on", "off", "y", "n", "No", "YES", "On", "OFF", "N", "Y",
    "1e-3", "1e5", "1E5", "1.0e5", "1.5E3", ".5e3", "+.5", "-.5", "1e400",
    "010", "0123456", "08", "009", "-010", "0o17", "0b101", "-0x1F", "+0x1F",
    "12:30:45", "1:30", "190:20:30.15", "-1:30",
    "2026-03-28", "2026-03-28T11:06:00Z", "2026-03-28 11:06:00", "2026-3-8 1:02:03 +1",
    "1_000", "1_000.5", "0x1_F", "<<", "=",
)  # fmt: skip
NOT_FINITE = (".inf", "-.inf", "+.inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", "1.0e+400")
SAME: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "0": 0, "-0": 0, "7": 7, "+7": 7, "-12": -12, "1337": 1337, "0x1F": 31, "0xff": 255,
    "0.5": 0.5, "1.": 1.0, ".5": 0.5, "-1.25": -1.25, "+1.5": 1.5, "1.0e-3": 0.001,
    "1.0e+5": 1e5, "1.5E-3": 0.0015, "00.5": 0.5, ".5e-3": 0.0005,
    "abc": "abc", "nope": "nope", "yess": "yess", "1.2.3": "1.2.3", "68e46b82": "68e46b82",
    "20260328d-g64": "20260328d-g64", "-": "-", ".": ".", "..": "..", "+": "+", "1-2": "1-2",
    "NaN": "NaN", "nan": "nan", "inf": "inf", "Infinity": "Infinity", "nULL": "nULL",
    "tRUE": "tRUE", "1e": "1e", "e5": "e5", "0x": "0x", "0xg": "0xg", "2026-03": "2026-03",
    "12:60:61": "12:60:61", "~x": "~x", "=x": "=x", "<": "<",
}  # fmt: skip


class TestResolve:
    """A plain scalar that YAML 1.1 and YAML 1.2 read differently is refused with the fix."""

    @pytest.mark.parametrize("text", RETYPED)
    def test_two_readings_are_refused(self, text: str) -> None:
        with pytest.raises(AmbiguousScalarError) as refused:
            resolve(text)
        assert refused.value.code == "ambiguous_scalar"
        assert f'"{text}"' in refused.value.fix

    @pytest.mark.parametrize("text", NOT_FINITE)
    def test_nan_and_infinities_are_refused(self, text: str) -> None:
        with pytest.raises(AmbiguousScalarError) as refused:
            resolve(text)
        assert refused.value.code == "not_finite"

    @pytest.mark.parametrize(("text", "value"), list(SAME.items()))
    def test_one_reading_is_the_value(self, text: str, value: object) -> None:
        found = resolve(text)
        assert found == value
        assert type(found) is type(value)

    @pytest.mark.parametrize(
        ("text", "fixes"),
        [("1e-3", ["0.001", "1.0e-3"]), ("1e5", ["1.0e+5"]), ("2.5e3", ["2.5e+3"])],
    )
    def test_the_fix_of_a_number_is_a_number(self, text: str, fixes: list[str]) -> None:
        with pytest.raises(AmbiguousScalarError) as refused:
            resolve(text)
        assert all(fix in refused.value.fix for fix in fixes)

    @given(
        st.from_regex(
            r"[-+]?([0-9]{1,3}(\.[0-9]{0,3})?|\.[0-9]{1,3})[eE][-+]?[0-9]{1,2}", fullmatch=True
        )
    )
    def test_every_number_the_fix_names_reads_as_that_number(self, text: str) -> None:
        try:
            assert resolve(text) == float(text)
        except AmbiguousScalarError as error:
            choices = re.findall(r"[-+.0-9][-+.0-9eE]*", error.fix.split(" for a number")[0])
            assert choices
            for choice in choices:
                assert resolve(choice) == float(text)

    @pytest.mark.parametrize("text", ["+.5", "-.5", "-.25e-3", "+.5e3"])
    def test_a_fraction_without_its_zero_is_mended_too(self, text: str) -> None:
        with pytest.raises(AmbiguousScalarError) as refused:
            resolve(text)
        choices = re.findall(r"[-+.0-9][-+.0-9eE]*", refused.value.fix.split(" for a number")[0])
        assert choices
        assert [resolve(choice) for choice in choices] == [float(text)] * len(choices)

    @pytest.mark.parametrize(
        "text",
        ["9" * 5000, "1" + "0" * 400, "0" * 5000, "1." + "0" * 5000, "0x" + "f" * 5000,
         "1e" + "9" * 5000, ":".join(["59"] * 3000), "9" * 4301 + "e5"],
        ids=len,
    )  # fmt: skip
    def test_very_long_numbers_are_read_or_refused(self, text: str) -> None:
        try:
            value = resolve(text)
        except AmbiguousScalarError as error:
            value = error.reading
        assert isinstance(value, int | float | str)

    @given(st.text(max_size=12))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            value = resolve(text)
        except AmbiguousScalarError:
            return
        assert not (isinstance(value, float) and not math.isfinite(value))


class TestNeedsQuotes:
    """Writing quotes whatever either version would retype."""

    @pytest.mark.parametrize("text", [*RETYPED, *NOT_FINITE[:-1], "", "~", "null", "true", "FALSE"])
    def test_what_is_retyped_does(self, text: str) -> None:
        assert needs_quotes(text)

    @pytest.mark.parametrize("text", ["7", "-12", "0.5", "1.0e-3", "0x1F", "1.", "1.0e+400"])
    def test_numbers_do(self, text: str) -> None:
        assert needs_quotes(text)

    @pytest.mark.parametrize("text", ["abc", "68e46b82", "1.2.3", "nan", "20260328d-g64"])
    def test_text_does_not(self, text: str) -> None:
        assert not needs_quotes(text)

    @given(st.text(min_size=1, max_size=12))
    def test_text_that_stays_text_is_never_retyped(self, text: str) -> None:
        if not needs_quotes(text):
            assert resolve(text) == text

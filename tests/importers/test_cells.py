"""What a cell of a log says."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.importers import cells


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.9979", 0.9979), (" 1.5 ", 1.5), ("1,234.5", 1234.5), ("62,021,632", 62021632), ("1_000", 1000),
        ("1e-3", 0.001), ("-2", -2), (".5", 0.5), ("3.", 3.0),
        ("", None), ("-", None), ("N/A", None), ("1,23", None), ("0x10", None), ("=1+1", None),
        ("nan", None), ("inf", None), ("1e999", None), ("9" * 41, None), ("1.2.3", None), ("one", None),
    ],
)  # fmt: skip
def test_numbers(text: str, value: float | None) -> None:
    assert cells.number(text) == value


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_every_printed_number_is_read_back(value: float) -> None:
    assert cells.number(repr(value)) == value


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_separators_change_nothing(value: int) -> None:
    assert cells.number(f"{value:,}") == value


@given(st.text(max_size=60))
def test_any_text_is_a_finite_number_or_none(text: str) -> None:
    value = cells.number(text)
    assert value is None or math.isfinite(value)


@given(st.text(max_size=60))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = cells.time_of(text)
    assert found is None or found.endswith("Z")


@pytest.mark.parametrize("text", ["", "  ", "-", "N/A", "FAIL", "nan", "\u2014", "OOM", "None"])
def test_missing(text: str) -> None:
    assert cells.is_missing(text)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-04-03T16:50:11+09:00", "2026-04-03T07:50:11Z"),
        ("2026-04-03 16:50:11", "2026-04-03T16:50:11Z"),
        ("1777144208804", "2026-04-25T19:10:08.804Z"),
        ("1777144208", "2026-04-25T19:10:08Z"),
        ("2026-04-03", "2026-04-03T00:00:00Z"),
        ("300.1", None), ("yesterday", None), ("", None), ("99999999999999999999", None),
    ],
)  # fmt: skip
def test_times(text: str, time: str | None) -> None:
    assert cells.time_of(text) == time


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("CUDA out of memory", "oom"), ("timed out at 1200 steps", "timeout"),
        ("training crashed or timed out", "crash"), ("assert fail: not divisible", "infeasible"),
        ("loss is nan", "diverged"), ("killed with exit 137", "crash"),
    ],
)  # fmt: skip
def test_failures(said: str, kind: str) -> None:
    assert cells.failure("crash", said).kind == kind


def test_a_run_that_was_skipped_is_no_crash() -> None:
    found = cells.failure("skip", "the same as before")
    assert (found.kind, found.stage) == ("other", "setup")


def test_controls_are_no_part_of_a_row() -> None:
    assert cells.clean("a\x1b[2Jb\x00\u2028c\ud800") == "a [2Jb c\ufffd"


@given(st.text(max_size=80))
def test_names_are_those_of_the_schema(text: str) -> None:
    name = cells.name_of(text)
    assert name == "" or (name[0].isascii() and name[0].islower() and len(name) <= 64)

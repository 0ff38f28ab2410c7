"""Short forms."""

import pytest

from homegolf_git.core.views.figuretext import cut, day_of, minute_of, month_name, short_name


@pytest.mark.parametrize(("text", "found"), [("abcd", "abcd"), ("abcde", "abc…"), ("ab de", "ab…")])
def test_cut(text: str, found: str) -> None:
    assert cut(text, 4) == found


def test_a_long_name_keeps_both_ends() -> None:
    name = "a" * 30 + "-" + "b" * 30
    assert short_name("a" * 48) == "a" * 48
    assert short_name(name) == "a" * 26 + "…" + "b" * 21
    assert len(short_name(name)) == 48


def test_months_are_english_everywhere() -> None:
    assert (month_name("2026-01"), month_name("2026-12")) == ("Jan 2026", "Dec 2026")


def test_a_time_that_nobody_knows() -> None:
    """Rows of logs without times are imported as of 1970."""
    assert (day_of("2026-03-28T11:06:00Z"), minute_of("2026-03-28T11:06:00Z")) == (
        "2026-03-28", "2026-03-28 11:06",
    )  # fmt: skip
    unknown = "1970-01-01T00:00:02Z"
    assert {day_of(unknown), minute_of(unknown), month_name(unknown[:7])} == {"time unknown"}

"""Short forms."""

import pytest

from homegolf_git.core.views.figuretext import cut, month_name, short_name


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

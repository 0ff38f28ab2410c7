"""Lines and cells are made to fit a width, and no identifier is cut or broken."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from homegolf_git.core.views.fitting import brief, cut, shared, width_of, wrapped

LONG_ID = "a-run-" + "x" * 74
WORDS = [
    "seed",
    LONG_ID,
    "漢字",
    "漢字の長い説明がここに続く",
    "🚀",
    "e\u0301",
    "a/b",
    "(12.5)",
    "",
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
WIDTHS = st.integers(16, 130)


def is_kept(line: str, width: int) -> bool:
    """Whether a line fits, or is an identifier alone."""
    return cell_len(line) <= width or re.fullmatch(r" *[\w.-]+\W?", line) is not None


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("漢字", 4), ("🚀", 2), ("e\u0301", 1), ("a\u20dd", 1), ("é…", 2), ("ｱ", 1)],
)  # fmt: skip
def test_how_wide_a_text_is(text: str, width: int) -> None:
    assert width_of(text) == width == cell_len(text)


class TestCut:
    """A cell that is too long ends with an ellipsis."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("short", "short"),
            ("just right", "just right"),
            ("a sentence", "a sentence"),
            ("a sentence that goes on", "a…"),
            ("see (this-run) and more", "see (…"),
            ("漢字漢字漢字", "漢字漢字…"),
            ("漢字漢字漢", "漢字漢字漢"),
            ("e\u0301" * 11, "e\u0301" * 9 + "…"),
            (LONG_ID, "…"),
            ("x" * 200, "x" * 9 + "…"),
        ],
    )
    def test_at_ten(self, text: str, said: str) -> None:
        assert cut(text, 10) == said

    @given(TEXTS, WIDTHS)
    def test_it_fits_and_every_word_of_it_is_whole(self, text: str, width: int) -> None:
        found = cut(text, width)
        assert cell_len(found) <= width
        assert text.startswith(found.removesuffix("…"))
        assert (LONG_ID[:9] in found) == (LONG_ID in found)


class TestWrapped:
    """A line goes on below what it is about."""

    def test_below_the_text_behind_a_label(self) -> None:
        assert wrapped("  noise   0.1 between seeds", 20) == ["  noise   0.1", "          between", "          seeds"]  # fmt: skip

    def test_four_columns_in_without_one(self) -> None:
        assert wrapped("  a line of several words", 16) == ["  a line of", "      several", "      words"]  # fmt: skip

    def test_where_it_is_told(self) -> None:
        assert wrapped("one two three", 8, 0) == ["one two", "three"]

    def test_what_fits_is_left_as_it_is(self) -> None:
        assert wrapped("a  b   c", 8) == ["a  b   c"]

    def test_letters_without_spaces(self) -> None:
        assert wrapped("漢字漢字漢字", 8, 0) == ["漢字漢字", "漢字"]

    @given(TEXTS, WIDTHS)
    def test_every_line_fits_and_nothing_is_lost(self, text: str, width: int) -> None:
        found = wrapped(text, width)
        assert all(is_kept(line, width) for line in found)
        assert "".join("".join(found).split()) == "".join(text.split())
        assert sum(line.count(LONG_ID) for line in found) == text.count(LONG_ID)


class TestBrief:
    """A line that is cut, but not before its identifiers have been named."""

    def test_behind_the_identifier(self) -> None:
        assert brief("next  run r-1 again: it is close", ["r-1"], 20) == ["next  run r-1 again…"]

    def test_it_goes_on_up_to_the_identifier_and_what_follows(self) -> None:
        found = brief("next  run the incumbent r-1 again, for all it is worth", ["r-1"], 20)
        assert found == ["next  run the", "      incumbent r-1", "      again, for…"]
        found = brief(f"  incumbent  {LONG_ID} at 1.2 and so on", [LONG_ID], 80)
        assert found == ["  incumbent", LONG_ID, "             at 1.2 and so on"]

    def test_an_identifier_that_it_does_not_name(self) -> None:
        assert brief("a long line", ["r-1"], 8) == ["a long…"]

    @given(TEXTS, WIDTHS)
    def test_it_fits(self, text: str, width: int) -> None:
        found = brief(text, [LONG_ID], width)
        assert all(is_kept(line, width) for line in found)
        assert (LONG_ID in text) == (LONG_ID in "".join(found))


@pytest.mark.parametrize(
    ("widths", "room", "found"),
    [
        ([10, 50, 60], 90, [10, 40, 40]),
        ([10, 5], 90, [10, 5]),
        ([50, 60], 40, None),
        ([10], 5, None),
        ([], 0, []),
    ],
)
def test_columns_share_the_room(widths: list[int], room: int, found: list[int] | None) -> None:
    assert shared(widths, room, 24) == found

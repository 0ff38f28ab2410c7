"""A table takes at most the width there is; below 120 columns a row is a block."""

import pytest
from rich.cells import cell_len

from homegolf_git.core.model.values import replace
from homegolf_git.core.views.layout import Table
from homegolf_git.shell.rendering import markdown_table, text_table

SENTENCE = (
    "Won: 3 seeds average 0.2042 better than the incumbent's 2 fresh seeds, 15.8 standard errors."
)
TABLE = Table(
    ("#", "run", "delta", "verdict"),
    [("1", "first", "", SENTENCE), ("12", "second-run", "+0.2", "漢字" * 40)],
)
PAIR = Table(("class", "rows"), [("improvement", "3"), ("noise", "12")])
LISTS = Table(("stage", "age", "days", "run", "runs"), [("train", "1", "2", "x", f"{'a' * 60}, {'b' * 60}")], prose=frozenset({"runs"}), is_whole=True)  # fmt: skip


def test_without_a_width_it_is_as_wide_as_it_is() -> None:
    lines = text_table(TABLE).splitlines()
    assert lines[0].split() == ["#", "run", "delta", "verdict"]
    assert lines[1].endswith(SENTENCE)


@pytest.mark.parametrize(("width", "widest"), [(120, 120), (160, 160), (200, 183)])
def test_the_sentence_takes_what_the_others_leave(width: int, widest: int) -> None:
    lines = text_table(TABLE, width).splitlines()
    assert [cell_len(line) for line in lines] == [30, 115, widest]
    assert lines[1].endswith(SENTENCE)
    assert lines[2].endswith("…") == (width < 183)


def test_columns_stand_below_each_other_whatever_the_letters() -> None:
    table = Table(("a", "b", "c", "d"), [("漢字", "1", "x", "y"), ("e\u0301", "2", "x", "y")])
    lines = text_table(table).splitlines()
    assert [cell_len(line) for line in lines] == [13, 13, 13]


def test_a_row_is_a_block() -> None:
    assert text_table(TABLE, 60).splitlines() == [
        "first",
        "  # 1",
        "  verdict  Won: 3 seeds average 0.2042 better than the",
        "    incumbent's 2 fresh seeds, 15.8 standard errors.",
        "second-run",
        "  # 12  delta +0.2",
        "  verdict  " + "漢字" * 12,
        "    " + "漢字" * 14,
        "    " + "漢字" * 14,
    ]


def test_two_columns_that_fit_stay_a_table() -> None:
    assert text_table(PAIR, 80) == text_table(PAIR)
    assert text_table(PAIR, 12).splitlines()[:2] == ["improvement", "  rows 3"]


def test_a_block_about_two_runs_says_which_is_which() -> None:
    table = replace(TABLE, headers=("from", "to", "delta", "verdict"), code=frozenset({"from", "to"}))  # fmt: skip
    assert text_table(table, 60).splitlines()[:2] == ["from 1", "to first"]


def test_a_table_whose_identifiers_leave_no_room_is_stacked_at_any_width() -> None:
    name = "r" * 80
    table = replace(TABLE, rows=[("1", name, "+0.1" * 5, SENTENCE)])
    lines = text_table(table, 120).splitlines()
    assert lines[0] == name
    assert max(map(len, lines)) <= 120


def test_a_list_goes_on_below_itself() -> None:
    lines = text_table(LISTS, 120).splitlines()
    assert len(lines) == 3
    assert lines[1].endswith("a" * 60 + ",")
    assert lines[2].strip() == "b" * 60


def test_markdown_pads_as_it_always_has() -> None:
    """What is committed does not depend on how wide a terminal shows it."""
    table = Table(("a", "b"), [("漢字", "x"), ("abcd", "y")])
    assert markdown_table(table).splitlines()[2] == "| 漢字   | x   |"

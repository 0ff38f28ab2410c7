"""Rows of a scoreboard, and pages of a month."""

from homegolf_git.core.views.boardrows import (
    month_links,
    month_page,
    row_cells,
    rows_table,
    tally_line,
)
from tests.build import failed
from tests.core.build import BASELINE
from tests.core.ledgers import WINNER, tried
from tests.core.views.build import FULL, METRIC, NAME, judged


def cells(number: int, *events: object, folder: str = "") -> tuple[str, str, str, str]:
    state, verdicts = (found := judged(*events)[1]).state, found.verdicts
    return row_cells(verdicts[number], state.rows[verdicts[number].run_id], state, folder)


class TestCells:
    """Who, what and why in the first; figures beside it."""

    def test_a_winner(self) -> None:
        first, score, delta, side = cells(1, BASELINE, WINNER)
        assert first.startswith(
            "● **#2** [`winner`](runs/2026-03/winner.yaml) someone, 2026-03-28<br>a change<br>"
            "improvement/strict. "
        )
        assert (score, delta, side) == ("1.0450", "+0.0200", "model")

    def test_a_loss_has_a_minus_that_is_not_broken(self) -> None:
        assert cells(1, BASELINE, tried("worse", (1.09,)))[2] == "\u22120.0250"

    def test_a_blocked_run_has_no_figures(self) -> None:
        first, score, delta, _ = cells(0, failed("oom"))
        assert first.startswith("✕ **#1**")
        assert (score, delta) == ("", "")

    def test_what_settled_a_blocker_is_told(self) -> None:
        by = tried("fixed", (1.0,), base=None, resolves=["oom"])
        assert "settled by fixed" in cells(0, failed("oom"), by)[0]

    def test_links_lead_to_the_lane(self) -> None:
        assert "](../runs/2026-03/" in cells(0, BASELINE, folder="../")[0]


def test_columns_that_say_nothing_are_left_out() -> None:
    assert rows_table([cells(0, failed("oom"))], METRIC).splitlines()[0] == "| run and verdict |"
    whole = rows_table([cells(1, BASELINE, WINNER)], METRIC)
    assert whole.splitlines()[0] == "| run and verdict | val\\_bpb | delta | side |"


def test_a_tally_has_the_marks_of_the_picture() -> None:
    found = tally_line(judged(*FULL)[1].state.tally)
    assert found == "6 runs: ● 2 improvement, • 1 noise, ▲ 1 regression, ✕ 1 blocked, ◇ 1 invalid."


def test_a_page_of_a_month() -> None:
    page = month_page(NAME, "2026-03", 2, [cells(0, BASELINE, folder="../")], METRIC)
    assert page.startswith("# local-cluster: Mar 2026, part 2\n")
    assert "[Scoreboard](../SCOREBOARD.md)" in page
    assert "**#1**" in page


def test_links_to_months_the_latest_first() -> None:
    assert list(month_links([("2026-02", 1), ("2026-03", 3)])) == [
        "[Mar 2026](months/2026-03.md), [part 2](months/2026-03-2.md), [part 3](months/2026-03-3.md)",
        "[Feb 2026](months/2026-02.md)",
    ]

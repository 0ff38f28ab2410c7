"""All lanes on one page."""

from homegolf_git.core.views.overview import overview_page
from tests.core.boards import board, ladder
from tests.core.build import BASELINE
from tests.core.views.build import FULL


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| [")]


def test_a_line_a_lane() -> None:
    found = overview_page([board(*FULL)])
    (line,) = lines(found)
    assert line == (
        "| [local-cluster](local-cluster/SCOREBOARD.md) | **1.0450** | +0.0200 | go on | 1 | "
        "6<br>●&nbsp;2 •&nbsp;1 ▲&nbsp;1 ✕&nbsp;1 ◇&nbsp;1 |"
    )
    assert "## [local-cluster](local-cluster/SCOREBOARD.md): Home cluster" in found


def test_promotions_and_empty_lanes() -> None:
    found = overview_page(ladder([BASELINE], []))
    below, above = lines(found)
    assert below.endswith("| h100: no-go |")
    assert "| none yet |" in above
    assert found.count("<img ") == 1  # no run, no picture


def test_a_small_picture_leads_to_the_lane() -> None:
    found = overview_page([board(*FULL, metric={"unit": '"><script>'})])
    assert (
        '<a href="local-cluster/SCOREBOARD.md"><img src="local-cluster/progress.svg" width="440" '
        in found
    )
    assert "<script>" not in found

"""The cards of the first page."""

from homegolf_git.core.views.siteindex import cards
from homegolf_git.core.views.sitelane import lane_page
from homegolf_git.core.views.siteparts import Runs
from tests.core.boards import board
from tests.core.build import BASELINE
from tests.core.views.build import FULL


def spark(*events: object) -> str:
    found = board(*events)
    (card,) = cards([found], [lane_page(found, Runs(frozenset(), ""))])
    return card.spark


def test_a_line_from_title_to_title() -> None:
    assert spark(*FULL) == "M0 0H500V100H1000"
    assert spark(BASELINE) == "M0 100H1000"


def test_no_line_without_a_title() -> None:
    assert spark() == ""

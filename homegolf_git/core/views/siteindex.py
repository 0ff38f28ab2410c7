"""The first page of the site: a card a lane."""

from collections.abc import Sequence

from homegolf_git.core.model.values import Value
from homegolf_git.core.search.spans import SPARK_HEIGHT, SPARK_WIDTH, sparkline
from homegolf_git.core.views.scoreboard import Board
from homegolf_git.core.views.sitelane import LanePage


class Card(Value, frozen=True):
    """A lane in short, with the path of its titles' line."""

    lane: LanePage
    spark: str


SPARK_BOX = f"0 0 {SPARK_WIDTH} {SPARK_HEIGHT}"


def cards(boards: Sequence[Board], pages: Sequence[LanePage]) -> list[Card]:
    """All lanes, in the order of the ladder."""
    return [Card(page, _spark(board)) for board, page in zip(boards, pages, strict=True)]


def _spark(board: Board) -> str:
    corners = sparkline(board.chart)
    if not corners:
        return ""
    (x, y), *rest = corners
    return f"M{x} {y}" + "".join(f"H{x}V{y}" for x, y in rest) + f"H{SPARK_WIDTH}"

"""Where small drawings put a number: hundredths of their width, the same on every machine."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from homegolf_git.core.model.values import Value
from homegolf_git.core.search.chart import Chart

_MARGIN = 0.06  # of what is shown, on each side
SPARK_WIDTH, SPARK_HEIGHT = 1000, 100


class Ruler(Value, frozen=True):
    """Numbers from `low` to `high` along a line."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """How far along the line a number stands, in percent."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)


class Span(Value, frozen=True):
    """A stretch of a line, in percent."""

    start: float
    width: float


def ruler_of(values: Iterable[float]) -> Ruler:
    """A line that shows all of these numbers, and some room around them."""
    low, high = _ends(values)
    room = (high - low) * _MARGIN or abs(low) / 100 or 1.0
    return Ruler(low - room, high + room)


def span(ruler: Ruler, one: float, other: float) -> Span:
    """The stretch between two numbers."""
    start, stop = sorted((ruler.at(one), ruler.at(other)))
    return Span(start, round(stop - start, 2))


def waterfall(gains: Sequence[float]) -> list[Span]:
    """A bar a gain, each from where the one before it ended."""
    sums = list(accumulate(gains, initial=0.0))
    low, high = _ends(sums)
    if low == high:
        return [Span(0.0, 0.0) for _ in gains]
    return [span(Ruler(low, high), before, after) for before, after in pairwise(sums)]


def sparkline(chart: Chart) -> list[tuple[int, int]]:
    """Corners of the titles' line, from each of which it goes on level and then to the next."""
    if not chart.titles:
        return []
    rows = len(chart.points)
    low, high = _ends(title.score for title in chart.titles)
    across = [SPARK_WIDTH * (title.since - 1) // rows for title in chart.titles]
    down = [
        round(SPARK_HEIGHT * (high - title.score) / (high - low)) if high > low else SPARK_HEIGHT
        for title in chart.titles
    ]
    return list(zip(across, down, strict=True))


def _ends(values: Iterable[float]) -> tuple[float, float]:
    found = list(values)
    return min(found), max(found)

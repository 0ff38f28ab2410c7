"""Where a picture puts a row and a score: whole tenths of a unit, the same on every machine.

Sums of floats that are rounded at the end would do almost always; fractions do always.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor, log10

from homegolf_git.core.model.values import Value
from homegolf_git.core.search.chart import Chart

# Edges of the plot in tenths of a unit; scores lie between TOP and BOTTOM.
LEFT, RIGHT, TOP, BOTTOM = 640, 8640, 840, 3560
_INSET = 60  # of the first and the last row
_ABOVE, _BELOW = TOP - 70, BOTTOM - 70  # of what lies off the scale
_BELOW_ROOM = 160  # that it takes away from the plot
_MARGIN = Fraction(1, 4)  # of the titles' span, in which other scores widen the scale
_HALVES = 4  # that the margin has at least
_PAD_TOP, _PAD_BOTTOM = Fraction(6, 100), Fraction(9, 100)
_TICKS_MIN = 3


class Scale(Value, frozen=True):
    """Scores from `low` to `high` between the plot's TOP and `bottom`; higher ones stand higher."""

    low: Fraction
    high: Fraction
    bottom: int

    def at(self, score: float) -> int:
        """The height of a score, wherever that is."""
        n, d = score.as_integer_ratio()
        span = self.high - self.low
        above = (self.high.numerator * d - n * self.high.denominator) * span.denominator
        whole = self.high.denominator * d * span.numerator
        return TOP + _rounded(above * (self.bottom - TOP), whole)

    def within(self, score: float) -> int:
        """The height of a score; of one off the scale that of the row where such are shown."""
        if score > self.high:
            return _ABOVE
        return _BELOW if score < self.low else self.at(score)

    def clamped(self, score: float) -> int:
        """The height of a score, or the edge of the plot that is nearest to it."""
        return min(max(self.at(score), TOP), self.bottom)


def scale_of(chart: Chart) -> Scale:
    """The scale of a lane that has a title: it shows all titles, and what lies near them."""
    titles = [title.score for title in chart.titles]
    low, high = Fraction(min(titles)), Fraction(max(titles))
    halves = sorted(point.band.half for point in chart.points if point.band is not None)
    half = Fraction(halves[len(halves) // 2]) if halves else Fraction(0)
    margin = max((high - low) * _MARGIN, half * _HALVES)
    nearest, farthest = low - margin, high + margin
    valid = [
        point.score
        for point in chart.points
        if point.score is not None and point.verdict_class != "invalid"
    ]
    near = [score for score in valid if nearest <= score <= farthest]
    low, high = min(low, Fraction(min(near))), max(high, Fraction(max(near)))
    if low == high:  # one score: some room around it
        room = margin or max(abs(low) / 100, Fraction(1, 10**chart.metric.decimals))
        low, high = low - room, high + room
    low, high = low - (high - low) * _PAD_BOTTOM, high + (high - low) * _PAD_TOP
    is_below = any(point.score is not None and point.score < low for point in chart.points)
    return Scale(low, high, BOTTOM - _BELOW_ROOM * is_below)


def ticks(scale: Scale) -> list[tuple[int, str]]:
    """Heights of round scores with their text, at least three of them."""
    exponent = floor(log10(scale.high - scale.low)) + 2
    while True:
        for step in (5, 2, 1):
            size = step * Fraction(10) ** exponent
            first, last = -(-scale.low // size), scale.high // size
            if last - first + 1 >= _TICKS_MIN:
                digits = max(0, -exponent)
                values = [float(n * size) for n in range(first, last + 1)]
                return [(scale.at(value), f"{value:.{digits}f}") for value in values]
        exponent -= 1


def across(order: int, rows: int) -> int:
    """How far right the row of that order stands among so many."""
    width = RIGHT - LEFT - 2 * _INSET
    return LEFT + _INSET + _rounded(width * (2 * order - 1), 2 * rows)


def steps(chart: Chart, scale: Scale) -> Iterator[tuple[int, int]]:
    """Corners of the titles' line: where each begins, and how high."""
    rows = len(chart.points)
    for title in chart.titles:
        yield across(title.since, rows), scale.at(title.score)


def month_marks(chart: Chart, apart: int, apart_named: int) -> Iterator[tuple[int, str, bool]]:
    """Months with where they begin, and whether there is room for their name."""
    rows = len(chart.points)
    drawn = named = -RIGHT
    for order, month in chart.months:
        at = LEFT if order == 1 else (across(order - 1, rows) + across(order, rows)) // 2
        has_room = at - named >= apart_named and at <= RIGHT - apart_named
        if not has_room and at - drawn < apart:
            continue
        drawn, named = at, at if has_room else named
        yield at, month, has_room


def cells(places: Sequence[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """One of the places in each square cell of that size, in their order."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for x, y in places:
        found.setdefault((x // size, y // size), (x, y))
    return list(found.values())


def _rounded(above: int, below: int) -> int:
    """A ratio to the nearest whole number, halves up."""
    return (2 * above + below) // (2 * below)

"""The places of everything in a picture of a lane, in tenths of a unit."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.values import Value
from homegolf_git.core.search.chart import Chart, Point
from homegolf_git.core.search.chartscale import (
    BOTTOM,
    RIGHT,
    Scale,
    across,
    cells,
    scale_of,
    steps,
)
from homegolf_git.core.search.noiseband import Band, middle_band

MANY = 400  # rows from which marks are smaller, and one stands for all of its cell
_CELL = 25
_BOX = 240  # width of a box of the band
_STRIP_MIDDLE = 110  # below the upper edge of the strip
Place = tuple[int, int]


class Box(Value, frozen=True):
    """A part of the band, from `left` to `right`."""

    left: int
    right: int
    top: int
    bottom: int


class Layout(Value, frozen=True):
    """Where marks, the titles' line and the band stand; `scale` is None where nobody has a title."""

    scale: Scale | None
    strip: int  # upper edge of the strip of rows without a score
    marks: dict[str, list[Place]]
    line: list[Place]
    bands: list[list[Box]]  # the boxes of each reign
    now: Place | None  # the incumbent
    is_off: tuple[bool, bool]  # whether anything lies above the scale, and below it


def layout_of(chart: Chart, strip_alone: int) -> Layout:
    """Lay a lane out; without a title all rows stand in a strip at `strip_alone`."""
    rows = len(chart.points)
    scale = scale_of(chart) if chart.titles else None
    strip = BOTTOM if scale else strip_alone
    marks: dict[str, list[Place]] = {}
    for point in chart.points:
        place = across(point.order, rows), _height(point, scale, strip)
        marks.setdefault(point.verdict_class, []).append(place)
    if rows > MANY:
        marks = {name: cells(places, _CELL) for name, places in marks.items()}
    if scale is None:
        return Layout(None, strip, marks, [], [], None, (False, False))
    last = chart.titles[-1]
    scores = [point.score for point in chart.points if point.score is not None]
    return Layout(
        scale, strip, marks, list(steps(chart, scale)), list(_bands(chart, scale)),
        (across(last.order, rows), scale.at(last.score)),
        (max(scores) > scale.high, min(scores) < scale.low),
    )  # fmt: skip


def _height(point: Point, scale: Scale | None, strip: int) -> int:
    if scale is None or point.score is None:
        return strip + _STRIP_MIDDLE
    return scale.within(point.score)


def _bands(chart: Chart, scale: Scale) -> Iterator[list[Box]]:
    """The band of each reign: the median of its runs, a box for each stretch of the picture."""
    rows = len(chart.points)
    starts = [title.since for title in chart.titles]
    for start, stop in zip(starts, [*starts[1:], 0], strict=True):
        # The run that ends a reign was judged in it.
        points = chart.points[start : stop or rows]
        banded = [(across(p.order, rows), p.band) for p in points if p.band is not None]
        left = across(start, rows)
        right = across(stop, rows) if stop else RIGHT
        if banded:
            yield list(_boxes(banded, left, right, scale))


def _boxes(
    banded: Sequence[tuple[int, Band]], left: int, right: int, scale: Scale
) -> Iterator[Box]:
    groups: dict[int, list[tuple[int, Band]]] = {}
    for at, band in banded:
        groups.setdefault((at - left) // _BOX, []).append((at, band))
    parts = list(groups.values())
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        end = right if is_last else (part[-1][0] + parts[number + 1][0][0]) // 2
        found = middle_band([band for _, band in part])
        top, bottom = found.middle + found.half, found.middle - found.half
        yield Box(left, end, scale.clamped(top), scale.clamped(bottom))
        left = end

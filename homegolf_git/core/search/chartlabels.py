"""Where the names of a picture stand: beside their marks, over nothing that is drawn already.

No text is measured, for that would take a font: a character is taken to be as wide as most are.
"""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.values import Value
from homegolf_git.core.search.chartscale import BOTTOM, LEFT, RIGHT, TOP

_CHARACTER = 67
_WIDE_FROM = "\u1100"  # scripts from here on mostly take two columns
_ASCENT, _DESCENT = 105, 35  # of a line of text
_ROOM = 20  # around a name
_MARK = 45  # half the size of a mark
_FROM_EDGE, _STRIDE = 40, 120  # of the names of lines across the plot
_PAST_MARKS = (-_DESCENT - _MARK - 2 * _ROOM, _ASCENT + _MARK + 2 * _ROOM)
_STEPS = 12  # in which a line to a mark is looked at
# Tried one after the other: right and towards the worse side of the mark, then farther, then
# back over the runs before it, and last on the better side.
_PLACES = (
    (100, 120), (180, 300), (300, 560), (480, 900), (-100, 300),
    (60, 1080), (-100, 760), (100, -200), (-100, -260),
)  # fmt: skip
_FEW_PLACES = 5  # where marks are dense, for all but the first name
Place = tuple[int, int]
Area = tuple[int, int, int, int]  # left, top, right, bottom


class Label(Value, frozen=True):
    """A name at its baseline: it begins at `x`, or ends there; `mark` is what it is of."""

    x: int
    y: int
    is_end: bool
    mark: Place


class Drawing(Value, frozen=True):
    """What names must not cover; with `is_dense` the small marks do not count."""

    marks: Sequence[Place]
    line: Sequence[Place]
    is_dense: bool
    is_up_worse: bool  # whether worse scores stand higher


def text_width(text: str) -> int:
    """How wide a text is taken to be."""
    return sum(2 * _CHARACTER if c >= _WIDE_FROM else _CHARACTER for c in text)


def place_labels(drawing: Drawing, wanted: Sequence[tuple[Place, int]]) -> Iterator[Label | None]:
    """A place for each name, given its mark and its width, the weightiest first; None: no room."""
    taken = [_around(mark) for mark in drawing.marks] + list(_line_areas(drawing.line))
    placed: list[Area] = []
    leads: list[list[Place]] = []
    for number, (mark, width) in enumerate(wanted):
        places = _PLACES[: _FEW_PLACES if drawing.is_dense and number else None]
        tried = _tried(drawing, mark, width, places)
        found = next((each for each in tried if _is_free(each, taken, placed, leads)), None)
        if found is None:
            yield None
            continue
        label, area = found
        placed.append(area)
        leads.append(_lead(label))
        yield label


def place_across(drawing: Drawing, y: int, width: int) -> Place | None:
    """Where the name of a line across the plot ends, as far right as there is room; None: nowhere."""
    taken = [_around(mark) for mark in drawing.marks] + list(_line_areas(drawing.line))
    for end in range(RIGHT - _FROM_EDGE, LEFT + width, -_STRIDE):
        for away in (-_DESCENT - _ROOM, _ASCENT + _ROOM, *_PAST_MARKS):
            baseline = y + away
            area = (end - width, baseline - _ASCENT, end, baseline + _DESCENT)
            is_inside = area[1] >= TOP - _ASCENT and area[3] <= BOTTOM
            if is_inside and not any(_overlap(area, other) for other in taken):
                return end, baseline
    return None


def _tried(
    drawing: Drawing, mark: Place, width: int, places: Sequence[Place]
) -> Iterator[tuple[Label, Area]]:
    """Labels of a mark that lie within the plot, with the areas that they cover."""
    x, y = mark
    for across, away in places:
        at_y = y - away if drawing.is_up_worse else y + away + _ASCENT - _DESCENT
        is_end = across < 0 or x + across + width > RIGHT
        label = Label(x + across, at_y, is_end, mark)
        left = label.x - width if is_end else label.x
        area = (left, at_y - _ASCENT, left + width, at_y + _DESCENT)
        if left >= LEFT and area[2] <= RIGHT and area[1] >= TOP - _ASCENT and area[3] <= BOTTOM:
            yield label, area


def _is_free(
    each: tuple[Label, Area],
    taken: Sequence[Area],
    placed: Sequence[Area],
    leads: Sequence[Sequence[Place]],
) -> bool:
    """Whether a label covers nothing, and its line to the mark crosses no other label."""
    label, area = each
    return not (
        any(_overlap(area, other) for other in (*taken, *placed))
        or any(_holds(area, point) for lead in leads for point in lead)
        or any(_holds(other, point) for other in placed for point in _lead(label))
    )


def _around(place: Place) -> Area:
    x, y = place
    return x - _MARK, y - _MARK, x + _MARK, y + _MARK


def _line_areas(line: Sequence[Place]) -> Iterator[Area]:
    """The steps of the titles' line, along and then up or down to the next."""
    ends = [*line[1:], (RIGHT, line[-1][1])] if line else []
    for (x, y), (next_x, next_y) in zip(line, ends, strict=True):
        yield x, y, next_x, y
        yield next_x, min(y, next_y), next_x, max(y, next_y)


def _lead(label: Label) -> list[Place]:
    """Points of the line from a mark to its name."""
    (x, y), dx, dy = label.mark, label.x - label.mark[0], label.y - label.mark[1]
    return [(x + dx * i // _STEPS, y + dy * i // _STEPS) for i in range(1, _STEPS + 1)]


def _overlap(one: Area, other: Area) -> bool:
    return (
        one[0] - _ROOM < other[2] and other[0] < one[2] + _ROOM
        and one[1] - _ROOM < other[3] and other[1] < one[3] + _ROOM
    )  # fmt: skip


def _holds(area: Area, place: Place) -> bool:
    left, top, right, bottom = area
    return left - _ROOM < place[0] < right + _ROOM and top < place[1] < bottom

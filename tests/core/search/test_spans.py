"""Places of small drawings: in percent, and within the drawing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.search.spans import (
    SPARK_HEIGHT,
    SPARK_WIDTH,
    Span,
    ruler_of,
    span,
    sparkline,
    waterfall,
)
from tests.core.boards import chart, search
from tests.core.build import BASELINE
from tests.core.ledgers import OPEN, WINNER, tried

scores = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(scores, min_size=1, max_size=9))
def test_every_number_has_its_place(values: list[float]) -> None:
    ruler = ruler_of(values)
    places = [ruler.at(value) for value in sorted(values)]
    assert all(0 <= place <= 100 for place in places)
    assert places == sorted(places)


@pytest.mark.parametrize("value", [0.0, 1.2, -3.0])
def test_one_number_stands_in_the_middle(value: float) -> None:
    assert ruler_of([value]).at(value) == 50


def test_a_stretch_from_either_end() -> None:
    ruler = ruler_of([0, 1])
    assert span(ruler, 0, 1) == span(ruler, 1, 0) == Span(5.36, 89.28)


def test_a_waterfall_goes_on_where_it_was() -> None:
    assert waterfall([3.0, 1.0]) == [Span(0.0, 75.0), Span(75.0, 25.0)]
    assert waterfall([3.0, -1.0, 2.0]) == [Span(0.0, 75.0), Span(50.0, 25.0), Span(50.0, 50.0)]
    assert waterfall([0.0]) == [Span(0.0, 0.0)]


class TestSparkline:
    """The titles in small."""

    def test_from_the_first_title_to_the_last(self) -> None:
        assert sparkline(chart(BASELINE, tried("open", OPEN), WINNER, tried("more", OPEN))) == [
            (0, 0), (500, SPARK_HEIGHT)
        ]  # fmt: skip

    def test_one_title_lies_at_the_foot(self) -> None:
        assert sparkline(chart(BASELINE)) == [(0, SPARK_HEIGHT)]

    def test_without_a_title_there_is_none(self) -> None:
        assert sparkline(chart()) == []

    def test_it_stays_within_its_box(self) -> None:
        places = sparkline(chart(*search(90)))
        assert len(places) > 3
        assert all(0 <= x < SPARK_WIDTH and 0 <= y <= SPARK_HEIGHT for x, y in places)

"""Where rows and scores stand: whole tenths of a unit, of any numbers that rows may state."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.naming import RunId
from homegolf_git.core.search.chart import Chart, Point, Title
from homegolf_git.core.search.chartscale import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Scale,
    across,
    cells,
    month_marks,
    scale_of,
    steps,
    ticks,
)
from homegolf_git.core.search.noiseband import Band
from tests.core.boards import chart, search
from tests.core.build import lane

SCORES = st.floats(-1e12, 1e12)


def of(*scores: float, others: tuple[float, ...] = (), half: float = 0.0) -> Chart:
    """A chart whose titles have these scores, with other runs between them."""
    titles = [Title(RunId(f"t{n}"), n, n, score) for n, score in enumerate(scores, 1)]
    band = Band(scores[0], half) if half else None
    points = [Point(n, "improvement", score, band) for n, score in enumerate(scores, 1)]
    points += [Point(len(points) + n, "noise", s, None) for n, s in enumerate(others, 1)]
    return Chart(lane().metric, points, titles, [(1, "2026-03")])


class TestScale:
    """All titles are on it, and of the others what lies near them."""

    @given(st.lists(SCORES, min_size=1, max_size=8), st.lists(SCORES, max_size=8))
    def test_titles_lie_within_and_higher_scores_higher(
        self, scores: list[float], others: list[float]
    ) -> None:
        found = scale_of(of(*scores, others=tuple(others)))
        heights = [found.at(score) for score in sorted(scores)]
        assert heights == sorted(heights, reverse=True)
        assert all(TOP <= height <= found.bottom <= BOTTOM for height in heights)

    @given(SCORES, SCORES, SCORES)
    def test_exact(self, low: float, high: float, score: float) -> None:
        """As fractions have it, without the roundings of floats."""
        if low >= high:
            return
        scale = Scale(Fraction(low), Fraction(high), BOTTOM)
        wanted = (Fraction(high) - Fraction(score)) / (Fraction(high) - Fraction(low))
        assert abs(scale.at(score) - TOP - wanted * (BOTTOM - TOP)) <= Fraction(1, 2)

    def test_what_is_near_widens_it_and_what_is_far_does_not(self) -> None:
        near, far = 1.2 + 0.02, 1.2 + 0.03
        assert scale_of(of(1.2, 1.1, others=(near,))).high > Fraction(near)
        scale = scale_of(of(1.2, 1.1, others=(far,)))
        assert scale.high < Fraction(far)
        assert scale.within(far) < TOP

    def test_noise_makes_the_margin_wider(self) -> None:
        assert scale_of(of(1.2, 1.1, others=(1.23,), half=0.01)).high > Fraction(1.23)

    def test_what_is_off_the_scale_below_has_a_row_of_its_own(self) -> None:
        scale = scale_of(of(1.2, 1.1, others=(0.1,)))
        assert scale.bottom < scale.within(0.1) < BOTTOM
        assert scale_of(of(1.2, 1.1)).bottom == BOTTOM

    @pytest.mark.parametrize("score", [0.0, 1.2, -5.0, 1e12, 5e-324])
    def test_one_score(self, score: float) -> None:
        found = scale_of(of(score))
        assert TOP < found.at(score) < BOTTOM

    def test_clamped(self) -> None:
        scale = scale_of(of(1.2, 1.1))
        assert (scale.clamped(9.0), scale.clamped(-9.0)) == (TOP, BOTTOM)


class TestTicks:
    """Round scores, three or more."""

    @given(st.lists(SCORES, min_size=1, max_size=4))
    def test_any_scale(self, scores: list[float]) -> None:
        scale = scale_of(of(*scores))
        found = ticks(scale)
        assert 3 <= len(found) <= 9
        assert all(TOP <= y <= scale.bottom for y, _ in found)
        heights = [y for y, _ in found]
        assert heights == sorted(heights, reverse=True)

    def test_texts(self) -> None:
        scale = Scale(Fraction("1.05"), Fraction("1.24"), BOTTOM)
        assert [text for _, text in ticks(scale)] == ["1.05", "1.10", "1.15", "1.20"]
        scale = Scale(Fraction(-3), Fraction(12), BOTTOM)
        assert [text for _, text in ticks(scale)] == ["0", "5", "10"]


class TestAcross:
    """Rows stand in their order, all within the plot."""

    @given(st.integers(1, 100_000))
    def test_within(self, rows: int) -> None:
        places = [across(order, rows) for order in {1, (rows + 1) // 2, rows}]
        assert all(LEFT < place < RIGHT for place in places)

    def test_in_order_and_evenly(self) -> None:
        places = [across(order, 10) for order in range(1, 11)]
        assert {b - a for a, b in pairwise(places)} == {788}

    def test_corners_of_the_line(self) -> None:
        found = chart(*search(40))
        assert [x for x, _ in steps(found, scale_of(found))] == [
            across(title.since, 40) for title in found.titles
        ]


class TestMonths:
    """Lines where a month begins; names where there is room."""

    def marks(self, *orders: int, rows: int = 100) -> list[tuple[int, str, bool]]:
        points = [Point(n, "blocked", None, None) for n in range(1, rows + 1)]
        months = [(order, f"2026-{n:02d}") for n, order in enumerate(orders, 1)]
        return list(month_marks(Chart(lane().metric, points, [], months), 120, 800))

    def test_the_first_one_begins_at_the_edge(self) -> None:
        assert self.marks(1) == [(LEFT, "2026-01", True)]

    def test_a_line_stands_before_its_row(self) -> None:
        (_, (at, _, _)) = self.marks(1, 51)
        assert across(50, 100) < at < across(51, 100)

    def test_names_keep_apart_and_lines_too(self) -> None:
        assert [has_room for _, _, has_room in self.marks(1, 5, 40)] == [True, False, True]
        close = self.marks(1, 2, 40, rows=1000)
        assert [month for _, month, _ in close] == ["2026-01", "2026-03"]

    def test_none_is_named_beyond_the_edge(self) -> None:
        assert self.marks(1, 99)[1][2] is False


def test_one_mark_a_cell() -> None:
    assert cells([(0, 0), (24, 24), (25, 0), (1, 1)], 25) == [(0, 0), (25, 0)]

"""Where everything of a picture stands."""

from itertools import pairwise

from hypothesis import given

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.search.chart import chart_of
from homegolf_git.core.search.chartlayout import MANY, layout_of
from homegolf_git.core.search.chartscale import BOTTOM, LEFT, RIGHT, TOP
from tests.build import failed
from tests.core.boards import chart, search
from tests.core.build import BASELINE
from tests.core.drawn import EVENTS, lane_of
from tests.core.ledgers import WINNER, tried

STRIP = 960


@given(EVENTS)
def test_every_row_has_its_mark_within_the_picture(drawn: list[object]) -> None:
    found = chart_of(judge_lane(lane_of(drawn)))
    layout = layout_of(found, STRIP)
    marks = [place for places in layout.marks.values() for place in places]
    assert len(marks) == len(found.points)
    assert all(LEFT <= x <= RIGHT and TOP - 80 <= y <= BOTTOM + 220 for x, y in marks)
    assert len(layout.line) == len(found.titles)
    boxes = [box for boxes in layout.bands for box in boxes]
    assert all(TOP <= box.top <= box.bottom <= BOTTOM for box in boxes)
    assert all(a.right == b.left for reign in layout.bands for a, b in pairwise(reign))


def test_without_a_title_all_stand_in_the_strip() -> None:
    layout = layout_of(chart(failed("oom"), failed("crash", "crash", knob=1)), STRIP)
    assert (layout.scale, layout.strip, layout.now) == (None, STRIP, None)
    assert {y for _, y in layout.marks["blocked"]} == {STRIP + 110}


def test_a_row_without_a_score_stands_below_the_plot() -> None:
    layout = layout_of(chart(BASELINE, failed("oom")), STRIP)
    assert layout.marks["blocked"][0][1] > layout.strip == BOTTOM


def test_the_band_of_a_reign_ends_where_the_next_begins() -> None:
    found = chart(BASELINE, tried("one", (1.0635,)), WINNER, tried("two", (1.045,), base="winner"))
    first, second = layout_of(found, STRIP).bands
    assert first[-1].right == second[0].left == layout_of(found, STRIP).line[1][0]
    assert second[-1].right == RIGHT


def test_a_band_lies_around_its_incumbent() -> None:
    layout = layout_of(chart(BASELINE, tried("one", (1.0635,))), STRIP)
    ((box,),) = layout.bands
    assert box.top < layout.line[0][1] < box.bottom


def test_what_is_off_the_scale_is_told() -> None:
    rows = (BASELINE, WINNER, tried("far", (9.0,), base="winner"))
    assert layout_of(chart(*rows), STRIP).is_off == (True, False)
    better = {"direction": "maximize"}
    rows = (BASELINE, tried("higher", (1.2, 1.2001, 1.2)), tried("far", (0.1,), base="higher"))
    assert layout_of(chart(*rows, metric=better), STRIP).is_off == (False, True)


def test_many_rows_share_marks() -> None:
    layout = layout_of(chart(*search(MANY + 50)), STRIP)
    marks = [place for places in layout.marks.values() for place in places]
    assert 100 < len(marks) < MANY + 50

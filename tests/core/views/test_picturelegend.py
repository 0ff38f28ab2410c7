"""What the marks mean, for each size of screen."""

from homegolf_git.core.search.chartlayout import layout_of
from homegolf_git.core.views.picturelegend import legend
from tests.build import failed
from tests.core.boards import chart
from tests.core.build import BASELINE


def test_what_occurs_is_named_in_both_forms() -> None:
    found = "".join(
        legend({"noise": 3, "blocked": 0}, layout_of(chart(BASELINE), 960), 460, is_many=False)
    )
    assert found.count(">noise 3<") == 2
    assert "blocked" not in found
    assert ">incumbent<" in found
    assert '<g class="wide">' in found
    assert '<g class="small">' in found


def test_many_kinds_take_a_second_line_on_a_small_screen() -> None:
    counts = dict.fromkeys(("improvement", "noise", "regression", "blocked", "invalid"), 100)
    small = "".join(legend(counts, layout_of(chart(BASELINE), 960), 460, is_many=True)).partition(
        "small"
    )[2]
    assert small.count('x="34"') == 2


def test_without_a_title_there_is_no_line_to_explain() -> None:
    found = "".join(
        legend({"blocked": 1}, layout_of(chart(failed("oom")), 960), 190, is_many=False)
    )
    assert "incumbent" not in found

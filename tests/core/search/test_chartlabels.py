"""Where names stand: over nothing that is drawn."""

from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.search.chartlabels import Drawing, Label, place_labels, text_width
from homegolf_git.core.search.chartscale import BOTTOM, LEFT, RIGHT, TOP

PLACES = st.tuples(st.integers(LEFT + 60, RIGHT - 60), st.integers(TOP, BOTTOM - 50))


def areas(labels: list[Label | None], widths: list[int]) -> list[tuple[int, int, int, int]]:
    found = []
    for label, width in zip(labels, widths, strict=True):
        if label is not None:
            left = label.x - width if label.is_end else label.x
            found.append((left, label.y - 105, left + width, label.y + 35))
    return found


@given(
    st.lists(PLACES, min_size=1, max_size=9),
    st.lists(st.integers(100, 2500), min_size=9, max_size=9),
    st.booleans(),
    st.booleans(),
)
def test_no_name_covers_another_or_a_mark(
    marks: list[tuple[int, int]], widths: list[int], is_dense: bool, is_up_worse: bool
) -> None:
    drawing = Drawing(marks, sorted(marks), is_dense, is_up_worse)
    wanted = list(zip(marks, widths, strict=False))
    found = areas(list(place_labels(drawing, wanted)), [width for _, width in wanted])
    for number, (left, top, right, bottom) in enumerate(found):
        assert left >= LEFT
        assert right <= RIGHT
        assert top >= TOP - 105
        assert bottom <= BOTTOM
        assert not any(left < x < right and top < y < bottom for x, y in marks)
        assert not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for other in found[:number]
        )


def test_a_name_stands_on_the_worse_side_of_its_mark() -> None:
    mark = (3000, 2000)
    (above,) = place_labels(Drawing([mark], [mark], False, True), [(mark, 500)])  # noqa: FBT003
    (below,) = place_labels(Drawing([mark], [mark], False, False), [(mark, 500)])  # noqa: FBT003
    assert above is not None
    assert below is not None
    assert above.y < mark[1] < below.y


def test_at_the_right_edge_it_ends_at_its_mark() -> None:
    mark = (RIGHT - 100, 2000)
    (found,) = place_labels(Drawing([mark], [mark], False, True), [(mark, 2000)])  # noqa: FBT003
    assert found is not None
    assert found.is_end


def test_where_there_is_no_room_there_is_no_name() -> None:
    mark = (3000, 2000)
    assert list(place_labels(Drawing([mark], [], False, True), [(mark, 9000)])) == [None]  # noqa: FBT003


def test_wide_scripts_count_twice() -> None:
    assert text_width("日本") == text_width("abcd") == 4 * 67

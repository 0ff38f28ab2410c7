"""The rules of a lane as plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.lane import Direction, Metric
from tests.core.build import lane

SCORES = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(("direction", "gain"), [("minimize", 0.25), ("maximize", -0.25)])
def test_a_gain_is_positive_where_the_challenger_is_better(
    direction: Direction, gain: float
) -> None:
    assert Metric("score", "", direction, 4).gain(1.5, 1.25) == gain


@given(SCORES, SCORES)
def test_the_directions_mirror_each_other(one: float, other: float) -> None:
    down, up = (lane(metric={"direction": way}).metric for way in ("minimize", "maximize"))
    assert down.gain(one, other) == up.gain(other, one) == -up.gain(one, other)

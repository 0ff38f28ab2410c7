"""What values are made of, and their form as bytes."""

from hypothesis import given

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.values import decode, encode
from tests.core.drawn import EVENTS, lane_of


@given(EVENTS)
def test_values_come_back_from_bytes_as_they_were(drawn: list[object]) -> None:
    """Types too: a 600 that came back as 600.0 would show."""
    judged = judge_lane(lane_of(drawn))
    for values in (list(judged.verdicts), list(judged.state.configs.values()), judged.state.steps):
        for value in values:
            assert repr(decode(type(value), encode(value))) == repr(value)
    for event in lane_of(drawn).events():
        assert repr(decode(type(event), encode(event))) == repr(event)

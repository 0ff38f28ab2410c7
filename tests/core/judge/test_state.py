"""What a lane remembers between two rows."""

import pytest

from homegolf_git.core.judge.reign import Config, Reign
from homegolf_git.core.judge.scores import Score
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.verdict import Change
from tests.build import failed, run
from tests.core.build import BASELINE, MUCH_BETTER, SAME, lane, replay

CHANGE = Change("model", "knob")
SCORES = (Score(1, 0, 1.0, "a", 1), Score(2, 0, 1.1, "a", 1), Score(3, 0, 1.2, "b", 4))
CONFIG = Config("d", CHANGE, SCORES)
REIGN = Reign(CONFIG, RunId("held"), ordinal=2, won_at=1, previous=1)


class TestLaneState:
    """Everything the next row of a lane is judged against."""

    def test_open_blockers_are_rows_in_their_order(self) -> None:
        state, _ = replay(failed("b", knob=1), failed("a", knob=2), run("fixed", SAME, knob=1))
        assert [row.run_id for row in state.open_blockers()] == ["a"]
        state, _ = replay(failed("b", knob=1), failed("a", knob=2))
        assert [row.run_id for row in state.open_blockers()] == ["b", "a"]

    @pytest.mark.parametrize(("fresh_seeds", "is_confirmed"), [(0, True), (4, False)])
    def test_a_title_is_confirmed_where_no_fresh_seed_is_asked_for(
        self, fresh_seeds: int, is_confirmed: bool
    ) -> None:
        rules = lane(decision={"fresh_seeds": fresh_seeds})
        assert not replay(rules=rules)[0].is_confirmed
        assert replay(BASELINE, rules=rules)[0].is_confirmed
        won = replay(BASELINE, run("winner", MUCH_BETTER, knob=1), rules=rules)[0]
        assert won.is_confirmed is is_confirmed

    def test_a_copy_goes_its_own_way(self) -> None:
        state, _ = replay(BASELINE)
        other = state.copy()
        other.blockers[RunId("x")] = None
        other.tally["x"] = 1
        assert other.reign is not None
        other.reign.ticket("d")
        assert (state.blockers, state.tally) == ({}, {"improvement/baseline": 1})
        assert state.reign is not None
        assert state.reign.challengers == 0

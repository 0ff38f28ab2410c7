"""What stands beside the stop condition and never changes it."""

from homegolf_git.core.judge.reign import Window, WindowEntry
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.verdict import Change
from homegolf_git.core.search.prospects import Prospects, prospects
from homegolf_git.core.search.standing import window_now
from tests.build import Document, run
from tests.core.build import BASELINE, SAME, replay
from tests.core.ledgers import OPEN, VECTORS, near, tried
from tests.core.search.build import climb, state_of


def beside(state: LaneState, p_upper: float) -> Prospects:
    """The prospects of a lane as its window stands now."""
    return prospects(state, p_upper, window_now(state))


class TestNovelty:
    """Share of change families that were seen exactly once."""

    def test_vector(self) -> None:
        window = Window()
        for i, family in enumerate("aabbbcdde"):
            entry = WindowEntry(
                RunId(f"r{i}"), "worse", Change("model", family), is_cleared=True, delta=None
            )
            window.put(str(i), entry)
        assert window.lone_families / len(window) == near(VECTORS["V13"]["output"]["good_turing"])

    def test_no_draw(self) -> None:
        state = replay(BASELINE)[0]
        assert beside(state, 1.0).novelty is None

    def test_families_are_kinds_of_change(self) -> None:
        state = replay(
            BASELINE,
            run("a", SAME, base="baseline", config={"knob": "base", "model": {"x": 1}}),
            run("b", SAME, base="baseline", config={"knob": "base", "model": {"x": 2}}),
            run("c", SAME, base="baseline", config={"knob": "base", "model": {"y": 2}}),
        )[0]
        assert beside(state, 0.5).novelty == near(1 / 3)


class TestBeside:
    """Novelty, expected gain and cost stand beside the state and never change it."""

    def test_expected_gain_rests_on_fresh_gains(self) -> None:
        """The mean excess is over past fresh gains: titles that nobody re-measured give none."""
        rows = [row for row in climb() if row["run_id"].startswith("step")]
        assert beside(state_of(*rows), 0.5).expected_gain_at_most is None

    def test_cost_is_device_hours_a_settled_challenger(self) -> None:
        pair = [{"device": "A", "count": 2}]
        timed: Document = {"extra": {"train_seconds": 1800.0}, "hardware": pair}
        rows = [BASELINE, tried("a", SAME, **timed), tried("b", OPEN, **timed)]
        assert beside(state_of(*rows), 0.5).device_hours_each == near(4 * 0.5 * 2)

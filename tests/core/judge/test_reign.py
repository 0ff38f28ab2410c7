"""The time of one incumbent."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.reign import Config, Held, Reign, Ticket, Window, WindowEntry
from homegolf_git.core.judge.scores import Score
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Change
from tests.core.build import lane

CHANGE = Change("model", "knob")
SCORES = (Score(1, 0, 1.0, "a", 1), Score(2, 0, 1.1, "a", 1), Score(3, 0, 1.2, "b", 4))
CONFIG = Config("d", CHANGE, SCORES)
REIGN = Reign(CONFIG, RunId("held"), ordinal=2, won_at=1, previous=1)


class TestConfig:
    """Everything a lane knows of one config digest."""

    @pytest.mark.parametrize(
        ("order", "scores"), [(0, [1.0, 1.1, 1.2]), (1, [1.2]), (3, [1.2]), (4, [])]
    )
    def test_scores_that_landed_later(self, order: int, scores: list[float]) -> None:
        assert [score.value for score in CONFIG.since(order)] == scores

    def test_scores_that_wait_are_known_and_do_not_count(self) -> None:
        waiting = Held(RunId("r"), "someone", 1.1, 0.2, (Score(4, 0, 1.3, "c", 5),))
        config = replace(CONFIG, held=(waiting,))
        assert sorted(config.known()) == [(1, 0), (2, 0), (3, 0), (4, 0)]
        assert config.values == [1.0, 1.1, 1.2]


ENTRIES = st.builds(
    WindowEntry,
    run_id=st.just(RunId("r")),
    reason=st.just("worse"),
    change=st.builds(Change, st.sampled_from(["system", "model"]), st.sampled_from("abc")),
    is_cleared=st.booleans(),
    delta=st.none(),
    is_scored=st.booleans(),
    device_seconds=st.one_of(st.none(), st.floats(0, 1e6)),
)


class TestWindow:
    """The tallies are those of the entries as they stand, whatever stood there before."""

    @given(st.lists(st.tuples(st.sampled_from("pqrs"), ENTRIES), max_size=12))
    def test_tallies(self, puts: list[tuple[str, WindowEntry]]) -> None:
        window = Window()
        for digest, entry in puts:
            window.put(digest, entry)
        standing = dict(puts)
        entries = list(standing.values())
        families = Counter(entry.change.family for entry in entries)
        scored = [entry for entry in entries if entry.is_scored]
        times = [entry.device_seconds for entry in scored if entry.device_seconds is not None]
        assert dict(window.entries.items()) == standing
        assert len(window) == len(entries)
        for side in ("system", "model"):
            judged = [entry for entry in entries if entry.change.side == side]
            assert window.judged.get(side, 0) == len(judged)
            assert window.cleared.get(side, 0) == sum(entry.is_cleared for entry in judged)
        assert window.unresolved == {d: e for d, e in standing.items() if not e.is_cleared}
        assert window.lone_families == sum(count == 1 for count in families.values())
        assert (window.trained, window.untimed) == (len(scored), len(scored) - len(times))
        assert window.device_seconds.value == pytest.approx(sum(times))
        assert window.device_seconds.n == len(times)

    def test_a_copy_goes_its_own_way(self) -> None:
        window = Window()
        other = window.copy()
        other.put("d", WindowEntry(RunId("r"), "worse", CHANGE, is_cleared=True, delta=None))
        assert (len(window), len(window.entries), len(other)) == (0, 0, 1)


class TestReign:
    """The time of one incumbent."""

    def test_a_look_without_a_number_takes_none(self) -> None:
        reign = REIGN.copy()
        for ticket, is_numbered in ((Ticket(None, 1), True), (Ticket(5, 1), False)):
            reign.take("d", ticket, is_numbered=is_numbered)
            assert (reign.challengers, reign.tickets["d"]) == (0, Ticket(None, 1))
        assert reign.ticket("d") == Ticket(1, 2)

    @pytest.mark.parametrize(
        ("fresh_seeds", "is_remeasured", "reference"),
        [(0, True, [1.0, 1.1, 1.2]), (1, True, [1.2]), (2, False, [1.0, 1.1, 1.2])],
    )
    def test_fresh_scores_defend_the_title_once_there_are_enough(
        self, fresh_seeds: int, is_remeasured: bool, reference: list[float]
    ) -> None:
        state = LaneState(lane(decision={"fresh_seeds": fresh_seeds}), reign=REIGN)
        assert list(state.fresh(REIGN).values) == [1.2]
        assert state.is_remeasured(REIGN) is is_remeasured
        assert list(state.reference(REIGN).values) == reference

    def test_a_first_look_takes_the_next_number_and_a_further_one_keeps_it(self) -> None:
        reign = REIGN.copy()
        taken = []
        for digest in "abab":
            taken.append(reign.ticket(digest))
            reign.take(digest, taken[-1], is_numbered=True)
        assert taken == [
            Ticket(1, 1),
            Ticket(2, 1),
            Ticket(1, 2),
            Ticket(2, 2),
        ]
        assert (REIGN.challengers, len(REIGN.tickets)) == (0, 0)

    @pytest.mark.parametrize(
        ("changed", "challengers", "window"),
        [((0, 0), 1, 1), ((0, 1), 1, 0), ((1, 0), 0, 0), ((1, 1), 0, 0)],
    )
    def test_changed_rules_start_anew(
        self, changed: tuple[int, int], challengers: int, window: int
    ) -> None:
        reign = REIGN.copy()
        reign.take("d", reign.ticket("d"), is_numbered=True)
        reign.window.put("d", WindowEntry(RunId("r"), "worse", CHANGE, is_cleared=True, delta=None))
        reign.see_rules(changed)
        assert (reign.challengers, len(reign.tickets)) == (challengers, challengers)
        assert (len(reign.window), reign.rules_seen) == (window, changed)

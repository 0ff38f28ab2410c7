"""How the stop window stands now, where a lane rejudges it and where it does not."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.core.judge.reign import Window
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.search.plateau import plateau
from homegolf_git.core.search.standing import window_now
from tests.build import Document, failed, run
from tests.core.build import INCUMBENT, SAME, lane, replay
from tests.core.ledgers import OPEN, tried

# A short reference: single scores of challengers stay open against it.
SHORT = run("baseline", [1.0650], config={"knob": "base"})
MORE = run("more", {n: 1.0650 + (n % 3 - 1) * 2e-4 for n in range(20, 44)}, config={"knob": "base"})
SINGLES = [tried(f"single-{n}", {n: 1.0645 - n * 1e-5}) for n in range(1, 6)]


def rules(*, rejudge: bool = True, **decision: Any) -> Lane:  # noqa: ANN401 - JSON values
    return lane(stop={"rejudge": rejudge}, decision=decision)


def after(*events: Document, rejudge: bool = True, **decision: Any) -> LaneState:  # noqa: ANN401
    return replay(*events, rules=rules(rejudge=rejudge, **decision))[0]


def open_runs(state: LaneState) -> list[str]:
    return [entry.run_id for entry in window_now(state).unresolved.values()]


def kept(window: Window) -> dict[str, tuple[Any, ...]]:
    return {
        digest: (entry.run_id, entry.reason, entry.change)
        for digest, entry in window.entries.items()
    }


class TestRejudged:
    """3.1: cleared and D are taken from the reference and the noise as of head."""

    def test_more_scores_of_the_incumbent_clear_several_at_once(self) -> None:
        assert len(open_runs(after(SHORT, *SINGLES))) == 5
        assert open_runs(after(SHORT, *SINGLES, MORE)) == []

    def test_elsewhere_each_stands_as_its_own_row_was_judged(self) -> None:
        assert len(open_runs(after(SHORT, *SINGLES, MORE, rejudge=False))) == 5

    def test_verdicts_stay(self) -> None:
        events = (SHORT, *SINGLES, MORE)
        assert replay(*events, rules=rules())[1] == replay(*events, rules=rules(rejudge=False))[1]

    def test_what_was_cleared_may_open_again(self) -> None:
        clear = tried("clear", {1: 1.0640, 2: 1.0641, 3: 1.0642})
        worse = run("worse", {n: 1.0668 + n / 1e5 for n in range(20, 30)}, config={"knob": "base"})
        base = run("baseline", INCUMBENT, config={"knob": "base"})
        assert open_runs(after(base, clear)) == []
        found = window_now(after(base, clear, worse))
        assert [entry.run_id for entry in found.unresolved.values()] == ["clear"]
        assert not any(found.cleared.values())

    def test_a_title_that_was_not_confirmed_stays_unresolved(self) -> None:
        lucky = tried("lucky", (1.0450, 1.0443, 1.0457))
        bad = run("bad", {n: 1.065 + n / 1e5 for n in range(11, 15)}, config=lucky["config"])
        base = run("baseline", INCUMBENT, config={"knob": "base"})
        state = after(base, lucky, bad)
        assert [entry.reason for entry in window_now(state).unresolved.values()] == [
            "not_confirmed"
        ]

    def test_a_divergence_stays_cleared(self) -> None:
        state = after(SHORT, failed("lost", "diverged", config={"knob": "base", "model": {"x": 1}}))
        assert sum(window_now(state).cleared.values()) == 1

    def test_without_an_incumbent_there_is_no_window(self) -> None:
        assert len(window_now(after())) == 0
        assert plateau(after()).state == "no_incumbent"

    @settings(max_examples=25)
    @given(st.lists(st.integers(-30, 30), min_size=1, max_size=8), st.booleans())
    def test_the_configs_of_the_window_are_the_same(self, steps: list[int], is_2: bool) -> None:
        events = [
            tried(f"c{n}", {n: 1.065 + step * 1e-4, n + 50: 1.0651 + step * 1e-4})
            for n, step in enumerate(steps)
        ]
        state = after(SHORT, *events, MORE, procedure=2 if is_2 else 1)
        assert state.reign is not None
        assert kept(window_now(state)) == kept(state.reign.window)

    def test_picked_seeds_are_corrected_as_of_head(self) -> None:
        picked = tried("picked", {1: 1.0635, 2: 1.0636}, seeds_run=12)
        [now] = window_now(after(SHORT, picked)).entries.values()
        [then] = window_now(after(SHORT, picked, rejudge=False)).entries.values()
        assert (now.delta, now.is_cleared) == (then.delta, then.is_cleared)


def test_the_plateau_looks_at_the_window_as_it_stands_now() -> None:
    events = (SHORT, *SINGLES, tried("open", OPEN), MORE)
    assert plateau(after(*events)).unresolved < plateau(after(*events, rejudge=False)).unresolved
    assert plateau(after(SHORT, tried("same", SAME))).n == 1

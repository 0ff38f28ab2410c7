"""A guarded reference: scores that leave the incumbent's earlier ones wait for a second submitter."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.core.judge.distributions import t_quantile
from homegolf_git.core.judge.levels import expected_top_mean
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.verdict import Verdict
from tests.build import Document, run
from tests.core.build import INCUMBENT, MUCH_BETTER, lane, replay, stats_of

BASE = run("base", INCUMBENT, knob="base", submitter="its owner")
BEFORE = sum(INCUMBENT) / 4
SHIFT = 0.006


def guarded(**decision: Any) -> Lane:  # noqa: ANN401 - JSON values
    return lane(decision={"reference_guard": True, **decision})


def again(name: str, *scores: float, seed: int = 20, **fields: Any) -> Document:  # noqa: ANN401
    """A replicate of the incumbent with new seeds."""
    return run(name, dict(enumerate(scores, start=seed)), knob="base", **fields)


def shifted(name: str = "worse", by: float = SHIFT, seed: int = 20, **fields: Any) -> Document:  # noqa: ANN401
    centre = BEFORE + by
    return again(name, centre - 1e-4, centre, centre + 1e-4, seed=seed, **fields)


def after(*events: Document, rules: Lane | None = None) -> tuple[LaneState, list[Verdict]]:
    return replay(BASE, *events, rules=rules or guarded())


def counted(state: LaneState) -> int:
    """Scores of the incumbent that count."""
    assert state.reign is not None
    return len(state.reign.config.scores)


OTHER: Document = {"submitter": "somebody else"}


class TestHeld:
    """2.6: |a - b| > t_{0.9995, df} SE, and the scores of the row wait."""

    @pytest.mark.parametrize("sign", [1, -1])
    def test_the_bar_is_a_quantile_of_t_either_way(self, sign: int) -> None:
        base = run("base", [1.065, 1.065], knob="base", submitter="its owner")
        bar = t_quantile(0.9995, 4) * 0.0007 * math.sqrt(1 / 1 + 1 / 1)  # identical: one score
        for factor, expected in ((0.999, ()), (1.001, ("reference_shift",))):
            found = replay(base, again("new", 1.065 + sign * factor * bar), rules=guarded())[1][-1]
            flags = tuple(flag for flag in found.flags if flag == "reference_shift")
            assert (found.name, flags) == ("noise/replicate", expected)

    def test_it_waits_outside_reference_fresh_scores_and_pool(self) -> None:
        without, _ = after()
        state, verdicts = after(shifted())
        assert verdicts[-1].name == "noise/replicate"
        assert "reference_shift" in verdicts[-1].flags
        assert "they wait" in verdicts[-1].sentence
        assert counted(state) == 4
        assert state.noise == without.noise
        assert state.reign is not None
        assert without.reign is not None
        assert state.fresh(state.reign) == without.fresh(without.reign)

    def test_elsewhere_it_joins(self) -> None:
        assert counted(after(shifted(), rules=lane())[0]) == 7
        assert counted(after(shifted(), rules=guarded(reference_guard=False))[0]) == 7

    def test_a_challenger_is_never_held_back(self) -> None:
        first, second = run("c", [1.065], knob=1), run("d", {9: 1.09}, knob=1)
        assert "reference_shift" not in after(first, second)[1][-1].flags

    def test_scores_that_wait_cannot_be_given_otherwise(self) -> None:
        other = again("other", 1.0651, seed=20)
        assert after(shifted(), other)[1][-1].name == "invalid/duplicate_seed"
        assert after(shifted(), other | OTHER)[1][-1].name == "invalid/duplicate_seed"

    def test_nor_do_they_wait_twice(self) -> None:
        state, verdicts = after(shifted(), shifted("copy"))
        assert verdicts[-1].name == "noise/replicate"
        assert state.reign is not None
        assert len(state.reign.config.held) == 1

    def test_a_row_of_known_scores_is_no_shift(self) -> None:
        same = run("same", INCUMBENT, knob="base")
        assert "reference_shift" not in after(same)[1][-1].flags

    def test_a_lane_with_its_first_scores_has_nothing_to_leave(self) -> None:
        assert counted(after()[0]) == 4

    def test_a_title_that_waits_is_confirmed_or_not_by_whoever_comes(self) -> None:
        won = run("won", MUCH_BETTER, knob=1)
        fresh = run("fresh", {n: 1.065 + n * 1e-5 for n in range(20, 24)}, knob=1, **OTHER)
        state, verdicts = after(won, fresh)
        assert verdicts[-1].name == "noise/not_confirmed"
        assert state.incumbent == "base"

    def test_a_confirmed_title_is_guarded(self) -> None:
        won = run("won", MUCH_BETTER, knob=1)
        fresh = run("fresh", {n: 1.0449 + n * 1e-5 for n in range(20, 24)}, knob=1)
        worse = run("worse", {n: 1.052 + n * 1e-5 for n in range(30, 34)}, knob=1, **OTHER)
        verdicts = after(won, fresh, worse)[1]
        assert "confirmed" in verdicts[-2].flags
        assert "reference_shift" in verdicts[-1].flags

    def test_who_measured_all_of_it_moves_nobody_elses_reference(self) -> None:
        own = shifted(submitter="its owner")
        assert counted(after(own)[0]) == 7
        shared = again("more", *INCUMBENT, seed=40, **OTHER)
        assert "reference_shift" in after(shared, own)[1][-1].flags

    def test_over_sessions(self) -> None:
        rules = guarded(sessions={"sigma0": 0.002})
        assert "reference_shift" not in after(shifted(), rules=rules)[1][-1].flags
        far = shifted(by=0.2)
        assert "reference_shift" in after(far, rules=rules)[1][-1].flags


class TestSeconded:
    """2.6: until another submitter's row differs from b the same way by more than half of it."""

    @pytest.mark.parametrize(
        ("by", "fields", "waiting", "joined"),
        [
            (SHIFT, OTHER, 0, 10),
            (0.6 * SHIFT, OTHER, 0, 10),
            (SHIFT, {}, 2, 4),
            (-SHIFT, OTHER, 2, 4),
            (0.1 * SHIFT, OTHER, 1, 7),
        ],
        ids=["alike", "more than half", "same submitter", "the other way", "less than half"],
    )
    def test_both_join_or_none(
        self, by: float, fields: Document, waiting: int, joined: int
    ) -> None:
        state, verdicts = after(shifted(), shifted("second", by, seed=30, **fields))
        assert verdicts[-1].name == "noise/replicate"
        assert state.reign is not None
        config = state.reign.config
        assert (len(config.held), len(config.scores)) == (waiting, joined)
        flagged = "reference_shift" in verdicts[-1].flags
        assert flagged is (waiting == 2)

    def test_a_third_may_second_what_waited_longest(self) -> None:
        rows = (shifted(), shifted("mine", seed=30), shifted("theirs", seed=40, **OTHER))
        state = after(*rows)[0]
        assert state.reign is not None
        assert (counted(state), state.reign.config.held) == (13, ())

    def test_released_scores_are_fresh_from_their_own_row_on(self) -> None:
        state = after(shifted(), shifted("second", seed=30, **OTHER))[0]
        assert state.reign is not None
        assert sorted({score.order for score in state.reign.config.scores}) == [1, 2, 3]

    def test_of_a_config_that_has_lost_its_title(self) -> None:
        won = run("won", MUCH_BETTER, knob=1)
        more: Document = {"knob": 1, "seeds_planned": 0}
        held = run("held", {n: 1.06 + n / 1e5 for n in range(20, 23)}, **more)
        best = run("best", (1.0250, 1.0243, 1.0257), knob=2)
        seconded = run("seconded", {n: 1.06 + n / 1e5 for n in range(30, 33)}, **more, **OTHER)
        state, verdicts = after(won, held, best, seconded)
        assert [v.name for v in verdicts[:4:2]] == ["improvement/baseline", "noise/replicate"]
        assert stats_of(verdicts[-1]).n_challenger == 9
        assert len(state.configs[state.rows[won["run_id"]].config_digest].held) == 0


class TestPickedReplicates:
    """2.6: seeds run but not reported are corrected like picked ones, towards the worse side too."""

    @given(st.integers(-20, 20), st.integers(1, 5), st.integers(1, 4))
    @settings(max_examples=25)
    def test_they_move_towards_the_earlier_mean(self, step: int, count: int, more: int) -> None:
        by = step * 1e-4
        scores = [BEFORE + by + n * 1e-6 for n in range(count)]
        state = after(again("new", *scores, seeds_run=count + more))[0]
        plain = after(again("new", *scores))[0]
        assert state.reign is not None
        kept = [score.value for score in state.reign.config.scores[4:]]
        if not kept:  # it waits
            kept = [score.value for score in state.reign.config.held[0].scores]
        most = plain_sigma(after()[0]) * expected_top_mean(count, count + more)
        mean = sum(scores) / count
        expected = BEFORE + math.copysign(max(0.0, abs(mean - BEFORE) - most), mean - BEFORE)
        assert sum(kept) / count == pytest.approx(expected, abs=1e-12)
        assert counted(plain) in (4, 4 + count)

    def test_the_same_scores_again_are_the_same(self) -> None:
        """2.0: the same key *with another score* is a duplicate, and this one is the row's own."""
        picked = again("new", 1.0660, 1.0662, seeds_run=4)
        more = run("more", {20: 1.0660, 21: 1.0662, 22: 1.0651}, knob="base")
        state, verdicts = after(picked, more)
        assert verdicts[-1].name == "noise/replicate"
        assert counted(state) == 7

    def test_and_other_scores_are_duplicates(self) -> None:
        picked = again("new", 1.0660, 1.0662, seeds_run=4)
        other = again("other", 1.0659, seed=20)
        assert after(picked, other)[1][-1].name == "invalid/duplicate_seed"

    def test_a_challengers_are_corrected_where_it_is_judged(self) -> None:
        first = run("c", [1.0645], knob=1)
        second = run("d", {9: 1.0640}, knob=1, seeds_run=3)
        state = after(first, second)[0]
        config = state.configs[state.rows[second["run_id"]].config_digest]
        assert config.values == [1.0645, 1.0640]


def plain_sigma(state: LaneState) -> float:
    return state.noise.sigma

"""What a valid scored row adds to its lane, and what it turns when it brings a second seed."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.core.judge.history import landing_order
from homegolf_git.core.judge.noise import Scatter, Share
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.verdict import Verdict
from tests.build import Document, run
from tests.core.build import fold, land, lane, replay, stats_of
from tests.core.drawn2 import LISTS_OF_RUNS, declarations, document
from tests.core.reference2 import Declared, Run

COUNT = lane(decision={"repeats": "count"})


def repeats(
    name: str, *values: float, knob: int = 0, seed: int | None = 7, first: int = 0
) -> Document:
    """Runs of one seed."""
    results = [{"seed": seed, "repeat": first + n, "val_bpb": v} for n, v in enumerate(values)]
    return run(name, knob=knob, results=results, seeds_run=len(values), seeds_planned=0)


def judged(*events: Document, **decision: Any) -> tuple[LaneState, list[Verdict]]:  # noqa: ANN401
    return replay(*events, rules=lane(decision=decision))


BASE = repeats("base", 1.0650, 1.0652, 1.0648)
TRIED = repeats("tried", 1.0640, 1.0645, knob=1)


class TestSecondSeed:
    """2.0: each repeat counts while the lane has one seed; a second turns all into averages."""

    def test_while_there_is_one_seed_each_repeat_counts(self) -> None:
        state, verdicts = judged(BASE, TRIED, repeats="count")
        stats = stats_of(verdicts[-1])
        assert (stats.n_incumbent, stats.n_challenger, state.noise.nu_obs) == (3, 2, 3)
        assert "same_seed" in verdicts[-1].flags

    def test_a_second_seed_averages_every_configs(self) -> None:
        other = repeats("other", 1.0640, 1.0641, 1.0642, knob=2, seed=8)
        state, verdicts = judged(BASE, TRIED, other, repeats="count")
        stats = stats_of(verdicts[-1])
        assert (stats.n_incumbent, stats.n_challenger) == (1, 1)
        assert {"averaged"} <= set(verdicts[-1].flags)
        assert "same_seed" not in verdicts[-1].flags
        assert (state.noise.basis, state.noise.nu_obs) == ("assumed", 0)

    def test_with_repeats_one_they_are_averaged_from_the_start(self) -> None:
        stats = stats_of(judged(BASE, TRIED, repeats="one")[1][-1])
        assert (stats.n_incumbent, stats.n_challenger) == (1, 1)

    def test_scores_without_a_seed_are_no_second_one(self) -> None:
        nameless = repeats("nameless", 1.0640, 1.0642, knob=2, seed=None)
        state, verdicts = judged(BASE, nameless, repeats="count")
        assert state.seeds == (7,)
        assert {"same_seed", "unseeded"} <= set(verdicts[-1].flags)

    def test_an_invalid_row_brings_no_seed(self) -> None:
        broken = {**repeats("broken", 1.06, knob=2, seed=8), "seeds_run": 0}
        assert judged(BASE, broken, repeats="count")[0].seeds == (7,)

    def test_the_row_that_brings_it_is_counted_by_it(self) -> None:
        """2.0: "up to and including this row", for a guarded reference too."""
        base = repeats("base", *(1.0650 + n * 1e-4 for n in range(6))) | {"submitter": "its owner"}
        more = repeats("more", 1.0690, 1.0692, seed=8)
        guarded = {"repeats": "count", "reference_guard": True}
        assert "reference_shift" not in judged(base, more, **guarded)[1][-1].flags
        same = repeats("more", 1.0690, 1.0692, first=10)
        assert "reference_shift" in judged(base, same, **guarded)[1][-1].flags

    def test_another_rule_for_repeats_measures_anew(self) -> None:
        one, count = lane(decision={"repeats": "one"}), COUNT
        for rules in ((one, count), (count, one)):
            state = replay(BASE, TRIED, rules[1], rules=rules[0])[0]
            straight = replay(BASE, TRIED, rules=rules[1])[0]
            assert state.noise == straight.noise


class TestUnderOneSeed:
    """2.0: a verdict with `same_seed` on either side is never `strict`."""

    FAR = (1.0400, 1.0401, 1.0402)

    @pytest.mark.parametrize(
        ("base", "tried"),
        [
            (repeats("base", 1.0650, 1.0652, 1.0648), repeats("far", *FAR, knob=1)),
            (repeats("base", 1.0650, 1.0652, 1.0648), repeats("far", 1.0400, knob=1)),
            (repeats("base", 1.0650), repeats("far", *FAR, knob=1)),
        ],
        ids=["both", "the incumbent", "the challenger"],
    )
    def test_it_is_better_and_no_more(self, base: Document, tried: Document) -> None:
        verdict = judged(base, tried, repeats="count", few_seeds_df=None)[1][-1]
        assert verdict.name == "improvement/better"
        assert "same_seed" in verdict.flags
        assert "under this seed" in verdict.sentence

    def test_with_seeds_it_is_strict(self) -> None:
        base = run("base", [1.0650, 1.0652, 1.0648])
        far = run("far", self.FAR, knob=1)
        assert judged(base, far, repeats="count")[1][-1].name == "improvement/strict"


class TestSums:
    """The noise that is kept along the rows is the noise of all configs taken anew."""

    @settings(max_examples=10)
    @given(declarations(), LISTS_OF_RUNS)
    def test_they_equal_sums_from_scratch(self, declared: Declared, runs: list[Run]) -> None:
        documents = [document(number, one) for number, one in enumerate(runs)]
        state = replay(*documents, rules=lane(decision=declared.decision))[0]
        anew = Scatter()
        for digest, share in state.shares():
            anew.put(digest, Share(), share)
        kept = state.scatter
        for mine, theirs in ((kept.plain, anew.plain), (kept.within, anew.within)):
            assert mine.nu_obs == theirs.nu_obs
            assert mine.exact.value == theirs.exact.value
            assert mine.squares == pytest.approx(theirs.squares, rel=1e-9, abs=1e-18)
            assert mine.wide == theirs.wide
            assert mine.long == theirs.long
        mine_, theirs_ = kept.between, anew.between
        assert (mine_.df, mine_.joined) == (theirs_.df, theirs_.joined)
        assert mine_.squares.value == theirs_.squares.value
        assert mine_.weights.value == theirs_.weights.value
        assert kept.repeats.df_seeds == anew.repeats.df_seeds
        assert kept.repeats.squares_repeats.value == anew.repeats.squares_repeats.value


class TestRunSeconds:
    """2.5: costs are the lane's mean train and evaluation seconds, times the devices."""

    def test_what_states_its_time_is_counted(self) -> None:
        extra = {"train_seconds": 100.0, "eval_seconds": 20.0}
        devices = [{"device": "H100", "count": 8}]
        timed = run("timed", [1.0, 1.1], extra=extra, hardware=devices)
        state = judged(timed, run("untimed", [1.2], knob=1))[0]
        assert (state.run_seconds.value, state.run_seconds.n) == (2 * 8 * 120.0, 2)


class TestOneCommit:
    """Rows of one commit are ordered by when they finished and by name, however they come."""

    @settings(max_examples=6)
    @given(declarations(), LISTS_OF_RUNS, st.randoms(use_true_random=False))
    def test_the_order_in_which_they_are_found_does_not_matter(
        self, declared: Declared, runs: list[Run], order: random.Random
    ) -> None:
        rules = lane(decision=declared.decision)
        landed = [land(document(number, one)) for number, one in enumerate(runs)]
        turned = landed.copy()
        order.shuffle(turned)
        ordered = [
            sorted(rows, key=lambda one: landing_order(one.row)) for rows in (landed, turned)
        ]
        assert fold(rules, ordered[0])[1] == fold(rules, ordered[1])[1]

"""What the fold makes of several rows of one config: its digest, its seeds, its place."""

import pytest

from homegolf_git.core.judge.scores import mean
from tests.build import REVISION, Document, failed, run
from tests.core.build import (
    BASELINE,
    INCUMBENT,
    SAME,
    last,
    outcomes,
    place,
    replay,
    stats_of,
    verdicts,
)


class TestReplicate:
    """A row with the incumbent's digest is noise/replicate: its scores join the incumbent's."""

    def test_its_scores_join_the_reference(self) -> None:
        found = verdicts(
            BASELINE,
            run("again", {5: 1.0660, 6: 1.0640}, knob="base"),
            run("next", SAME, knob=1),
        )
        assert outcomes(found)[1] == "noise/replicate"
        assert (found[1].delta, found[1].stats) == (None, None)
        stats = stats_of(found[2])
        assert stats.n_incumbent == 6
        assert stats.gain == pytest.approx(mean([*INCUMBENT, 1.0660, 1.0640]) - mean(SAME))

    def test_it_takes_no_number(self) -> None:
        found = verdicts(
            BASELINE,
            run("a", SAME, knob=1),
            run("again", {5: 1.0650}, knob="base"),
            run("b", SAME, knob=2),
        )
        assert [place(found[1]), place(found[3])] == [(1, 1), (2, 1)]

    def test_each_seed_counts_once(self) -> None:
        found = verdicts(
            BASELINE,
            run("again", {1: INCUMBENT[0], 5: 1.0660}, knob="base"),
            run("next", SAME, knob=1),
        )
        assert stats_of(found[2]).n_incumbent == 5

    @pytest.mark.parametrize(
        "twin",
        [
            run("twin", {9: 1.065}, knob=1.0),
            run("twin", {9: 1.065}, knob=1, submitter="someone else", base="first", notes="hello"),
            run(
                "twin",
                {9: 1.065},
                knob=1,
                hardware=[{"device": "NVIDIA GeForce RTX 4080", "count": 1, "host": "other"}],
            ),
            run(
                "twin",
                {9: 1.065},
                knob=1,
                evaluation={"mode": "non_overlapping", "split": None, "dataset_sha256": None},
            ),
            run(
                "twin",
                {9: 1.065},
                knob=1,
                source={"revision": REVISION, "repository": "https://example.org/other.git"},
            ),
            run("twin", {9: 1.065}, knob=1, train_seconds_budget=300, seeds_run=3),
        ],
        ids=["1.0 equals 1", "other facts", "host", "absent is null", "repository", "budget"],
    )
    def test_what_is_not_in_the_digest_makes_no_other_config(self, twin: Document) -> None:
        found = outcomes(verdicts(run("first", INCUMBENT, knob=1), twin))
        assert found[1] == "noise/replicate"

    @pytest.mark.parametrize(
        "change",
        [
            {"knob": True},
            {"knob": "1"},
            {"source": {"revision": "68e46b83", "changed_paths": []}},
            {"hardware": [{"device": "NVIDIA GeForce RTX 4080", "count": 2}]},
            {"hardware": [{"device": "NVIDIA H100", "count": 1}]},
            {"evaluation": {"mode": "sliding_window:64"}},
            {"evaluation": {"mode": "non_overlapping", "split": "other"}},
            {"evaluation": {"mode": "non_overlapping", "tokenizer_sha256": "ab" * 32}},
        ],
        ids=["true", "text", "revision", "count", "device", "mode", "split", "tokenizer"],
    )
    def test_what_is_in_the_digest_makes_another_config(self, change: Document) -> None:
        found = verdicts(
            run("first", INCUMBENT, knob=1), run("other", **{"scores": SAME, "knob": 1, **change})
        )
        assert place(found[1]) == (1, 1)

    def test_devices_count_in_row_order(self) -> None:
        devices = [{"device": "a", "count": 1}, {"device": "b", "count": 1}]
        found = verdicts(
            run("first", INCUMBENT, hardware=devices),
            run("turned", SAME, hardware=devices[::-1]),
        )
        assert place(found[1]) == (1, 1)

    def test_a_null_revision_equals_no_other(self) -> None:
        nobody_knows = {"revision": None, "changed_paths": None}
        found = verdicts(
            run("first", INCUMBENT, source=nobody_knows),
            run("second", SAME, source=nobody_knows),
            run("third", SAME, source=nobody_knows),
        )
        assert [place(verdict) for verdict in found[1:]] == [(1, 1), (2, 1)]


class TestNumberAndLook:
    """k counts distinct valid scored configs; further rows of a config raise its look by one."""

    def test_every_config_takes_the_next_number(self) -> None:
        found = verdicts(BASELINE, *(run(f"run-{n}", SAME, knob=n) for n in range(1, 6)))
        assert [place(verdict) for verdict in found[1:]] == [(n, 1) for n in range(1, 6)]

    def test_further_rows_keep_the_number_and_add_their_seeds(self) -> None:
        found = verdicts(
            BASELINE,
            run("a-1", {1: 1.0650}, knob=1),
            run("b-1", {1: 1.0651}, knob=2),
            run("a-2", {2: 1.0652, 3: 1.0648}, knob=1),
        )
        assert [place(verdict) for verdict in found[1:]] == [(1, 1), (2, 1), (1, 2)]
        assert stats_of(found[3]).n_challenger == 3
        assert found[3].delta == pytest.approx(mean(INCUMBENT) - mean([1.0650, 1.0652, 1.0648]))

    def test_a_row_without_a_new_seed_is_a_further_look(self) -> None:
        found = verdicts(BASELINE, run("a-1", SAME, knob=1), run("a-2", SAME, knob=1))
        assert place(found[2]) == (1, 2)
        assert stats_of(found[2]).n_challenger == 3
        assert stats_of(found[2]).alpha == pytest.approx(stats_of(found[1]).alpha / 2)

    def test_invalid_blocked_and_diverged_rows_take_none(self) -> None:
        found = verdicts(
            BASELINE,
            run("bad", SAME, knob=1, seeds_run=0),
            failed("oom", knob=2),
            failed("nan", "diverged", knob=3),
            run("good", SAME, knob=4),
        )
        assert place(found[4]) == (1, 1)
        assert all(verdict.stats is None for verdict in found[1:4])

    def test_a_config_that_diverged_takes_its_number_when_it_scores(self) -> None:
        found = verdicts(
            BASELINE, failed("nan", "diverged", knob=1), run("scored", {2: 1.065}, knob=1)
        )
        assert place(found[2]) == (1, 1)


class TestPicked:
    """Picked: n is the distinct scores plus the seeds run but not reported, over its rows."""

    def test_best_three_of_seven(self) -> None:
        verdict = last(BASELINE, run("a", [1.0625, 1.0633, 1.0629], knob=1, seeds_run=7))
        stats = stats_of(verdict)
        assert "picked" in verdict.flags
        assert verdict.delta is not None
        assert stats.gain - verdict.delta == pytest.approx(0.820753 * stats.noise.sigma, rel=1e-5)

    def test_unreported_seeds_add_up_over_the_rows_of_a_config(self) -> None:
        verdict = last(
            BASELINE,
            run("a-1", {1: 1.0625, 2: 1.0633}, knob=1, seeds_run=3),
            run("a-2", {3: 1.0629, 4: 1.0631, 5: 1.0628}, knob=1, seeds_run=4),
        )
        stats = stats_of(verdict)
        assert "picked" in verdict.flags
        assert verdict.delta is not None
        assert stats.gain - verdict.delta == pytest.approx(0.421911 * stats.noise.sigma, rel=1e-5)

    def test_disclosing_all_scores_needs_no_correction(self) -> None:
        verdict = last(BASELINE, run("a", [1.0625, 1.0633, 1.0629], knob=1))
        assert "picked" not in verdict.flags
        assert verdict.delta == stats_of(verdict).gain


class TestIncomplete:
    """Incomplete: fewer distinct seeds than the largest seeds_planned of its rows."""

    def test_a_run_that_would_win_waits_for_its_planned_seeds(self) -> None:
        found = verdicts(
            BASELINE,
            run("a-1", {1: 1.0450}, knob=1, seeds_planned=3),
            run("a-2", {2: 1.0443}, knob=1, seeds_planned=1),
            run("a-3", {3: 1.0457}, knob=1, seeds_planned=1),
        )
        assert outcomes(found)[1:] == [
            "noise/incomplete",
            "noise/incomplete",
            "improvement/strict",
        ]
        assert [place(verdict) for verdict in found[1:]] == [(1, 1), (1, 2), (1, 3)]

    def test_it_is_not_cleared(self) -> None:
        state, _ = replay(BASELINE, run("a", [1.0450], knob=1, seeds_planned=3))
        assert state.reign is not None
        assert [entry.is_cleared for entry in state.reign.window.entries.values()] == [False]

    def test_one_that_loses_is_judged_all_the_same(self) -> None:
        assert last(BASELINE, run("a", [1.09], knob=1, seeds_planned=3)).reason == "worse"


class TestDuplicateSeed:
    """duplicate_seed: given by an earlier valid row of the config with another score."""

    def test_another_score_is_invalid(self) -> None:
        found = verdicts(
            BASELINE,
            run("a-1", {1: 1.0650, 2: 1.0651}, knob=1),
            run("a-2", {2: 1.0652, 3: 1.0649}, knob=1),
            run("a-3", {3: 1.0648}, knob=1),
        )
        assert outcomes(found)[2] == "invalid/duplicate_seed"
        assert found[2].delta is None
        assert place(found[3]) == (1, 2)
        assert stats_of(found[3]).n_challenger == 3

    def test_the_same_score_is_a_further_look(self) -> None:
        verdict = last(BASELINE, run("a-1", {1: 1.065}, knob=1), run("a-2", {1: 1.065}, knob=1))
        assert verdict.verdict_class == "noise"

    def test_an_invalid_row_gave_nothing(self) -> None:
        found = verdicts(
            BASELINE,
            run("a-1", {1: 1.0450}, knob=1, seeds_run=0),
            run("a-2", {1: 1.0650}, knob=1),
        )
        assert outcomes(found)[1:] == ["invalid/undisclosed_seeds", "noise/equivalent"]

    def test_another_config_may_use_the_seed(self) -> None:
        found = verdicts(BASELINE, run("a", {1: 1.06}, knob=1), run("b", {1: 1.07}, knob=2))
        assert all(verdict.verdict_class != "invalid" for verdict in found)


class TestNoisePool:
    """The pool: all configs with two or more scores, up to and including the row judged."""

    def test_incumbent_and_challenger_are_in_it(self) -> None:
        verdict = last(BASELINE, run("a", SAME, knob=1))
        assert stats_of(verdict).noise.nu_obs == 3 + 2

    def test_a_config_over_several_rows_counts_as_one(self) -> None:
        verdict = last(
            BASELINE,
            run("a-1", {1: 1.0650}, knob=1),
            run("a-2", {2: 1.0651}, knob=1),
            run("a-3", {3: 1.0657}, knob=1),
        )
        noise = stats_of(verdict).noise
        squares = sum((s - mean(INCUMBENT)) ** 2 for s in INCUMBENT)
        scores = [1.0650, 1.0651, 1.0657]
        squares += sum((s - mean(scores)) ** 2 for s in scores)
        assert noise.nu_obs == 5
        assert noise.sigma == pytest.approx(((4 * 0.0007**2 + squares) / 9) ** 0.5)

    def test_invalid_rows_are_not_in_it(self) -> None:
        verdict = last(
            BASELINE,
            run("bad", [1.0, 2.0, 3.0], knob=1, seeds_run=0),
            run("a", [1.065], knob=2),
        )
        assert stats_of(verdict).noise.nu_obs == 3

    def test_identical_scores_are_one_measurement(self) -> None:
        verdict = last(run("base", [1.0650] * 4, knob="base"), run("a", [1.0651, 1.0652], knob=1))
        assert stats_of(verdict).noise.nu_obs == 1
        assert "identical_scores" in verdict.flags
        assert stats_of(verdict).n_incumbent == 4

    def test_scores_that_stop_being_identical_join_it_whole(self) -> None:
        verdict = last(
            run("base", [1.0650] * 3, knob="base"),
            run("again", {9: 1.0660}, knob="base"),
            run("a", [1.0651], knob=1),
        )
        assert stats_of(verdict).noise.nu_obs == 3
        assert "identical_scores" not in verdict.flags

    def test_with_nothing_measured_the_prior_is_assumed_and_flagged(self) -> None:
        verdict = last(run("base", [1.065], knob="base"), run("a", [1.064], knob=1))
        noise = stats_of(verdict).noise
        assert noise.sigma == pytest.approx(0.0007)
        assert (noise.nu, noise.basis) == (4, "assumed")
        assert "noise_assumed" in verdict.flags

    def test_eight_degrees_of_freedom_are_measured(self) -> None:
        found = verdicts(
            BASELINE,
            *(run(f"run-{n}", [1.0650, 1.0651, 1.0652], knob=n) for n in range(1, 4)),
        )
        assert [stats_of(v).noise.basis for v in found[1:]] == ["weak", "weak", "measured"]

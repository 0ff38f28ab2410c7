"""The fold: one test a sentence of the contract, told as short histories of a lane."""

import math

import pytest

from homegolf_git.core.judge.noise import mean
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.verdict import Stats, Verdict
from tests.build import REVISION, Document, failed, run
from tests.core.build import (
    INCUMBENT,
    MUCH_BETTER,
    MUCH_WORSE,
    SAME,
    evidence,
    land,
    lane,
    last,
    outcomes,
    replay,
    verdicts,
)

BASELINE = run("baseline", INCUMBENT, knob="base")
FRESH = {11: 1.0450, 12: 1.0455, 13: 1.0445, 14: 1.0450}
NOT_FRESH_ENOUGH = {11: 1.0650, 12: 1.0645, 13: 1.0655, 14: 1.0650}
DECISION = {"delta_min": 0.002, "sigma0": 0.0007}


def stats_of(verdict: Verdict) -> Stats:
    assert verdict.stats is not None
    return verdict.stats


def place(verdict: Verdict) -> tuple[int, int]:
    stats = stats_of(verdict)
    return stats.k, stats.look


def ordinal_of(state: LaneState) -> int:
    assert state.reign is not None
    return state.reign.ordinal


class TestBaseline:
    """The first valid scored row of a lane is improvement/baseline and claims no gain."""

    def test_it_becomes_the_incumbent(self) -> None:
        verdict = last(BASELINE)
        assert (verdict.verdict_class, verdict.reason) == ("improvement", "baseline")
        assert (verdict.delta, verdict.stats) == (None, None)
        assert (verdict.incumbent_before, verdict.incumbent_after) == (None, "baseline")
        assert verdict.order == 1
        assert verdict.score == pytest.approx(mean(INCUMBENT))

    def test_neither_invalid_nor_failed_rows_are_one(self) -> None:
        found = verdicts(
            run("bad", MUCH_BETTER, seeds_run=0),
            failed("oom"),
            failed("nan", "diverged", knob=1),
            BASELINE,
        )
        assert outcomes(found) == [
            "invalid/undisclosed_seeds",
            "blocked/oom",
            "regression/diverged",
            "improvement/baseline",
        ]
        assert [verdict.incumbent_after for verdict in found] == [None, None, None, "baseline"]
        assert [verdict.order for verdict in found] == [1, 2, 3, 4]

    def test_a_lone_lucky_one_needs_no_fresh_seeds(self) -> None:
        verdict = last(run("baseline", [1.065], knob="base"), run("next", SAME, knob=1))
        assert "reference_selected" not in verdict.flags
        assert stats_of(verdict).n_incumbent == 1


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


class TestNewIncumbent:
    """An improvement becomes the incumbent; k and look start anew."""

    def test_the_next_challengers_meet_the_winner(self) -> None:
        state, found = replay(
            BASELINE,
            run("a", SAME, knob=1),
            run("winner", MUCH_BETTER, knob=2),
            run("b", MUCH_BETTER[::-1], knob=3),
        )
        assert outcomes(found)[2] == "improvement/strict"
        assert (found[2].incumbent_before, found[2].incumbent_after) == ("baseline", "winner")
        assert found[3].incumbent_before == "winner"
        assert [place(verdict) for verdict in found[1:]] == [(1, 1), (2, 1), (1, 1)]
        assert state.incumbent == "winner"
        assert ordinal_of(state) == 2

    def test_until_it_is_remeasured_all_its_scores_count_and_verdicts_are_flagged(self) -> None:
        fresh = list(FRESH.items())
        found = verdicts(
            BASELINE,
            run("winner", MUCH_BETTER, knob=1),
            run("a", MUCH_BETTER, knob=2),
            run("again-1", dict(fresh[:3]), knob=1),
            run("b", MUCH_BETTER, knob=3),
            run("again-2", dict(fresh[3:]), knob=1),
            run("c", MUCH_BETTER, knob=4),
        )
        a, b, c = found[2], found[4], found[6]
        assert "reference_selected" in a.flags
        assert "reference_selected" in b.flags
        assert "reference_selected" not in c.flags
        assert [stats_of(verdict).n_incumbent for verdict in (a, b, c)] == [3, 6, 4]
        assert stats_of(c).gain == pytest.approx(mean(list(FRESH.values())) - mean(MUCH_BETTER))

    def test_a_seed_that_won_is_not_fresh(self) -> None:
        found = verdicts(
            BASELINE,
            run("winner", MUCH_BETTER, knob=1),
            run("again", dict(enumerate(MUCH_BETTER, start=1)) | {4: 1.0450}, knob=1),
            run("a", MUCH_BETTER, knob=2),
        )
        assert "reference_selected" in found[3].flags
        assert stats_of(found[3]).n_incumbent == 4

    def test_earlier_rows_of_the_winner_are_not_fresh_either(self) -> None:
        found = verdicts(
            BASELINE,
            run("early", {1: 1.0450}, knob=1, seeds_planned=3),
            run("late", {2: 1.0443, 3: 1.0457}, knob=1, seeds_planned=3),
            run("a", MUCH_BETTER, knob=2),
        )
        assert outcomes(found)[1:3] == ["noise/incomplete", "improvement/strict"]
        assert "reference_selected" in found[3].flags

    def test_with_no_fresh_seeds_asked_nothing_is_remeasured(self) -> None:
        rules = lane(decision={"fresh_seeds": 0})
        state, found = replay(
            BASELINE,
            run("winner", MUCH_BETTER, knob=1),
            run("again", NOT_FRESH_ENOUGH, knob=1),
            run("a", SAME, knob=2),
            rules=rules,
        )
        assert outcomes(found)[2] == "noise/replicate"
        assert "reference_selected" not in found[3].flags
        assert stats_of(found[3]).n_incumbent == 7
        assert state.incumbent == "winner"

    def test_a_config_that_lost_before_is_judged_on_all_its_scores_as_a_new_number(self) -> None:
        found = verdicts(
            BASELINE,
            run("a-1", {1: 1.0649, 2: 1.0651}, knob=1),
            run("winner", MUCH_BETTER, knob=2),
            run("b", MUCH_BETTER, knob=3),
            run("a-2", {3: 1.0650}, knob=1),
        )
        assert place(found[4]) == (2, 1)
        assert stats_of(found[4]).n_challenger == 3

    def test_the_displaced_incumbent_may_come_again(self) -> None:
        found = verdicts(
            BASELINE,
            run("winner", MUCH_BETTER, knob=1),
            run("old", {5: 1.0651}, knob="base"),
        )
        assert outcomes(found)[2] == "regression/worse"
        assert place(found[2]) == (1, 1)
        assert stats_of(found[2]).n_challenger == 5


class TestConfirmation:
    """The row that completes the fresh reference confirms the title, or reinstates the former."""

    def unconfirmed(self) -> list[Document]:
        return [
            BASELINE,
            run("a", SAME, knob=1),
            run("lucky", MUCH_BETTER, knob=2),
            run("b", MUCH_BETTER, knob=3),
            run("fresh", NOT_FRESH_ENOUGH, knob=2),
        ]

    def test_a_confirmed_incumbent_stays(self) -> None:
        state, found = replay(
            BASELINE, run("winner", MUCH_BETTER, knob=1), run("fresh", FRESH, knob=1)
        )
        assert outcomes(found)[2] == "noise/replicate"
        assert state.incumbent == "winner"

    def test_it_is_asked_once(self) -> None:
        state, found = replay(
            BASELINE,
            run("winner", MUCH_BETTER, knob=1),
            run("fresh", FRESH, knob=1),
            run("bad-luck", dict.fromkeys(range(20, 30), 1.09), knob=1),
        )
        assert outcomes(found)[3] == "noise/replicate"
        assert state.incumbent == "winner"

    def test_only_the_row_that_completes_the_fresh_reference_asks(self) -> None:
        found = verdicts(
            BASELINE,
            run("lucky", MUCH_BETTER, knob=1),
            *(run(f"fresh-{n}", {n: 1.0650}, knob=1) for n in range(11, 15)),
        )
        assert outcomes(found)[2:] == ["noise/replicate"] * 3 + ["noise/not_confirmed"]

    def test_not_confirmed_has_the_fresh_gain_and_no_stats(self) -> None:
        verdict = last(*self.unconfirmed())
        assert (verdict.verdict_class, verdict.reason) == ("noise", "not_confirmed")
        assert verdict.stats is None
        assert verdict.delta == pytest.approx(
            mean(INCUMBENT) - mean(list(NOT_FRESH_ENOUGH.values())), abs=1e-12
        )
        assert (verdict.incumbent_before, verdict.incumbent_after) == ("lucky", "baseline")

    @pytest.mark.parametrize(
        ("gain", "reason"),
        [(0.001, "replicate"), (0.001 - 5e-10, "replicate"), (0.001 - 1e-7, "not_confirmed")],
    )
    def test_half_of_delta_min_is_enough(self, gain: float, reason: str) -> None:
        found = last(
            run("baseline", [1.0], knob="base"),
            run("lucky", [0.9, 0.9001], knob=1),
            run("fresh", dict.fromkeys(range(11, 15), 1.0 - gain), knob=1),
        )
        assert found.reason == reason

    def test_the_former_incumbent_is_back_with_its_scores_and_numbers(self) -> None:
        state, found = replay(
            *self.unconfirmed(),
            run("c", SAME, knob=4),
            run("a-2", {4: 1.0650}, knob=1),
            run("lucky-2", {21: 1.0650}, knob=2),
        )
        c, a_again, lucky_again = found[5:]
        assert stats_of(c).n_incumbent == 4
        assert "reference_selected" not in c.flags
        assert place(c) == (3, 1)
        assert place(a_again) == (1, 2)
        assert place(lucky_again) == (2, 2)
        assert stats_of(lucky_again).n_challenger == 8
        assert state.incumbent == "baseline"
        assert ordinal_of(state) == 1

    def test_the_failed_config_stays_in_that_window_as_unresolved(self) -> None:
        state, _ = replay(*self.unconfirmed())
        assert state.reign is not None
        entries = {entry.reason: entry for entry in state.reign.window.entries.values()}
        assert set(entries) == {"equivalent", "not_confirmed"}
        assert not entries["not_confirmed"].is_cleared

    def test_it_stays_as_the_change_it_was(self) -> None:
        lucky = run("lucky", MUCH_BETTER, knob=2, base="baseline")
        fresh = run("fresh", NOT_FRESH_ENOUGH, knob=2, base="lucky")
        state, found = replay(BASELINE, lucky, fresh)
        assert [verdict.attribution for verdict in found[1:]] == ["model", "none"]
        assert state.reign is not None
        assert [entry.change.side for entry in state.reign.window.entries.values()] == ["model"]

    def test_the_next_new_incumbent_takes_the_next_unused_ordinal(self) -> None:
        state, _ = replay(*self.unconfirmed(), run("winner", MUCH_BETTER, knob=5))
        assert state.incumbent == "winner"
        assert ordinal_of(state) == 3

    def test_a_title_won_from_an_unconfirmed_incumbent_can_fail_twice(self) -> None:
        state, found = replay(
            BASELINE,
            run("first", [1.0450, 1.0443, 1.0457], knob=1),
            run("second", [1.0250, 1.0243, 1.0257], knob=2),
            run("second-fresh", {n: 1.0450 + n / 10**5 for n in range(11, 15)}, knob=2),
            run("first-fresh", {n: 1.0650 + n / 10**5 for n in range(11, 15)}, knob=1),
        )
        assert outcomes(found)[3:] == ["noise/not_confirmed"] * 2
        assert [verdict.incumbent_after for verdict in found[3:]] == ["first", "baseline"]
        assert state.incumbent == "baseline"


class TestBlockers:
    """Blocked: open until a later valid scored row resolves it or has the same digest."""

    def test_a_system_failure_is_blocked_and_open(self) -> None:
        state, found = replay(BASELINE, failed("oom", knob=1))
        assert outcomes(found)[1] == "blocked/oom"
        assert (found[1].delta, found[1].stats, found[1].score) == (None, None, None)
        assert set(state.blockers) == {"oom"}

    @pytest.mark.parametrize(
        "kind",
        [
            "oom", "nonfinite_export", "crash", "timeout", "preempted", "missing_input",
            "no_score_receipt", "refused_projection", "quota", "other",
        ],
    )  # fmt: skip
    def test_every_kind_but_divergence_blocks(self, kind: str) -> None:
        assert outcomes(verdicts(failed("run", kind)))[0] == f"blocked/{kind}"

    def test_resolving_by_name_settles_it(self) -> None:
        state, _ = replay(
            BASELINE,
            failed("oom", knob=1),
            failed("crash", "crash", knob=2),
            run("fixed", SAME, knob=3, resolves=["oom"]),
        )
        assert set(state.blockers) == {"crash"}

    def test_scoring_the_same_config_settles_it(self) -> None:
        state, _ = replay(BASELINE, failed("oom", knob=1), run("fixed", SAME, knob=1))
        assert state.blockers == {}

    def test_a_replicate_of_the_incumbent_settles_too(self) -> None:
        state, _ = replay(
            BASELINE, failed("oom", knob=1), run("again", {9: 1.065}, knob="base", resolves=["oom"])
        )
        assert state.blockers == {}

    def test_the_first_row_of_the_lane_settles_too(self) -> None:
        state, _ = replay(failed("oom", knob="base"), BASELINE)
        assert state.blockers == {}

    def test_neither_an_invalid_row_nor_a_failed_one_settles(self) -> None:
        state, _ = replay(
            BASELINE,
            failed("oom", knob=1),
            run("invalid", SAME, knob=1, seeds_run=0, resolves=["oom"]),
            failed("nan", "diverged", knob=1, resolves=["oom"]),
            failed("again", "crash", knob=1, resolves=["oom"]),
        )
        assert set(state.blockers) == {"oom", "again"}

    def test_a_score_before_the_failure_does_not_settle_it(self) -> None:
        state, _ = replay(BASELINE, run("scored", SAME, knob=1), failed("oom", knob=1))
        assert set(state.blockers) == {"oom"}

    def test_a_failed_run_outside_the_contract_is_invalid_and_no_blocker(self) -> None:
        rules = lane(contract={"hardware": [{"device_matches": "H100", "count": 1}]})
        state, found = replay(failed("oom"), rules=rules)
        assert outcomes(found) == ["invalid/wrong_hardware"]
        assert state.blockers == {}

    def test_blockers_of_an_unknown_revision_are_settled_only_by_name(self) -> None:
        unknown = {"revision": None, "changed_paths": None}
        state, _ = replay(
            BASELINE, failed("oom", knob=1, source=unknown), run("b", SAME, knob=1, source=unknown)
        )
        assert set(state.blockers) == {"oom"}


class TestDiverged:
    """regression/diverged enters the stop window as cleared and takes no number."""

    def test_it_enters_the_window_as_cleared(self) -> None:
        state, found = replay(BASELINE, failed("nan", "diverged", knob=1))
        assert outcomes(found)[1] == "regression/diverged"
        assert (found[1].delta, found[1].stats) == (None, None)
        assert state.reign is not None
        assert [entry.is_cleared for entry in state.reign.window.entries.values()] == [True]
        assert state.reign.tickets == {}
        assert state.blockers == {}

    def test_a_config_stands_in_the_window_once(self) -> None:
        state, _ = replay(
            BASELINE,
            failed("nan-1", "diverged", knob=1),
            failed("nan-2", "diverged", knob=1),
            run("scored", SAME, knob=1),
        )
        assert state.reign is not None
        assert [entry.reason for entry in state.reign.window.entries.values()] == ["equivalent"]

    def test_the_incumbent_is_not_in_its_own_window(self) -> None:
        state, _ = replay(BASELINE, failed("nan", "diverged", knob="base"))
        assert state.reign is not None
        assert len(state.reign.window) == 0
        assert state.incumbent == "baseline"


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


class TestReceiptReused:
    """receipt_reused: a receipt's digest already proves another row."""

    def test_the_second_row_is_invalid(self) -> None:
        shown = evidence({"val_bpb": 1.0650})
        found = verdicts(
            land(run("first", [1.0650], knob=1), shown),
            land(run("second", [1.0650], knob=2), shown),
        )
        assert outcomes(found)[1] == "invalid/receipt_reused"

    def test_a_receipt_listed_twice_in_one_row_is_not_reused(self) -> None:
        shown = evidence({"val_bpb": 1.0650})
        verdict = last(land(run("first", [1.0650], knob=1), shown, shown))
        assert verdict.reason == "baseline"


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


class TestChangedDecision:
    """A changed decision: the incumbent stays, k and the stop window start anew."""

    def test_numbers_start_anew(self) -> None:
        stricter = lane(decision={**DECISION, "delta_min": 0.004})
        state, found = replay(
            BASELINE,
            run("a", SAME, knob=1),
            run("b", SAME, knob=2),
            stricter,
            run("a-2", {4: 1.0650}, knob=1),
        )
        assert found[:3] == verdicts(BASELINE, run("a", SAME, knob=1), run("b", SAME, knob=2))
        assert place(found[3]) == (1, 1)
        assert found[3].incumbent_before == "baseline"
        assert state.reign is not None
        assert len(state.reign.window) == 1

    def test_the_new_numbers_judge_later_rows_only(self) -> None:
        gain = run("a", [1.0600, 1.0595, 1.0605], knob=1)
        assert last(BASELINE, gain).verdict_class == "improvement"
        found = verdicts(BASELINE, lane(decision={"delta_min": 0.008}), gain)
        assert outcomes(found)[1] == "noise/below_delta"

    def test_a_changed_contract_starts_nothing_anew(self) -> None:
        found = verdicts(
            BASELINE,
            run("a", SAME, knob=1),
            lane(contract={"train_seconds_max": 700}, title="Another title"),
            run("b", SAME, knob=2),
        )
        assert place(found[2]) == (2, 1)

    def test_a_changed_contract_judges_later_rows_only(self) -> None:
        pinned = lane(contract={"evaluation_modes": ["sliding_window:64"]})
        found = verdicts(BASELINE, pinned, run("a", SAME, knob=1))
        assert outcomes(found) == ["improvement/baseline", "invalid/evaluation_mode"]

    def test_a_changed_stop_block_starts_a_new_window_only(self) -> None:
        state, found = replay(
            BASELINE, run("a", SAME, knob=1), lane(stop={"p_star": 0.1}), run("b", SAME, knob=2)
        )
        assert place(found[2]) == (2, 1)
        assert state.reign is not None
        assert len(state.reign.window) == 1

    def test_a_reinstated_incumbent_starts_anew_as_well(self) -> None:
        found = verdicts(
            BASELINE,
            run("a", SAME, knob=1),
            run("lucky", MUCH_BETTER, knob=2),
            lane(decision={**DECISION, "delta_min": 0.003}),
            run("fresh", NOT_FRESH_ENOUGH, knob=2),
            run("b", SAME, knob=3),
        )
        assert outcomes(found)[3] == "noise/not_confirmed"
        assert place(found[4]) == (1, 1)


class TestRetraction:
    """A retraction re-judges later rows."""

    def test_a_retracted_row_is_invalid_and_the_next_takes_its_place(self) -> None:
        rows = (BASELINE, run("winner", MUCH_BETTER, knob=1), run("next", MUCH_BETTER, knob=2))
        found = verdicts(*rows, retracted=["winner"])
        assert outcomes(found) == [
            "improvement/baseline",
            "invalid/retracted",
            "improvement/strict",
        ]

    def test_a_retracted_failure_blocks_nothing(self) -> None:
        state, found = replay(BASELINE, failed("oom"), retracted=["oom"])
        assert outcomes(found)[1] == "invalid/retracted"
        assert state.blockers == {}


class TestStats:
    """stats is null for invalid, blocked, diverged, baseline, replicate and not_confirmed."""

    def test_the_others_have_them(self) -> None:
        found = verdicts(BASELINE, run("a", MUCH_WORSE, knob=1), run("b", SAME, knob=2))
        assert outcomes(found)[1:] == ["regression/worse", "noise/equivalent"]
        assert all(verdict.stats is not None for verdict in found[1:])

    def test_seeds_needed_goes_with_underpowered_only(self) -> None:
        found = verdicts(BASELINE, run("a", [1.0635], knob=1), run("b", SAME, knob=2))
        assert outcomes(found)[1] == "noise/underpowered"
        assert stats_of(found[1]).seeds_needed is not None
        assert stats_of(found[2]).seeds_needed is None


class TestFlags:
    """unverified and attribution_conflict are flags and change no verdict."""

    def test_a_missing_optional_fact_is_unverified(self) -> None:
        rules = lane(contract={"train_seconds_max": 600})
        assert last(BASELINE, rules=rules).reason == "baseline"
        assert "unverified" in last(BASELINE, rules=rules).flags

    def test_with_every_fact_there_nothing_is(self) -> None:
        facts = {"train_seconds": 599.0, "val_loss": 2.0, "evaluated_tokens": 100}
        consistent = 2.0 * 100 / (271 * math.log(2))
        whole = run("whole", [consistent], extra={**facts, "evaluated_bytes": 271})
        verdict = last(whole, rules=lane(contract={"train_seconds_max": 600}))
        assert (verdict.reason, verdict.flags) == ("baseline", ())

    def test_a_declared_kind_that_disagrees_is_flagged(self) -> None:
        change = {"kind": "system", "summary": "faster"}
        verdict = last(BASELINE, run("a", SAME, knob=1, base="baseline", change=change))
        assert verdict.attribution == "model"
        assert "attribution_conflict" in verdict.flags

    def test_a_base_that_is_not_in_the_lane_is_unknown(self) -> None:
        assert last(BASELINE, run("a", SAME, knob=1, base="elsewhere")).attribution == "unknown"

    def test_an_invalid_row_can_be_a_base(self) -> None:
        found = last(
            BASELINE,
            run("invalid", SAME, knob=1, seeds_run=0),
            run("a", SAME, knob=2, base="invalid"),
        )
        assert found.attribution == "model"

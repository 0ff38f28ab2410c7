"""How a title is won, defended, confirmed and lost."""

import pytest

from homegolf_git.core.judge.scores import mean
from homegolf_git.core.judge.state import LaneState
from tests.build import Document, run
from tests.core.build import (
    BASELINE,
    INCUMBENT,
    MUCH_BETTER,
    SAME,
    lane,
    last,
    outcomes,
    place,
    replay,
    stats_of,
    verdicts,
)

FRESH = {11: 1.0450, 12: 1.0455, 13: 1.0445, 14: 1.0450}
NOT_FRESH_ENOUGH = {11: 1.0650, 12: 1.0645, 13: 1.0655, 14: 1.0650}
DECISION = {"delta_min": 0.002, "sigma0": 0.0007}


def ordinal_of(state: LaneState) -> int:
    assert state.reign is not None
    return state.reign.ordinal


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

"""One sentence a verdict, with figures that a person can check."""

import re

import pytest

from homegolf_git.core.judge.sentences import breach
from homegolf_git.core.judge.validity import INVALID_REASONS
from tests.build import Document, failed, run
from tests.core.build import INCUMBENT, evidence, land, lane, last
from tests.core.judge.test_validity import BREACHES, STRICT, Breach, honest

BASELINE = run("baseline", INCUMBENT, knob="base")
REPLICATES = [run(f"pool-{n}", [1.0650, 1.0643, 1.0657], knob=n) for n in range(100, 110)]


def said(*documents: Document) -> str:
    return last(BASELINE, *REPLICATES, *documents).sentence


class TestCompared:
    """Such as: 3 seeds average 0.0028 better than the incumbent's 4, 5.2 standard errors."""

    def test_the_figures_are_those_of_the_verdict(self) -> None:
        verdict = last(BASELINE, *REPLICATES, run("a", [1.0618, 1.0626, 1.0622], knob=1))
        assert verdict.stats is not None
        for figure in (
            "3 seeds average 0.0028 better than the incumbent's 4",
            f"{verdict.stats.t:.1f} standard errors",
            f"{verdict.stats.t_needed:.1f} were needed as the 11th challenger",
        ):
            assert figure in verdict.sentence

    @pytest.mark.parametrize(
        ("scores", "words"),
        [
            ([1.0450, 1.0442], ["2 seeds average", "0.0204 better", "more than 0.0020"]),
            ([1.0618, 1.0626, 1.0622], ["0.0028 better", "at least 0.0020"]),
            ([1.0632, 1.0633, 1.0631, 1.0632, 1.0634, 1.0630], ["0.0018 better", "bundle"]),
            ([1.0650, 1.0643, 1.0657], ["level with", "ruled out"]),
            ([1.0850, 1.0843], ["worse than"]),
            ([1.0628], ["1 seed is", "0.0022 better", "seeds in total would decide"]),
        ],
    )
    def test_each_reason_says_what_it_means(self, scores: list[float], words: list[str]) -> None:
        text = said(run("a", scores, knob=1))
        assert [word for word in words if word not in text] == []

    def test_the_incumbent_s_count_is_that_of_the_scores_that_were_used(self) -> None:
        """Three seeds won the title; the three behind them defend it."""
        won = run("won", {1: 1.0401, 2: 1.0399, 3: 1.0400}, knob="won")
        fresh = run("fresh", {11: 1.0402, 12: 1.0400, 13: 1.0401}, knob="won")
        rules = lane(decision={"fresh_seeds": 3})
        better = run("a", [1.0200, 1.0201], knob=1)
        rows = (BASELINE, *REPLICATES, won)
        assert "better than the incumbent's 3, " in last(*rows, better, rules=rules).sentence
        text = last(*rows, fresh, better, rules=rules).sentence
        assert "better than the incumbent's 3 fresh seeds, " in text

    def test_what_was_needed_is_not_said_where_another_test_decided(self) -> None:
        for scores in ([1.0850, 1.0843], [1.0650, 1.0643, 1.0657]):
            assert "needed" not in said(run("a", scores, knob=1))

    def test_planned_seeds_that_are_missing_are_named(self) -> None:
        assert "planned seeds are missing" in said(run("a", [1.04], knob=1, seeds_planned=3))

    def test_a_further_look_is_told(self) -> None:
        assert "look 2" in said(run("a-1", {1: 1.0650}, knob=1), run("a-2", {2: 1.0651}, knob=1))

    def test_picked_seeds_are_told(self) -> None:
        assert "picked" in said(run("a", [1.0618, 1.0626, 1.0622], knob=1, seeds_run=7))

    def test_an_undecidable_comparison_says_raise_delta_min(self) -> None:
        rules = lane(decision={"delta_min": 0.0001, "sigma0": 0.01})
        verdict = last(run("base", [1.0], knob=0), run("a", [1.001], knob=1), rules=rules)
        assert "raise delta_min" in verdict.sentence

    def test_decimals_are_the_lanes(self) -> None:
        rules = lane(metric={"decimals": 2})
        verdict = last(run("base", [1.0], knob=0), run("a", [0.9], knob=1), rules=rules)
        assert " 0.10 better" in verdict.sentence

    def test_better_is_better_where_more_is_better(self) -> None:
        rules = lane(metric={"name": "accuracy", "direction": "maximize"})
        verdict = last(
            run("base", [0.50], knob=0, metric="accuracy"),
            run("a", [0.60], knob=1, metric="accuracy"),
            rules=rules,
        )
        assert "0.1000 better" in verdict.sentence


class TestWithoutNumbers:
    """Baseline, replicate, blocked, diverged, not confirmed."""

    def test_baseline(self) -> None:
        assert "no gain" in last(BASELINE).sentence

    def test_replicate(self) -> None:
        assert "incumbent" in said(run("again", {9: 1.065}, knob="base"))

    def test_blocked_names_kind_and_stage(self) -> None:
        text = said(failed("a", "oom", knob=1, stage="export"))
        assert "oom" in text
        assert "export" in text

    def test_diverged(self) -> None:
        assert "diverged" in said(failed("a", "diverged", knob=1))

    def test_not_confirmed_names_the_fresh_gain_and_who_is_back(self) -> None:
        text = said(
            run("lucky", [1.0450, 1.0443, 1.0457], knob=1),
            run("fresh", {n: 1.0648 + n / 10**6 for n in range(11, 15)}, knob=1),
        )
        assert "baseline" in text
        assert "0.0002 better" in text


class TestInvalid:
    """Every reason that applies is told, with its figures where it has some."""

    @pytest.mark.parametrize("case", BREACHES, ids=lambda case: case.reason)
    def test_every_breach_can_be_told(self, case: Breach) -> None:
        verdict = last(case.document, rules=lane(**STRICT))
        assert verdict.verdict_class == "invalid"
        assert verdict.sentence.startswith("Cannot count")
        assert re.search(r"[a-z]", verdict.sentence)

    def test_the_figures_of_caps(self) -> None:
        rules = lane(contract={"train_seconds_max": 600, "evaluated_tokens": 62_021_632})
        late = last(run("a", [1.0], extra={"train_seconds": 1348.9}), rules=rules).sentence
        assert "1,348.9" in late
        assert "600" in late
        partial = last(run("b", [1.0], extra={"evaluated_tokens": 5_000}), rules=rules).sentence
        assert "5,000" in partial
        assert "62,021,632" in partial

    def test_the_figures_of_an_evaluation(self) -> None:
        rules = lane(contract={"train_seconds_max": 600, "eval_seconds_max": 300})
        times = {"train_seconds": 599.0, "eval_seconds": 1_301.0}
        late = last(run("a", [1.0], extra=times), rules=rules).sentence
        assert late == (
            "Cannot count: its evaluation took longer than the cap (1,301.0 s of 300 s)."
        )
        alone = lane(contract={"eval_seconds_max": 300})
        assert last(run("a", [1.0], extra=times), rules=alone).sentence == late
        both = last(run("a", [1.0], extra={**times, "train_seconds": 601.0}), rules=rules).sentence
        assert "it trained longer than the cap (601.0 s of 600 s)" in both

    @pytest.mark.parametrize("tokens", [None, 62_021_632])
    def test_the_figures_of_bytes_where_the_tokens_are_right(self, tokens: int | None) -> None:
        pinned = {"evaluated_bytes": 151_080_363, "evaluated_tokens": tokens}
        numbers = {"evaluated_tokens": 62_021_632, "evaluated_bytes": 7_000}
        found = last(run("a", [1.0], extra=numbers), rules=lane(contract=pinned))
        assert found.sentence.endswith("(7,000 of 151,080,363 bytes).")

    def test_figures_that_only_a_receipt_states(self) -> None:
        limits = {"train_seconds_max": 600, "evaluated_tokens": 62_021_632}
        shown = evidence({"train_seconds": 700.0, "evaluated_tokens": 5_000}, seed=1)
        found = last(land(run("a", [1.0]), shown), rules=lane(contract=limits))
        assert "5,000 of 62,021,632 tokens" in found.sentence
        assert "700.0 s of 600 s" in found.sentence

    def test_the_largest_size_is_told_wherever_it_is_stated(self) -> None:
        model = {"role": "model", "sha256": "ab" * 32, "bytes": 17_000_000}
        document = run("a", [1.0], extra={"artifact_bytes": 16}, artifacts=[model])
        found = last(document, rules=lane(contract={"artifact_bytes_max": 16_000_000}))
        assert "(17,000,000 of 16,000,000 bytes)" in found.sentence

    @pytest.mark.parametrize("reason", ["partial_validation", "over_bytes"])
    def test_a_breach_is_told_without_a_figure_that_nobody_states(self, reason: str) -> None:
        text = breach(reason, land(run("a")), lane(**STRICT))
        assert text
        assert "(" not in text

    def test_a_fact_missing_in_one_result_is_no_figure(self) -> None:
        document = honest({1: 1.0, 2: 1.0})
        del document["results"][0]["train_seconds"]
        del document["results"][0]["evaluated_tokens"]
        document["results"][1] |= {"train_seconds": 700.0, "evaluated_tokens": 5}
        text = last(document, rules=lane(**STRICT)).sentence
        assert "(0 of" not in text

    def test_all_reasons_can_be_told_at_once(self) -> None:
        verdict = last(
            honest({1: -1.0}, hardware=[], artifacts=[], seeds_run=0), rules=lane(**STRICT)
        )
        assert len(verdict.reasons) > 4
        assert set(verdict.reasons) <= set(INVALID_REASONS)
        assert verdict.sentence.count(";") == len(verdict.reasons) - 1

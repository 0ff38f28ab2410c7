"""Blockers, grouped and settled; and what other rules would have said."""

from typing import Any

import pytest

from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.search.backtest import Backtest, backtest
from homegolf_git.core.search.blockers import Blockers, blockers
from homegolf_git.core.views.backtest import backtest_json
from homegolf_git.core.views.blockers import blockers_json
from tests.build import Document, failed, run
from tests.core.build import BASELINE, MUCH_BETTER, SAME, lane, replay
from tests.core.ledgers import cleared, landed_lane, near, tried


def found_in(*events: Document) -> Blockers:
    return blockers(*replay(*events))


class TestBlockers:
    """Open ones grouped by failure kind and stage; the row that settled each closed one."""

    def test_groups(self) -> None:
        found = found_in(
            BASELINE,
            failed("a", "oom", knob="a", stage="train", finished_at="2026-03-03T00:00:00Z"),
            failed("b", "quota", knob="b", stage="setup"),
            failed("c", "oom", knob="c", stage="train", finished_at="2026-03-01T00:00:00Z"),
            failed("d", "oom", knob="d", stage="export"),
        )
        groups = {(g.failure, g.stage): g for g in found.open_groups}
        assert set(groups) == {("oom", "train"), ("quota", "setup"), ("oom", "export")}
        first = found.open_groups[0]
        assert (first.failure, first.stage, set(first.runs)) == ("oom", "train", {"a", "c"})
        assert (first.first_seen, first.last_seen) == (
            "2026-03-01T00:00:00Z",
            "2026-03-03T00:00:00Z",
        )
        assert found.settled == []

    def test_fractions_of_a_second(self) -> None:
        found = found_in(
            failed("a", knob="a", finished_at="2026-03-01T10:00:00.5Z"),
            failed("b", knob="b", finished_at="2026-03-01T10:00:00Z"),
        ).open_groups[0]
        assert (found.first_seen, found.last_seen) == (
            "2026-03-01T10:00:00Z",
            "2026-03-01T10:00:00.5Z",
        )

    @pytest.mark.parametrize(
        "by",
        [run("by", SAME, knob="else", resolves=["oom"]), run("by", SAME, knob="oom")],
        ids=["resolves", "the same digest"],
    )
    def test_settled(self, by: Document) -> None:
        found = found_in(BASELINE, failed("oom", knob="oom"), failed("other", knob="other"), by)
        assert [(item.run_id, item.settled_by) for item in found.settled] == [("oom", "by")]
        assert (found.settled[0].failure, found.settled[0].stage) == ("oom", "train")
        assert [g.runs for g in found.open_groups] == [("other",)]

    @pytest.mark.parametrize(
        "by",
        [
            run("by", SAME, knob="else", resolves=["oom"], seeds_run=0),
            failed("by", knob="oom"),
            failed("by", "diverged", knob="oom"),
            run("by", SAME, knob="oom", source={"revision": None}),
        ],
        ids=["invalid", "blocked again", "diverged", "another digest"],
    )
    def test_not_settled(self, by: Document) -> None:
        found = found_in(BASELINE, failed("oom", knob="oom"), by)
        assert found.settled == []
        assert "oom" in {run_id for g in found.open_groups for run_id in g.runs}

    def test_neither_diverged_nor_invalid_ones_are_blockers(self) -> None:
        found = found_in(failed("nan", "diverged"), run("bad", seeds_run=0))
        assert (found.open_groups, found.settled) == ([], [])

    def test_a_retracted_blocker_is_none(self) -> None:
        found = blockers(*replay(failed("oom"), retracted=["oom"]))
        assert (found.open_groups, found.settled) == ([], [])

    def test_what_they_cost_the_stop_condition(self) -> None:
        found = found_in(BASELINE, *cleared(10, 10), failed("oom", knob="oom"))
        assert found.p_upper > 0.2 >= found.p_upper_without
        document = blockers_json(found)
        assert document["open"][0]["runs"] == ["oom"]
        assert document["p_upper"] == near(found.p_upper)
        assert document["p_upper_without"] == near(found.p_upper_without)

    def test_settled_ones_in_json(self) -> None:
        document = blockers_json(found_in(failed("oom", knob="x"), run("by", SAME, knob="x")))
        assert document["settled"] == [
            {"run_id": "oom", "failure": "oom", "stage": "train", "settled_by": "by"}
        ]

    def test_no_row(self) -> None:
        assert blockers_json(found_in())["open"] == []


def rejudged(ledger: LaneLedger, **rules: Any) -> Backtest:  # noqa: ANN401 - JSON values
    return backtest(ledger, lane(**rules))


class TestBacktest:
    """Every row as it was judged, and as other rules would have judged it."""

    ROWS = (
        BASELINE,
        tried("small", [1.0632, 1.0631, 1.0633, 1.0632, 1.0631, 1.0633]),
        failed("oom", knob="oom"),
        tried("big", MUCH_BETTER),
        run("bad", SAME, knob="bad", seeds_run=0),
    )

    @pytest.mark.parametrize("rows", [ROWS, (), (BASELINE,), (failed("oom"),)])
    def test_the_same_rules_change_nothing(self, rows: tuple[Document, ...]) -> None:
        found = rejudged(landed_lane(*rows))
        assert found.changed == []
        assert len(found.pairs) == len(rows)
        assert found.incumbents(0) == found.incumbents(1)
        assert backtest_json(found)["changed"] == []

    def test_what_was_is_what_the_ledger_says(self) -> None:
        ledger = landed_lane(*self.ROWS, lane(decision={"delta_min": 0.003}), "small")
        found = rejudged(ledger)
        assert [was.verdict for was, _ in found.pairs] == list(judge_lane(ledger).verdicts)

    def test_a_smaller_delta_min(self) -> None:
        found = rejudged(landed_lane(*self.ROWS), decision={"delta_min": 0.001})
        changed = {
            str(was.verdict.run_id): (was.verdict, now.verdict) for was, now in found.changed
        }
        was, now = changed["small"]
        assert was.verdict_class == "noise"
        assert now.verdict_class == "improvement"
        assert found.incumbents(0) == ["baseline", "big"]
        assert found.incumbents(1) == ["baseline", "small", "big"]
        document = backtest_json(found)
        assert document["rows"] == 5
        assert document["incumbents"]["after"] == ["baseline", "small", "big"]
        small = next(item for item in document["changed"] if item["run_id"] == "small")
        assert (small["before"]["class"], small["after"]["class"]) == ("noise", "improvement")

    def test_stop_calls(self) -> None:
        ledger = landed_lane(BASELINE, *cleared(10, 10))
        found = rejudged(ledger, stop={"p_star": 0.3})
        assert found.stops(0) == ["model-8"]
        assert len(found.stops(1)) == 1
        assert found.stops(1) != found.stops(0)
        assert rejudged(ledger, stop={"p_star": 0.01}).stops(1) == []
        assert all(was.verdict == now.verdict for was, now in found.pairs)
        assert {was.verdict.run_id for was, _ in found.changed} >= set(found.stops(1))

    def test_a_second_call_behind_a_new_incumbent(self) -> None:
        ledger = landed_lane(BASELINE, *cleared(10, 10), tried("more", [1.0651, 1.0649]))
        assert rejudged(ledger).stops(0) == ["model-8"]

    def test_a_changed_lane_is_tested_by_one_set_of_rules(self) -> None:
        ledger = landed_lane(BASELINE, lane(decision={"delta_min": 0.1}), tried("big", MUCH_BETTER))
        found = rejudged(ledger)
        assert found.incumbents(0) == ["baseline"]
        assert found.incumbents(1) == ["baseline", "big"]

    def test_retracted_rows_stay_retracted(self) -> None:
        ledger = landed_lane(*self.ROWS, "big")
        found = rejudged(ledger, decision={"delta_min": 0.001})
        by_run = {str(now.verdict.run_id): now.verdict for _, now in found.pairs}
        assert by_run["big"].reason == "retracted"

    def test_a_lane_that_maximizes_instead(self) -> None:
        found = rejudged(
            landed_lane(*self.ROWS),
            metric={"name": "val_bpb", "unit": "", "direction": "maximize", "decimals": 4},
        )
        assert found.incumbents(1) == ["baseline"]

    def test_a_title_that_is_lost_again(self) -> None:
        rows = (
            BASELINE,
            tried("w", MUCH_BETTER),
            run("f", {i: 1.0650 + i / 1e5 for i in range(11, 15)}, config=tried("w")["config"]),
        )
        assert rejudged(landed_lane(*rows)).incumbents(0) == ["baseline", "w", "baseline"]
        found = rejudged(landed_lane(*rows), decision={"fresh_seeds": 0})
        assert found.incumbents(1) == ["baseline", "w"]

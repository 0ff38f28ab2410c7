"""What other rules would have said of the same rows."""

from typing import Any

import pytest

from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.search.backtest import Backtest, backtest
from homegolf_git.core.views.backtest import backtest_json
from tests.build import Document, failed, run
from tests.core.build import BASELINE, MUCH_BETTER, SAME, lane
from tests.core.ledgers import cleared, landed_lane, tried


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

    def test_what_cannot_be_judged_is_left_out(self) -> None:
        broken = lane(decision={"block": 0})
        ledger = landed_lane(
            BASELINE, broken, run("odd", metric="other"), tried("big", MUCH_BETTER)
        )
        found = rejudged(ledger)
        assert [was.verdict.run_id for was, _ in found.pairs] == ["baseline", "big"]
        assert found.changed == []

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

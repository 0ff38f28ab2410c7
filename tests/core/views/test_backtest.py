"""What other rules would have said, as JSON."""

import json

from homegolf_git.core.search.backtest import backtest
from homegolf_git.core.views.backtest import backtest_json
from tests.core.build import BASELINE, lane
from tests.core.ledgers import WINNER, cleared, landed_lane


def test_each_row_that_would_have_come_out_otherwise() -> None:
    ledger = landed_lane(BASELINE, WINNER)
    document = backtest_json(backtest(ledger, lane(decision={"delta_min": 0.1})))
    assert document["rows"] == 2
    [item] = document["changed"]
    assert item["run_id"] == "winner"
    assert item["before"] == {
        "class": "improvement", "reason": "strict", "delta": item["before"]["delta"],
        "incumbent_after": "winner", "plateau": "improving",
    }  # fmt: skip
    assert (item["after"]["class"], item["after"]["incumbent_after"]) == ("noise", "baseline")
    assert document["incumbents"] == {"before": ["baseline", "winner"], "after": ["baseline"]}
    json.dumps(document, allow_nan=False)


def test_where_a_plateau_was_called() -> None:
    ledger = landed_lane(BASELINE, *cleared(10, 10))
    document = backtest_json(backtest(ledger, lane(stop={"p_star": 0.01})))
    assert document["plateaus"] == {"before": ["model-8"], "after": []}

"""What other rules would have said: text and JSON."""

from homegolf_git.core.model.figures import gain
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.backtest import Backtest, Call


def backtest_json(found: Backtest) -> dict[str, Json]:
    """What other rules would have said."""
    return {
        "rows": len(found.pairs),
        "changed": [
            {"run_id": was.verdict.run_id, "before": _call_json(was), "after": _call_json(now)}
            for was, now in found.changed
        ],
        "incumbents": {"before": found.incumbents(0), "after": found.incumbents(1)},
        "plateaus": {"before": found.stops(0), "after": found.stops(1)},
    }


def _call_json(call: Call) -> dict[str, Json]:
    return {
        "class": call.verdict.verdict_class,
        "reason": call.verdict.reason,
        "delta": gain(call.verdict.delta),
        "incumbent_after": call.verdict.incumbent_after,
        "plateau": call.state,
    }

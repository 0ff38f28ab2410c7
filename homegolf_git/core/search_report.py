"""The search as JSON: stop condition, delta ledger, blockers, transfer, backtest."""

from homegolf_git.core.ablation import Ablation
from homegolf_git.core.backtest import Backtest, Call
from homegolf_git.core.blockers import Blockers
from homegolf_git.core.deltas import DeltaLedger, DeltaStep, Gain
from homegolf_git.core.model import Json
from homegolf_git.core.report import figure, gain
from homegolf_git.core.throughput import Throughput
from homegolf_git.core.transfer import Pair, Summary, Transfer


def _gain_json(found: Gain) -> dict[str, Json]:
    return {"gain": gain(found.gain), "se": figure(found.se)}


def deltas_json(ledger: DeltaLedger) -> dict[str, Json]:
    """The delta ledger."""
    shares = ledger.shares
    return {
        "steps": [_step_json(step) for step in ledger.steps],
        "totals": {side: _gain_json(found) for side, found in ledger.totals.items()},
        "total": _gain_json(ledger.total),
        "shares": None if shares is None else {side: figure(x) for side, x in shares.items()},
    }


def _step_json(step: DeltaStep) -> dict[str, Json]:
    return {
        "from": step.displaced,
        "to": step.winner,
        **_gain_json(step.gain),
        "attribution": step.side,
        "is_confirmed": step.is_confirmed,
        "gain_shrunk": gain(step.shrunk),
        "ablation": None if step.ablation is None else _ablation_json(step.ablation),
        "throughput": None if step.throughput is None else _throughput_json(step.throughput),
    }


def _ablation_json(found: Ablation) -> dict[str, Json]:
    return {
        "is_complete": found.is_complete,
        "values": {side: gain(value) for side, value in found.values.items()},
        "interaction": gain(found.interaction),
        "ranges": {side: [gain(low), gain(high)] for side, (low, high) in found.ranges.items()},
        "missing": ["+".join(sorted(cell)) for cell in found.missing],
    }


def _throughput_json(found: Throughput) -> dict[str, Json]:
    return {
        "basis": found.basis,
        "throughput": gain(found.throughput),
        "quality": gain(found.quality),
        "tokens_ratio": figure(found.tokens_ratio),
        "step_rate_ratio": figure(found.step_rate_ratio),
        "tokens_per_step_ratio": figure(found.tokens_per_step_ratio),
        "train_seconds_ratio": figure(found.train_seconds_ratio),
    }


def blockers_json(found: Blockers) -> dict[str, Json]:
    """A lane's blockers."""
    return {
        "open": [
            {
                "failure": group.failure,
                "stage": group.stage,
                "runs": list(group.runs),
                "first_seen": group.first_seen,
                "last_seen": group.last_seen,
            }
            for group in found.open_groups
        ],
        "settled": [
            {
                "run_id": item.run_id,
                "failure": item.failure,
                "stage": item.stage,
                "settled_by": item.settled_by,
            }
            for item in found.settled
        ],
        "p_upper": figure(found.p_upper),
        "p_upper_without": figure(found.p_upper_without),
    }


def transfer_json(found: Transfer) -> dict[str, Json]:
    """How local gains predicted upstream gains."""
    return {
        **_summary_json(found.summary),
        "pairs": [_pair_json(pair) for pair in found.pairs],
        "by_side": {side: _summary_json(summary) for side, summary in found.by_side.items()},
    }


def _pair_json(pair: Pair) -> dict[str, Json]:
    return {
        "run_id": pair.run_id,
        "upstream_run_id": pair.upstream_run_id,
        "attribution": pair.side,
        "x": gain(pair.x),
        "x_se": figure(pair.x_se),
        "is_fresh": pair.is_fresh,
        "y": gain(pair.y),
        "y_se": figure(pair.y_se),
    }


def _summary_json(found: Summary) -> dict[str, Json]:
    return {
        "state": found.state,
        "n": found.n,
        "agree": found.agree,
        "sign_lower": figure(found.sign_lower),
        "sign_upper": figure(found.sign_upper),
        "tau": figure(found.tau),
        "tau_p": figure(found.tau_p),
        "slope": figure(found.slope),
        "slope_se": figure(found.slope_se),
        "slope_lower": figure(found.slope_lower),
    }


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

"""Verdicts and findings as JSON documents; names are part of the contract."""

from collections.abc import Iterable, Mapping

from homegolf_git.core.ledger import Judged, LaneLedger
from homegolf_git.core.model import Finding, Json, Stats, Verdict
from homegolf_git.core.noise import mean

API = "homegolf/report/v1"
# Logarithms differ in their last digits between C libraries; what is written does not.
_STATS_DIGITS = 9
_SCORE_DIGITS = 12  # of a difference; a score keeps all


def document(command: str, **fields: Json) -> dict[str, Json]:
    """A document of the report API."""
    return {"api": API, "command": command, **fields}


def figure(value: float | None, digits: int = _STATS_DIGITS) -> float | None:
    """A number rounded to significant digits, so that every machine writes the same."""
    return None if value is None else float(f"{value:.{digits}g}")


def gain(value: float | None) -> float | None:
    """A difference of scores; the digits behind these are what subtraction left over."""
    return figure(value, _SCORE_DIGITS)


def finding_json(item: Finding) -> dict[str, Json]:
    """A finding."""
    return {
        "code": item.code,
        "severity": item.severity,
        "path": item.path,
        "line": item.line,
        "message": item.message,
        "fix": item.fix,
    }


def findings_json(found: Iterable[Finding]) -> list[Json]:
    """Findings in their order."""
    return [finding_json(item) for item in found]


def verdict_json(verdict: Verdict) -> dict[str, Json]:
    """A verdict row."""
    return {
        "run_id": verdict.run_id,
        "order": verdict.order,
        "finished_at": verdict.finished_at,
        "class": verdict.verdict_class,
        "reason": verdict.reason,
        "reasons": list(verdict.reasons),
        "flags": list(verdict.flags),
        "score": verdict.score,
        "seeds": verdict.n_results,
        "delta": gain(verdict.delta),
        "incumbent_before": verdict.incumbent_before,
        "incumbent_after": verdict.incumbent_after,
        "attribution": verdict.attribution,
        "stats": None if verdict.stats is None else _stats_json(verdict.stats),
        "sentence": verdict.sentence,
    }


def _stats_json(stats: Stats) -> dict[str, Json]:
    needed = stats.seeds_needed
    return {
        "D": gain(stats.gain),
        "se": figure(stats.se),
        "df": figure(stats.df),
        "t": figure(stats.t),
        "t_needed": figure(stats.t_needed),
        "p_better": figure(stats.p_better),
        "p_worse": figure(stats.p_worse),
        "alpha": figure(stats.alpha),
        "ucb95": figure(stats.ucb95),
        "lcb95": figure(stats.lcb95),
        "lcb_alpha": figure(stats.lcb_alpha),
        "mde": figure(stats.mde),
        "sigma": figure(stats.noise.sigma),
        "nu": figure(stats.noise.nu),
        "nu_obs": stats.noise.nu_obs,
        "basis": stats.noise.basis,
        "n_incumbent": stats.n_incumbent,
        "n_challenger": stats.n_challenger,
        "k": stats.k,
        "look": stats.look,
        "seeds_needed": None
        if needed is None
        else {"challenger": needed.challenger, "incumbent": needed.incumbent},
    }


def lane_json(lane: LaneLedger, judged: Judged) -> dict[str, Json]:
    """A lane with all its verdicts."""
    return {
        "incumbent": judged.state.incumbent,
        "lane_sha256": lane.current.sha256,
        "rows": [verdict_json(verdict) for verdict in judged.verdicts],
    }


def counts(tally: Mapping[str, int]) -> dict[str, int]:
    """How many rows each class has; every class is named. `tally` counts class/reason."""
    found = dict.fromkeys(("improvement", "noise", "regression", "blocked", "invalid"), 0)
    for name, rows in tally.items():
        found[name.partition("/")[0]] += rows
    return found


def reason_counts(tally: Mapping[str, int]) -> Mapping[str, int]:
    """How many rows each class and reason has, the commonest first."""
    return dict(sorted(tally.items(), key=lambda item: (-item[1], item[0])))


def incumbent_json(judged: Judged) -> Json:
    """Who holds the title, on how many seeds, and whether it is confirmed."""
    reign = judged.state.reign
    if reign is None:
        return None
    scores = list(reign.config.scores.values())
    return {
        "run_id": reign.run_id,
        "ordinal": reign.ordinal,
        "score": mean(scores),
        "seeds": len(scores),
        "fresh_seeds": len(reign.fresh()),
        "is_confirmed": judged.state.is_confirmed,
    }

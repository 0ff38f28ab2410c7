"""The stop condition as JSON; names are part of the contract."""

from homegolf_git.core.advice import StopCall
from homegolf_git.core.model import Json
from homegolf_git.core.report import figure


def plateau_json(call: StopCall) -> dict[str, Json]:
    """The stop condition."""
    found, seen = call.plateau, call.prospects
    return {
        "state": found.state,
        "reasons": list(found.reasons),
        "p_upper": figure(found.p_upper),
        "p_star": found.p_star,
        "n": found.n,
        "unresolved": found.unresolved,
        "unresolved_runs": list(found.unresolved_runs),
        "open_blockers": list(found.open_blockers),
        "cleared": dict(found.cleared),
        "p_upper_by_side": {side: figure(p) for side, p in found.p_upper_by_side.items()},
        "p_upper_without_blockers": figure(found.p_upper_without_blockers),
        "needed": found.needed,
        "novelty": figure(seen.novelty),
        "expected_gain_at_most": figure(seen.expected_gain_at_most),
        "device_hours_each": figure(seen.device_hours_each),
        "is_uneconomic": seen.is_uneconomic,
        "sentence": call.sentence,
    }

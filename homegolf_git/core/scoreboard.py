"""A lane's machine-readable scoreboard."""

from collections.abc import Mapping, Sequence

from homegolf_git.core.advice import stop_call
from homegolf_git.core.board import LATEST
from homegolf_git.core.deltas import delta_ledger
from homegolf_git.core.ledger import IncumbentChange, Judged, LaneLedger
from homegolf_git.core.model import Json
from homegolf_git.core.naming import LaneId
from homegolf_git.core.report import counts, figure, gain, incumbent_json, verdict_json
from homegolf_git.core.search_report import deltas_json
from homegolf_git.core.stop_report import plateau_json

SCOREBOARD_SCHEMA = "homegolf/scoreboard/v1"


def scoreboard_json(
    name: LaneId, lane: LaneLedger, judged: Judged, changes: Sequence[IncumbentChange]
) -> Mapping[str, Json]:
    """The state of a lane and its latest rows (homegolf/scoreboard/v1)."""
    rules, state = lane.current.lane, judged.state
    return {
        "schema": SCOREBOARD_SCHEMA,
        "lane": name,
        "title": rules.title,
        "metric": {
            "name": rules.metric.name,
            "unit": rules.metric.unit,
            "direction": rules.metric.direction,
            "decimals": rules.metric.decimals,
        },
        "lane_sha256": lane.current.sha256,
        "incumbent": incumbent_json(judged),
        "noise": {
            "sigma": figure(state.noise.sigma),
            "nu": figure(state.noise.nu),
            "nu_obs": state.noise.nu_obs,
            "basis": state.noise.basis,
        },
        "counts": counts(judged.state.tally),
        "open_blockers": list(state.blockers),
        "incumbents": [
            {
                "number": change.number,
                "run_id": change.run_id,
                "cause": change.cause,
                "cause_run_id": change.cause_run_id,
                "delta": gain(change.verdict.delta),
                "attribution": change.verdict.attribution,
            }
            for change in changes
        ],
        "plateau": plateau_json(stop_call(state)),
        "deltas": deltas_json(delta_ledger(state)),
        "rows_total": len(judged.verdicts),
        "rows": [verdict_json(verdict) for verdict in judged.verdicts[-LATEST:]],
    }

"""Lanes of edition 1 from their fixture, and what is said of them, as plain data."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.search.deltas import delta_ledger
from homegolf_git.core.search.plateau import plateau
from homegolf_git.core.views.verdicts import verdict_json
from tests.build import failed, lane_document, merged, run
from tests.core.build import lane
from tests.core.ledgers import landed_lane

FIXTURE = Path(__file__).parents[2] / "fixtures" / "edition-1.json"


def said_of(rules: Mapping[str, Any], events: list[list[Any]]) -> dict[str, Any]:
    """Verdicts, stop condition and delta ledger of a lane."""
    parts = dict(rules)
    built: list[Any] = []
    for kind, *arguments in events:
        if kind == "rules":
            parts = merged(merged(lane_document(), parts), arguments[0])
            built.append(lane(**parts))
        elif kind == "retract":
            built.append(arguments[0])
        elif kind == "failed":
            name, failure, config = arguments
            built.append(failed(name, failure, config=config))
        else:
            name, scores, config, fields = arguments
            by_seed = {int(seed): score for seed, score in scores.items()}
            built.append(run(name, by_seed, config=config, **fields))
    judged = judge_lane(landed_lane(*built, rules=lane(**rules)))
    stop, deltas = plateau(judged.state), delta_ledger(judged.state)
    return {
        "verdicts": [verdict_json(verdict) for verdict in judged.verdicts],
        "stop": [
            stop.state,
            list(stop.reasons),
            stop.p_upper,
            stop.n,
            stop.unresolved,
            stop.needed,
        ],
        "deltas": [deltas.total.gain, deltas.total.se],
    }

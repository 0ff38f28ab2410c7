"""Ledgers of a search in few words: challengers that are known to be cleared, or known not to be."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.core.judge.ledger import LandedRetraction, LandedRules, LaneLedger
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import Oid, RunId
from homegolf_git.core.model.row import LandedRow, Retraction
from tests.build import SHA, Document, run
from tests.core.build import MUCH_BETTER, SAME, land, lane

VECTORS: dict[str, dict[str, Any]] = {
    vector["name"].split()[0]: vector
    for vector in json.loads(
        (Path(__file__).parents[1] / "fixtures" / "search-vectors.json").read_text("utf-8")
    )
}
SIGMA = 0.0007
OPEN = (1.0635,)  # one seed, 0.0015 better: neither proven nor ruled out
LEAD = (1.0626,)  # one seed, 0.0024 better: not proven, and a lead


def near(value: float) -> Any:  # noqa: ANN401 - pytest.approx has no public type
    return pytest.approx(value, rel=1e-5, abs=1e-12)


def around(mean: float, step: float = SIGMA) -> tuple[float, float, float]:
    """Three scores whose mean is `mean` and whose standard deviation is `step`."""
    return mean - step, mean, mean + step


def tried(
    name: str,
    scores: Sequence[float] | Mapping[int, float] = SAME,
    *,
    side: str = "model",
    base: str | None = "baseline",
    **fields: Any,  # noqa: ANN401 - JSON values
) -> Document:
    """A challenger with a config of its own that differs from the baseline's on one side."""
    return run(name, scores, base=base, config={"knob": "base", side: {name: 1}}, **fields)


WINNER = tried("winner", MUCH_BETTER)
BEST = tried("best", around(1.02), base="winner")
BAD_FRESH = run("bad", {i: 1.065 + i / 1e5 for i in range(11, 15)}, config=WINNER["config"])


def cleared(system: int, model: int, scores: Sequence[float] = SAME) -> list[Document]:
    """Challengers whose gain is ruled out."""
    counts = {"system": system, "model": model}
    return [
        tried(f"{side}-{i}", scores, side=side)
        for side, count in counts.items()
        for i in range(count)
    ]


def landed_lane(
    *events: Document | LandedRow | Lane | str, rules: Lane | None = None, start: int = 0
) -> LaneLedger:
    """A lane as it landed, one commit an event; a string retracts that run."""
    first = LandedRules(rules or lane(), SHA, start)
    ledger = LaneLedger(rules=[first])
    for position, event in enumerate(events, start=start + 1):
        if isinstance(event, Lane):
            ledger.rules.append(LandedRules(event, f"{position:064x}", position))
        elif isinstance(event, str):
            retraction = Retraction(RunId(event), "a mistake", "an issue", "me")
            ledger.retractions.append(
                LandedRetraction(retraction, Oid(f"{position:040x}"), position)
            )
        elif isinstance(event, LandedRow):
            ledger.land(event)
        else:
            ledger.land(land(event, position=position))
    return ledger


def strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - a JSON value
    """Every string within a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)

"""Ledgers for what looks through a lane or two: titles, runs that differ in known parts, and pairs."""

from collections.abc import Sequence
from typing import Any

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.search.advice import plateau_sentence
from homegolf_git.core.search.deltas import DeltaLedger, delta_ledger
from homegolf_git.core.search.plateau import Plateau, plateau
from homegolf_git.core.search.transfer import Transfer, transfer
from tests.build import Document, failed, run
from tests.core.build import INCUMBENT, MUCH_BETTER, lane, replay
from tests.core.ledgers import VECTORS


def after(*events: Document | Lane, rules: Lane | None = None) -> Plateau:
    return plateau(replay(*events, rules=rules)[0])


def said(*events: Document | Lane, rules: Lane | None = None) -> str:
    state = replay(*events, rules=rules)[0]
    return plateau_sentence(plateau(state), state)


def blocked(name: str, **fields: Any) -> Document:  # noqa: ANN401 - JSON values
    return failed(name, knob=name, **fields)


def state_of(*rows: Document, **rules: Any) -> LaneState:  # noqa: ANN401 - JSON values
    return replay(*rows, rules=lane(**rules))[0]


def climb(**fields: Any) -> list[Document]:  # noqa: ANN401 - JSON values
    """Four incumbents, each re-measured, each 0.012 better than the one before."""
    rows = []
    for i in range(4):
        score = 1.065 - 0.012 * i
        config = {"knob": i}
        scores = [score, score + 0.0003, score - 0.0003]
        fresh = {11 + j: score + 0.0001 * (j - 1.5) for j in range(4)}
        base = f"step-{i - 1}" if i else None
        rows.append(run(f"step-{i}", scores, config=config, base=base, **fields))
        rows.append(run(f"fresh-{i}", fresh, config=config, base=base, **fields))
    return rows


RULES = {
    "attribution": {
        "config": {"system": ["system.*"], "model": ["knob", "model.*"], "data": ["data.*"]},
        "paths": {"system": ["cuda/**"], "model": ["model/**"]},
    }
}


def ledger(*events: Document | Lane, rules: Lane | None = None) -> DeltaLedger:
    return delta_ledger(replay(*events, rules=rules or lane(**RULES))[0])


def fresh(of: Document, name: str, *scores: float, seed: int = 100) -> Document:
    """New seeds of a config that has landed."""
    by_seed = dict(enumerate(scores, start=seed))
    kept = {key: of[key] for key in ("config", "base", "source", "evaluation", "hardware")}
    return run(name, by_seed, **kept)


def step(
    name: str,
    scores: Sequence[float],
    config: dict[str, Any],
    **fields: Any,  # noqa: ANN401 - JSON values
) -> Document:
    return run(name, scores, config=config, **fields)


OLD, NEW, MID = "1111111", "2222222", "3333333"


def source(revision: str | None, *paths: str, known: bool = True) -> Document:
    return {"revision": revision, "dirty": False, "changed_paths": list(paths) if known else None}


def cell(name: str, score: float, *, model: int, system: int, **fields: Any) -> Document:  # noqa: ANN401
    return run(name, [score], config={"model": {"x": model}, "system": {"y": system}}, **fields)


T0, T1 = VECTORS["V16"]["input"]["T0"], VECTORS["V16"]["input"]["T1"]


def timed(
    name: str,
    score: float,
    recipe: str,
    tokens: float,
    *,
    system: int,
    **fields: Any,  # noqa: ANN401
) -> Document:
    numbers = {"train_tokens": tokens, "steps": tokens / 524288, "train_seconds": 600.0}
    return run(
        name,
        [score],
        config={"model": {"r": recipe}, "system": {"s": system}},
        extra=numbers,
        **fields,
    )


TIMED_RULES = lane(**RULES, decision={"delta_min": 0.002, "sigma0": 0.0001})
_GIVEN = VECTORS["V16"]["input"]
OLD_T0 = timed("old-t0", _GIVEN["old_at_T0"], "old", T0, system=0)
NEW_T1 = timed("new-t1", _GIVEN["new_at_T1"], "new", T1, system=1, base="old-t0")
OLD_T1 = timed("old-t1", _GIVEN["old_at_T1"], "old", T1, system=1)
NEW_T0 = timed("new-t0", _GIVEN["new_at_T0"], "new", T0, system=0)


def below(*events: Document) -> LaneState:
    return replay(*events)[0]


def above(*events: Document) -> LaneState:
    rules = lane(lane="h100", title="H100")
    return replay(*(event | {"lane": "h100"} for event in events), rules=rules)[0]


def pairs_of(local: LaneState, upstream: LaneState, **promoted: str) -> Transfer:
    return transfer(local, upstream, {name: RunId(run_id) for name, run_id in promoted.items()})


LOW_OLD = run("old", INCUMBENT, config={"knob": 0})
LOW_NEW = run("new", MUCH_BETTER, config={"knob": 1}, base="old")
UP_OLD = run("up-old", [0.95], config={"knob": 0}, hardware=[{"device": "H100", "count": 1}])
UP_NEW = run("up-new", [0.94], config={"knob": 1}, base="up-old",
             hardware=[{"device": "H100", "count": 1}])  # fmt: skip

"""Lanes drawn at random: rows, retractions and changes of rules, and any rules that are admitted."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.model.lane import Lane
from homegolf_git.shell.files.datafiles import schema
from tests.build import Document, failed, lane_document, run
from tests.core.build import lane
from tests.core.ledgers import landed_lane

SCORES = ([1.2], [1.1, 1.1001], [1.05, 1.0502, 1.0501], [1.15, 1.1501, 1.1502], [1.0499], [1.051])
OTHER_RULES = lane(decision={"delta_min": 0.003})
STOP_RULES = lane(stop={"p_star": 0.3})


def named(number: int, scores: Sequence[float], config: int, kind: int) -> Document:
    """A row of a small world: few configs, so that they are met again."""
    name, seeds = f"run-{number:03d}", range(number * 10, number * 10 + len(scores))
    base = f"run-{number - 1:03d}" if number else None
    if kind == 0:
        return failed(name, "oom" if config % 2 else "diverged", base=base, knob=config)
    by_seed = dict(zip(seeds, scores, strict=True))
    return run(name, by_seed, base=base, config={"knob": config, "model": {"x": config % 3}})


ROWS = st.tuples(st.sampled_from(SCORES), st.integers(0, 5), st.integers(0, 5))
EVENTS = st.lists(
    st.one_of(ROWS, ROWS, ROWS, st.integers(0, 30), st.sampled_from([OTHER_RULES, STOP_RULES])),
    max_size=14,
)


def lane_of(drawn: list[object]) -> LaneLedger:
    """A lane from what was drawn: rows, numbers of rows to retract, and rules."""
    events: list[Document | Lane | str] = []
    for number, item in enumerate(drawn):
        if isinstance(item, tuple):
            events.append(named(number, *item))
        elif isinstance(item, int):
            events.append(f"run-{item:03d}")
        elif isinstance(item, Lane):
            events.append(item)
    return landed_lane(*events)


# --- whatever the schemas admit


def numbers(rule: Mapping[str, Any]) -> st.SearchStrategy[float]:
    """Any number that a schema admits: its ends, its examples, and of any size in between."""
    low = rule.get("minimum", rule.get("exclusiveMinimum"))
    high = rule.get("maximum", rule.get("exclusiveMaximum", sys.float_info.max))
    outside = [rule.get("exclusiveMinimum"), rule.get("exclusiveMaximum")]
    ends = [value for value in (low, high, *rule["examples"]) if value not in outside]
    if "integer" in rule["type"]:
        return st.one_of(st.sampled_from(ends), st.integers(low, high))
    between = st.floats(low, high).filter(lambda value: value not in outside)
    return st.one_of(st.sampled_from(ends), between)


def block(name: str) -> st.SearchStrategy[Document]:
    """Any numbers in a block of a lane."""
    rules = schema("lane-v1")["properties"][name]
    fields = {
        field: numbers(rule)
        for field, rule in rules["properties"].items()
        if "number" in rule.get("type", ()) or "integer" in rule.get("type", ())
    }
    needed = {field: fields.pop(field) for field in rules.get("required", ())}
    return st.fixed_dictionaries(needed, optional=fields)


@st.composite
def any_lanes(draw: st.DrawFn) -> Document:
    """Any rules for runs that state a `score`."""
    metric = {
        "name": "score",
        "direction": draw(st.sampled_from(["minimize", "maximize"])),
        "decimals": draw(st.integers(0, 10)),
    }
    contract = draw(st.one_of(st.just({}), st.just({}), block("contract")))
    document = lane_document(metric=metric, contract=contract, stop=draw(block("stop")))
    return {**document, "decision": draw(block("decision"))}


_SCORE = schema("run-v1")["$defs"]["score_or_null"]
_LEAST, _MOST = _SCORE["minimum"], _SCORE["maximum"]
ANY_SCORE = st.one_of(
    st.integers(-30, 30).map(lambda n: 1.065 + n * 1e-4),
    st.floats(_LEAST, _MOST),
    st.sampled_from([_LEAST, _MOST, 0, 0.0, 5e-324, 1e-300, 1]),
)
SEEDS_MOST = schema("run-v1")["properties"]["seeds_run"]["maximum"]


@st.composite
def any_runs(draw: st.DrawFn) -> Document:
    """A run of one of a few configs, with whatever scores and seeds a row may state."""
    knob = draw(st.integers(0, 2))
    if draw(st.integers(0, 9)) == 0:
        return failed("", draw(st.sampled_from(["oom", "diverged"])), knob=knob)
    scores = draw(st.dictionaries(st.integers(0, 200), ANY_SCORE, min_size=1, max_size=5))
    unreported = draw(st.sampled_from([0, 0, 0, 1, SEEDS_MOST - len(scores)]))
    return run(
        "",
        scores,
        knob=knob,
        metric="score",
        seeds_run=len(scores) + unreported,
        seeds_planned=draw(st.sampled_from([0, 0, 3, SEEDS_MOST])),
        extra=draw(st.sampled_from([{}, {"train_seconds": 1e12}])),
    )


ANY_LANES = any_lanes()
ANY_RUNS = st.lists(any_runs(), max_size=8).map(
    lambda runs: [{**document, "run_id": f"run-{n}"} for n, document in enumerate(runs)]
)

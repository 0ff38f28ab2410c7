"""Lanes drawn at random: rows, retractions and changes of rules in any order."""

from collections.abc import Sequence

from hypothesis import strategies as st

from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.model.lane import Lane
from tests.build import Document, failed, run
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

"""Lanes that declare procedure 2 in part, and rows for them, drawn at random."""

from typing import Any

from hypothesis import strategies as st

from tests.build import Document, run
from tests.core.reference2 import Declared, Run

# Of configs 0 to 3: much the same, a little better, better, worse.
_MEANS = (1.0650, 1.0643, 1.0610, 1.0675)
_SPREAD = (3, -5, 0, 7, -2, 4, -8, 1, 6, -4, 5, -1)  # in 1e-4, whatever is drawn
SESSIONS = st.sampled_from(["a", "b", "c", "d", "e", "f"])


@st.composite
def declarations(draw: st.DrawFn) -> Declared:
    """A lane that declares any of the fields that judge."""
    maybe = st.booleans()
    sessions = (draw(st.sampled_from([0.0002, 0.0014])), 4, draw(st.sampled_from([0, 0.5, 1])))
    return Declared(
        delta_min=draw(st.sampled_from([0.002, 0.0008])),
        fresh_seeds=draw(st.sampled_from([0, 2, 4])),
        block=draw(st.sampled_from([2, 20])),
        few_seeds_df=draw(st.sampled_from([None, 5])),
        sessions=sessions if draw(maybe) else None,
        is_capped=draw(maybe),
        moderate=draw(st.sampled_from([None, 6])),
        repeats=draw(st.sampled_from([None, "one", "count", "count"])),
        discard=draw(st.sampled_from([None, 0.5, 0.1])),
        pool_share=draw(st.sampled_from([None, 0.25])),
    )


@st.composite
def runs(draw: st.DrawFn, *, is_one_seed: bool = False, most: int = 6) -> Run:
    """A row of a small world, so that configs, sessions and seeds are met again."""
    config = draw(st.integers(0, 3))
    luck = draw(st.sampled_from([0, 0, 0, 0, -50, 40]))  # of the whole row
    scores = []
    for _ in range(draw(st.integers(1, most))):
        seed = 7 if is_one_seed else draw(st.one_of(st.none(), st.integers(0, 40)))
        repeat = draw(st.integers(0, 30 if is_one_seed else 1))
        number = draw(st.integers(0, 11)) if seed is None else seed * 31 + repeat
        value = _MEANS[config] + (_SPREAD[(number + config) % 12] + luck) * 1.03e-4
        scores.append((seed, repeat, value))
    by_key = {(s, r, v if s is None else 0.0): (s, r, v) for s, r, v in scores}
    kept = tuple(scores if draw(st.integers(0, 9)) == 0 else by_key.values())
    unreported = draw(st.sampled_from([0, 0, 0, 0, 0, 2]))
    planned = draw(st.sampled_from([0, 0, 0, 3]))
    return Run(f"c{config}", kept, draw(SESSIONS), unreported, planned)


LISTS_OF_RUNS = st.one_of(
    st.lists(runs(), min_size=1, max_size=14),
    st.lists(runs(is_one_seed=True), min_size=1, max_size=10),
    st.lists(runs(most=14), min_size=6, max_size=9),
)


def document(number: int, of: Run, **fields: Any) -> Document:  # noqa: ANN401 - JSON values
    """The row that says the same."""
    results = [{"seed": s, "repeat": r, "val_bpb": v} for s, r, v in of.scores]
    return run(
        f"run-{number:03d}", knob=of.config, session=of.session, results=results,
        seeds_planned=of.planned, seeds_run=len(results) + of.unreported, **fields,
    )  # fmt: skip

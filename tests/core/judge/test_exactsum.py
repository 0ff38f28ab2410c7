"""Sums that stay exact while terms come and go."""

import math

from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.exactsum import ExactSum

TERMS = st.lists(st.floats(-1e12, 1e12), max_size=30)


@given(TERMS, TERMS)
def test_a_term_that_is_taken_out_leaves_no_trace(kept: list[float], gone: list[float]) -> None:
    found = ExactSum()
    for term in kept + gone:
        found = found.plus(term)
    assert found.value == math.fsum(kept + gone)
    for term in gone:
        found = found.minus(term)
    assert (found.value, found.n) == (math.fsum(kept), len(kept))


def test_the_parts_do_not_grow_without_end() -> None:
    found = ExactSum()
    for i in range(10_000):
        found = found.plus(0.1 * i).minus(0.1 * (i // 2)) if i % 2 else found.plus(0.1 * i)
    assert len(found.parts) < 40

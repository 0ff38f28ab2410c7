"""Two readings of the statistics of procedure 2 must agree: the program's and a slow, plain one."""

import pytest
from hypothesis import given, settings

from homegolf_git.core.model.verdict import Verdict
from tests.core.build import lane, verdicts
from tests.core.drawn2 import LISTS_OF_RUNS, declarations, document
from tests.core.reference2 import Declared, Run, Said, fold


def said_by(verdict: Verdict) -> Said:
    stats = verdict.stats
    if stats is None:
        return Said(verdict.name, verdict.delta)
    return Said(verdict.name, verdict.delta, stats.se, stats.df, stats.k)


@settings(max_examples=40)  # the plain one is slow
@given(declarations(), LISTS_OF_RUNS)
def test_both_say_the_same(declared: Declared, runs: list[Run]) -> None:
    expected = fold(declared, runs)
    documents = [document(number, run) for number, run in enumerate(runs)]
    found = verdicts(*documents, rules=lane(decision=declared.decision))
    for number, (mine, theirs) in enumerate(zip(found, expected, strict=True)):
        said = said_by(mine)
        assert (number, said.name, said.k) == (number, theirs.name, theirs.k)
        for name in ("gain", "se", "df"):
            one, other = getattr(said, name), getattr(theirs, name)
            assert (one is None) == (other is None)
            if one is not None:
                assert one == pytest.approx(other, rel=1e-7, abs=1e-14), (number, name)

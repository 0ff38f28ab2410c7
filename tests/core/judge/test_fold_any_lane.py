"""No lane that the schema admits keeps a row from being judged."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.parse import lane_of
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.shell.files.schema import schema_findings
from tests.build import Document, lane_document, run
from tests.core.build import BASELINE, fold, land, lane, stats_of, verdicts
from tests.core.drawn import ANY_LANES, ANY_RUNS, SEEDS_MOST
from tests.core.ledgers import OPEN


def figures(value: object) -> Iterator[float]:
    """Every number within a value."""
    if isinstance(value, Value):
        for name in value.__struct_fields__:
            yield from figures(getattr(value, name))
    elif isinstance(value, int | float):
        yield value


def is_sound(verdict: Verdict) -> bool:
    """Whether it has a sentence, and numbers that JSON can hold."""
    return verdict.sentence.endswith(".") and all(map(math.isfinite, figures(verdict)))


class TestAnyLane:
    """Whatever numbers a lane states, whatever rows meet it."""

    @given(ANY_LANES, ANY_RUNS)
    def test_what_is_drawn_is_admitted(self, rules: Document, documents: list[Document]) -> None:
        assert schema_findings("lane-v1", rules) == []
        for document in documents:
            assert schema_findings("run-v1", document) == []

    @given(ANY_LANES, st.one_of(st.none(), ANY_LANES), ANY_RUNS)
    def test_any_rows_are_judged(
        self, rules: Document, changed: Document | None, documents: list[Document]
    ) -> None:
        events: list[Any] = [land(document, position=n) for n, document in enumerate(documents)]
        if changed is not None:
            other = lane_of({**changed, "metric": rules["metric"]})
            events.insert(len(events) // 2, other)
        found = fold(lane_of(rules), events)[1]
        assert len(found) == len(documents)
        assert all(map(is_sound, found))

    @pytest.mark.parametrize(
        "decision",
        [
            {"nu0": 0.1},
            {"nu0": 0.1, "alpha": 1e-9, "block": 10_000, "regression_alpha": 1e-9},
            {"nu0": 0.1, "sigma0": 1e6, "delta_min": 1e6, "alpha": 1e-9},
            {"sigma0": 1e-12, "delta_min": 1e-12, "alpha": 1e-9, "few_seeds_df": 1e308},
        ],
    )
    def test_the_ends_of_what_a_lane_may_state(self, decision: Document) -> None:
        rows = (BASELINE, run("a", [1.06], knob=1), run("b", {1: 1.0, 2: 1.07}, knob=2))
        found = verdicts(*rows, rules=lane(decision=decision))
        assert all(map(is_sound, found))
        assert all(stats_of(verdict).t_needed > 0 for verdict in found[1:])

    @pytest.mark.parametrize("name", ["nu0", "alpha", "regression_alpha"])
    def test_the_least_is_admitted_and_less_is_not(self, name: str) -> None:
        least = {"nu0": 0.1}.get(name, 1e-9)
        decision = {"delta_min": 0.002, "sigma0": 0.0007}
        for value, n_findings in ((least, 0), (least * 0.999, 1), (0, 1), (1e-300, 1)):
            document = {**lane_document(), "decision": {**decision, name: value}}
            assert len(schema_findings("lane-v1", document)) == n_findings

    def test_a_score_is_not_the_seed(self) -> None:
        document = {**lane_document(), "metric": {"name": "seed", "direction": "minimize"}}
        assert [item.code for item in schema_findings("lane-v1", document)] == ["bad_format"]
        for name in ("seeds", "seed_", "reseed"):
            admitted = {**document, "metric": {"name": name, "direction": "minimize"}}
            assert schema_findings("lane-v1", admitted) == []


class TestManyLooks:
    """A config may be looked at again for as long as it likes: its level shrinks, and is met or not."""

    ROWS = (BASELINE, *(run(f"look-{n}", OPEN, knob=1) for n in range(1, 101)))

    @pytest.mark.parametrize("decision", [{}, {"nu0": 0.1}, {"alpha": 1e-9, "block": 10_000}])
    def test_a_hundred_looks(self, decision: Document) -> None:
        found = verdicts(*self.ROWS, rules=lane(decision=decision))
        assert all(map(is_sound, found))
        looks = [stats_of(verdict) for verdict in found[1:]]
        assert [stats.look for stats in looks] == list(range(1, 101))
        bars = [stats.t_needed for stats in looks]
        assert bars == sorted(bars)

    def test_the_bar_grows_with_each_look_where_one_minus_the_level_is_one(self) -> None:
        found = verdicts(*self.ROWS)
        late = [stats_of(verdict) for verdict in found[60:]]
        assert all(1 - stats.alpha == 1 for stats in late)
        assert all(one.t_needed < two.t_needed for one, two in pairwise(late))


class TestManySeeds:
    """A row may disclose as many seeds as it ran, and report as many as it likes."""

    @pytest.mark.parametrize("reported", [1, 100, 1000])
    def test_the_best_of_very_many(self, reported: int) -> None:
        scores = {seed: 1.05 + seed * 1e-7 for seed in range(reported)}
        picked = run("picked", scores, knob=1, seeds_run=SEEDS_MOST)
        verdict = verdicts(BASELINE, picked)[1]
        assert is_sound(verdict)
        assert "picked" in verdict.flags
        assert verdict.stats is not None
        assert verdict.delta is not None
        assert verdict.delta < verdict.stats.gain

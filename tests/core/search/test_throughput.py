"""Gains split into throughput and per-step quality (section 7)."""

import math

import pytest

from homegolf_git.core.search.throughput import Throughput
from tests.build import Document, failed, run
from tests.core.build import lane
from tests.core.ledgers import VECTORS, near
from tests.core.search.build import (
    NEW,
    NEW_T0,
    NEW_T1,
    OLD,
    OLD_T0,
    OLD_T1,
    RULES,
    T0,
    T1,
    TIMED_RULES,
    ledger,
    source,
    timed,
)


class TestThroughput:
    """Throughput against per-step quality, from four cells down to none."""

    def split(self, *events: Document) -> Throughput:
        steps = ledger(*events, rules=TIMED_RULES).steps
        assert len(steps) == 1
        assert steps[0].throughput is not None
        return steps[0].throughput

    def test_vector(self) -> None:
        expected = VECTORS["V16"]["output"]
        found = self.split(OLD_T0, NEW_T1, OLD_T1, NEW_T0)
        assert found.basis == "four_cells"
        assert found.throughput == near(expected["throughput"])
        assert found.quality == near(expected["quality"])
        total = ledger(OLD_T0, NEW_T1, rules=TIMED_RULES).total.gain
        assert total == near(expected["total"])
        assert (found.throughput or 0) + (found.quality or 0) == pytest.approx(total, abs=1e-12)

    @pytest.mark.parametrize(
        ("extra", "throughput"), [(OLD_T1, 1.2244 - 1.2190), (NEW_T0, 1.2230 - 1.2172)]
    )
    def test_one_sided(self, extra: Document, throughput: float) -> None:
        found = self.split(OLD_T0, NEW_T1, extra)
        assert found.basis == "one_sided"
        assert found.throughput == near(throughput)
        assert found.quality == near(0.0072 - throughput)

    def test_slope_only(self) -> None:
        expected = VECTORS["V16"]["output"]["slope_only"]
        third = [
            timed("third-t0", 1.3000, "third", T0, system=0),
            timed("third-t1", 1.2946, "third", T1, system=1),
        ]
        found = self.split(OLD_T0, NEW_T1, *third)
        assert found.basis == "estimated"
        assert found.throughput == near(expected["est_throughput"])
        assert (found.throughput or 0) / math.log(T1 / T0) == near(expected["kappa"])
        assert found.quality == near(0.0072 - 0.0054)

    def test_slope_of_a_lane_that_maximizes(self) -> None:
        rules = lane(
            **RULES,
            decision={"delta_min": 0.002, "sigma0": 0.0001},
            metric={"name": "score", "unit": "", "direction": "maximize", "decimals": 4},
        )
        third = [
            timed("third-t0", 1.3000, "third", T0, system=0),
            timed("third-t1", 1.2946, "third", T1, system=1),
        ]
        rows = []
        for document in (OLD_T0, NEW_T1, *third):
            result = dict(document["results"][0])
            result["score"] = 2 - result.pop("val_bpb")
            rows.append(document | {"results": [result]})
        found = ledger(*rows, rules=rules).steps[0].throughput
        assert found is not None
        assert (found.basis, found.throughput) == ("estimated", near(0.0054))

    @pytest.mark.parametrize(
        "extra",
        [
            [],
            [timed("third-t0", 1.3, "third", T0, system=0)],
            [
                timed("third-a", 1.3, "third", T0, system=0),
                timed("third-b", 1.3001, "third", T0, system=1),
            ],
        ],
        ids=["nothing", "one point", "one token count"],
    )
    def test_unsplit(self, extra: list[Document]) -> None:
        found = self.split(OLD_T0, NEW_T1, *extra)
        assert (found.basis, found.throughput, found.quality) == ("unsplit", None, None)
        assert found.tokens_ratio == near(T1 / T0)

    def test_rows_that_do_not_count_or_say_nothing_are_no_point(self) -> None:
        extra = [
            timed("third-t0", 1.3, "third", T0, system=0),
            timed("third-t1", 1.23, "third", T1, system=1, seeds_run=0),
            failed("oom", config={"model": {"r": "third"}, "system": {"s": 2}}),
            run("silent", [1.25], config={"model": {"r": "third"}, "system": {"s": 3}}),
            timed("nobody", 1.23, "third", T1, system=1, source=source(None)),
        ]
        assert self.split(OLD_T0, NEW_T1, *extra).basis == "unsplit"

    def test_code_that_changed_in_unknown_places_is_not_the_recipe(self) -> None:
        new = timed(
            "new", 1.2172, "old", T1, system=1, base="old-t0", source=source(NEW, known=False)
        )
        assert self.split(OLD_T0 | {"source": source(OLD)}, new).basis == "unsplit"

    def test_the_identity_always_holds(self) -> None:
        new = timed("new", 1.2172, "new", T1, system=1, base="old-t0")
        new["results"][0] |= {"steps": 9000, "train_seconds": 590.0}
        found = self.split(OLD_T0, new)
        product = found.step_rate_ratio * found.tokens_per_step_ratio * found.train_seconds_ratio
        assert product == pytest.approx(found.tokens_ratio)
        assert found.train_seconds_ratio == pytest.approx(590 / 600)

    @pytest.mark.parametrize("gone", ["steps", "train_tokens", "train_seconds"])
    @pytest.mark.parametrize("value", [None, 0])
    def test_not_recorded(self, gone: str, value: int | None) -> None:
        document = timed("new-t1", 1.2172, "new", T1, system=1, base="old-t0")
        document["results"][0][gone] = value
        assert ledger(OLD_T0, document, rules=TIMED_RULES).steps[0].throughput is None

    def test_a_system_change_alone_is_all_throughput(self) -> None:
        faster = timed("fast", 1.2172, "old", T1, system=1, base="old-t0")
        found = self.split(OLD_T0, faster)
        assert found.throughput == near(0.0072)
        assert found.quality == pytest.approx(0, abs=1e-12)

    def test_the_same_tokens_are_all_quality(self) -> None:
        better = timed("better", 1.2172, "new", T0 * 1.001, system=0, base="old-t0")
        found = self.split(OLD_T0, better)
        assert found.throughput == pytest.approx(0)
        assert found.quality == near(0.0072)

    def test_faster_code_leaves_the_recipe(self) -> None:
        faster = timed(
            "fast", 1.2172, "old", T1, system=0, base="old-t0", source=source(NEW, "cuda/a.cu")
        )
        old = OLD_T0 | {"source": source(OLD)}
        found = self.split(old, faster)
        assert found.throughput == near(0.0072)

    def test_other_code_does_not(self) -> None:
        other = timed(
            "other", 1.2172, "old", T1, system=0, base="old-t0", source=source(NEW, "model/a.py")
        )
        assert self.split(OLD_T0 | {"source": source(OLD)}, other).basis == "unsplit"

    def test_code_that_nobody_knows_is_not_the_same_code(self) -> None:
        """Null revisions are equal to no other: the gain may well be a change of the model."""
        old = OLD_T0 | {"source": source(None, known=False)}
        fast = timed(
            "fast", 1.2172, "old", T1, system=1, base="old-t0", source=source(None, known=False)
        )
        assert self.split(old, fast).basis == "unsplit"

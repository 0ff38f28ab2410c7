"""Steps with several sides, split by runs that made only some of the changes (section 7)."""

import math
from typing import Any

import pytest

from homegolf_git.core.views.deltas import deltas_json, deltas_table
from tests.build import Document, failed, run
from tests.core.build import INCUMBENT, MUCH_BETTER, lane
from tests.core.ledgers import SIGMA, VECTORS, near
from tests.core.search.build import MID, NEW, OLD, cell, ledger, source


class TestAblation:
    """Shapley values where all cells were measured; ranges and what is missing otherwise."""

    EMPTY, FULL = (
        cell("none", 1.1748, model=0, system=0),
        cell("both", 1.1458, model=1, system=1, base="none"),
    )
    SYSTEM, MODEL = (
        cell("only-s", 1.1700, model=0, system=1),
        cell("only-m", 1.1560, model=1, system=0),
    )

    def test_vector(self) -> None:
        given, expected = VECTORS["V15"]["input"], VECTORS["V15"]["output"]
        scores = [
            d["results"][0]["val_bpb"] for d in (self.EMPTY, self.SYSTEM, self.MODEL, self.FULL)
        ]
        assert scores == [given["-"], given["S"], given["M"], given["MS"]]
        found = ledger(self.EMPTY, self.FULL, self.SYSTEM, self.MODEL)
        ablation = found.steps[0].ablation
        assert ablation is not None
        assert ablation.is_complete
        assert ablation.values == {"system": near(expected["S"]), "model": near(expected["M"])}
        assert ablation.interaction == near(0.0054)
        assert ablation.missing == []

    def test_it_splits_the_totals(self) -> None:
        found = ledger(self.EMPTY, self.FULL, self.SYSTEM, self.MODEL)
        assert found.steps[0].side == "confounded"
        assert {side: total.gain for side, total in found.totals.items()} == {
            "system": near(0.0075),
            "model": near(0.0215),
        }
        # Each value is half of (empty - one) and half of (other - full): four means, each 1/2.
        assert found.totals["system"].se == pytest.approx(SIGMA)
        assert found.total.se == pytest.approx(SIGMA * math.sqrt(2))
        assert "split by ablation" in str(deltas_table(found, lane().metric).rows)
        json = deltas_json(found)["steps"][0]["ablation"]
        assert json["is_complete"] is True
        assert json["values"] == {"system": near(0.0075), "model": near(0.0215)}

    @pytest.mark.parametrize(
        ("events", "missing", "ranges"),
        [
            ([MODEL], "system", {"model": (0.0188, 0.0188), "system": (0.0102, 0.0102)}),
            ([SYSTEM], "model", {"system": (0.0048, 0.0048), "model": (0.0242, 0.0242)}),
        ],
    )
    def test_a_missing_cell(
        self, events: list[Document], missing: str, ranges: dict[str, tuple[float, float]]
    ) -> None:
        found = ledger(self.EMPTY, self.FULL, *events)
        ablation = found.steps[0].ablation
        assert ablation is not None
        assert not ablation.is_complete
        assert set(found.totals) == {"confounded"}
        assert [set(cell) for cell in ablation.missing] == [{missing}]
        assert ablation.values == {}
        assert ablation.ranges == {
            side: (near(low), near(high)) for side, (low, high) in ranges.items()
        }
        json = deltas_json(found)["steps"][0]["ablation"]
        assert json["missing"] == [missing]
        assert f"no ablation of {missing}" in str(deltas_table(found, lane().metric).rows)

    @pytest.mark.parametrize(
        "stray",
        [
            cell("x", 1.16, model=2, system=0),
            cell("x", 1.16, model=1, system=0, hardware=[{"device": "Other", "count": 1}]),
            cell("x", 1.16, model=1, system=0, evaluation={"mode": "sliding_window:64"}),
            cell("x", 1.16, model=1, system=0, source=source(NEW)),
            cell("x", 1.16, model=1, system=0, seeds_run=0),
            failed("x", config={"model": {"x": 1}, "system": {"y": 0}}),
        ],
        ids=["another value", "hardware", "evaluation", "revision", "invalid", "blocked"],
    )
    def test_what_is_no_cell(self, stray: Document) -> None:
        ablation = ledger(self.EMPTY, self.FULL, stray).steps[0].ablation
        assert ablation is not None
        assert len(ablation.missing) == 2

    def test_code_that_nobody_knows_is_no_cell(self) -> None:
        """A null revision is equal to no other, so nothing says that only one side was changed."""
        rows = [
            document | {"source": source(None)}
            for document in (self.EMPTY, self.FULL, self.SYSTEM, self.MODEL)
        ]
        ablation = ledger(*rows).steps[0].ablation
        assert ablation is None or not ablation.is_complete

    @pytest.mark.parametrize(
        "code",
        [source(None, "cuda/a.cu"), source(NEW, "cuda/a.cu", "model/b.py")],
        ids=["null revision", "code on both sides"],
    )
    def test_code_whose_side_cannot_be_told_is_not_split(self, code: Document) -> None:
        full = cell("both", 1.1458, model=1, system=0, base="none") | {"source": code}
        empty = self.EMPTY | {"source": source(code["revision"] and OLD)}
        found = ledger(empty, full)
        assert (found.steps[0].side, found.steps[0].ablation) == ("confounded", None)

    def test_code_against_another_base_is_not_split(self) -> None:
        middle = cell("mid", 1.1800, model=0, system=0, base="none", source=source(MID, "cuda/x"))
        full = cell("both", 1.1458, model=1, system=0, base="mid", source=source(NEW, "cuda/a.cu"))
        found = ledger(self.EMPTY | {"source": source(OLD)}, middle, full)
        assert (found.steps[0].side, found.steps[0].ablation) == ("confounded", None)

    def test_revision_and_config_together(self) -> None:
        full = self.FULL | {"source": source(NEW, "cuda/a.cu")}
        system = self.SYSTEM | {"source": source(NEW, "cuda/a.cu")}
        found = ledger(self.EMPTY, full, system, self.MODEL)
        ablation = found.steps[0].ablation
        assert ablation is not None
        assert ablation.is_complete

    @pytest.mark.parametrize("kind", ["hardware", "evaluation"])
    def test_hardware_and_evaluation_are_sides(self, kind: str) -> None:
        kinds: dict[str, dict[str, Any]] = {
            "hardware": {"hardware": [{"device": "Other", "count": 2}]},
            "evaluation": {"evaluation": {"mode": "sliding_window:64"}},
        }
        other = kinds[kind]
        full = cell("both", 1.1458, model=1, system=0, base="none", **other)
        one = cell("one", 1.1700, model=0, system=0, **other)
        found = ledger(self.EMPTY, full, one, self.MODEL)
        ablation = found.steps[0].ablation
        assert ablation is not None
        assert ablation.is_complete
        assert set(found.totals) == {"model", "system" if kind == "hardware" else "eval"}

    def test_three_sides(self) -> None:
        def three(name: str, score: float, m: int, s: int, d: int) -> Document:
            return run(
                name,
                [score],
                config={"model": {"x": m}, "system": {"y": s}, "data": {"z": d}},
                base="r000",
            )

        additive = {
            (m, s, d): 1.2 - 0.02 * m - 0.01 * s - 0.005 * d
            for m in (0, 1)
            for s in (0, 1)
            for d in (0, 1)
        }
        order = [(0, 0, 0), (1, 1, 1), *(k for k in additive if 0 < sum(k) < 3)]
        rows = [three("r" + "".join(map(str, key)), additive[key], *key) for key in order]
        found = ledger(*rows)
        ablation = found.steps[0].ablation
        assert ablation is not None
        assert ablation.values == {
            "data": near(0.005),
            "model": near(0.02),
            "system": near(0.01),
        }
        assert ablation.interaction is None
        assert math.fsum(t.gain for t in found.totals.values()) == pytest.approx(
            found.total.gain, abs=1e-12
        )
        few = ledger(*rows[:-1]).steps[0].ablation
        assert few is not None
        assert len(few.missing) == 1
        assert all(low <= high for low, high in few.ranges.values())

    def test_five_sides_are_not_split(self) -> None:
        names = ("system", "model", "data", "eval")
        config = {name: [f"{name}.*"] for name in names}
        rules = lane(attribution={"config": config, "paths": {"model": ["**"]}})
        full = run("w", MUCH_BETTER, config={name: {"q": 1} for name in names}, base="baseline")
        plain = run("baseline", INCUMBENT, config={})
        ablation = ledger(plain, full, rules=rules).steps[0].ablation
        assert ablation is not None
        assert len(ablation.missing) == 14

    def test_more_than_four_sides_are_not_split(self) -> None:
        names = ("system", "model", "data", "eval", "fifth")
        rules = lane(attribution={"config": {name: [f"{name}.*"] for name in names}})
        full = run("w", MUCH_BETTER, config={name: {"q": 1} for name in names}, base="baseline")
        [step] = ledger(run("baseline", INCUMBENT, config={}), full, rules=rules).steps
        assert (step.side, step.ablation) == ("confounded", None)

"""The delta ledger: steps, totals a side, ablations and throughput (section 7)."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.exactsum import ExactSum
from homegolf_git.core.judge.noise import mean
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.search.deltas import DeltaLedger, delta_ledger, shrink
from homegolf_git.core.search.incumbents import reference_means
from homegolf_git.core.search.throughput import Throughput
from homegolf_git.core.views.deltas import deltas_json, deltas_lines, deltas_table
from tests.build import Document, failed, run
from tests.core.build import BASELINE, INCUMBENT, MUCH_BETTER, lane, replay
from tests.core.ledgers import SIGMA, VECTORS, around, near, tried

RULES = {
    "attribution": {
        "config": {"system": ["system.*"], "model": ["knob", "model.*"], "data": ["data.*"]},
        "paths": {"system": ["cuda/**"], "model": ["model/**"]},
    }
}
WINNER = tried("winner", MUCH_BETTER)
OLD, NEW, MID = "1111111", "2222222", "3333333"


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


def source(revision: str | None, *paths: str, known: bool = True) -> Document:
    return {"revision": revision, "dirty": False, "changed_paths": list(paths) if known else None}


class TestChain:
    """Vector V14: totals a side, with shared incumbents cancelled."""

    def rows(self) -> list[Document]:
        documents: list[Document] = []
        config: dict[str, Any] = {"model": {"x": 0}, "system": {"y": 0}}
        evaluation = {"mode": "non_overlapping"}
        for i, (score, seeds, tags) in enumerate(VECTORS["V14"]["input"]):
            assert seeds == 3
            config = {key: dict(value) for key, value in config.items()}
            for key, field in (("model", "x"), ("system", "y")):
                if key in tags:
                    config[key][field] = i
            if "eval" in tags:
                evaluation = {"mode": "sliding_window:64"}
            base = f"m{i - 1}" if i else None
            documents.append(step(f"m{i}", around(score), config, evaluation=evaluation, base=base))
        return documents

    def test_vector(self) -> None:
        found, expected = ledger(*self.rows()), dict(VECTORS["V14"]["output"])
        assert found.total.gain == near(expected["total"]["gain"])
        assert found.total.se == near(expected.pop("total")["se"])
        assert {
            side: {"gain": total.gain, "se": total.se} for side, total in found.totals.items()
        } == {
            side: {name: near(x) for name, x in total.items()} for side, total in expected.items()
        }
        assert [(s.displaced, s.winner, s.side) for s in found.steps] == [
            ("m0", "m1", "eval"),
            ("m1", "m2", "model"),
            ("m2", "m3", "confounded"),
            ("m3", "m4", "model"),
        ]

    def test_a_confounded_step_without_ablation_says_what_is_missing(self) -> None:
        ablation = ledger(*self.rows()).steps[2].ablation
        assert ablation is not None
        assert not ablation.is_complete
        assert {frozenset(cell) for cell in ablation.missing} == {
            frozenset({"model"}),
            frozenset({"system"}),
        }
        assert (ablation.values, ablation.interaction, ablation.ranges) == ({}, None, {})

    def test_a_lane_that_maximizes_mirrors_it(self) -> None:
        rules = lane(
            **RULES, metric={"name": "score", "unit": "", "direction": "maximize", "decimals": 4}
        )
        mirrored = []
        for document in self.rows():
            results = [
                {"seed": result["seed"], "score": 2 - result["val_bpb"]}
                for result in document["results"]
            ]
            mirrored.append(document | {"results": results})
        found, plain = ledger(*mirrored, rules=rules), ledger(*self.rows())
        assert set(found.totals) == set(plain.totals)
        for side, total in plain.totals.items():
            assert found.totals[side].gain == pytest.approx(total.gain, abs=1e-12)
            assert found.totals[side].se == pytest.approx(total.se, abs=1e-12)
        assert found.total.gain == pytest.approx(plain.total.gain, abs=1e-12)
        for one, other in zip(found.steps, plain.steps, strict=True):
            assert one.gain.gain == pytest.approx(other.gain.gain, abs=1e-12)
            assert one.shrunk == pytest.approx(other.shrunk, abs=1e-12)

    def test_shares(self) -> None:
        found = ledger(*self.rows())
        assert found.shares is not None
        assert sum(found.shares.values()) == pytest.approx(1)
        assert found.shares["eval"] == near(0.0319 / 0.1097)
        assert "29% of it" in "\n".join(deltas_lines(found, lane().metric))


class TestTelescoping:
    """Totals a side add up exactly to first incumbent minus current."""

    @given(
        moves=st.lists(
            st.tuples(
                st.floats(0.01, 0.05),
                st.sampled_from(["model", "system", "both", "other", "paths", "nothing known"]),
                st.integers(0, 5),
            ),
            max_size=7,
        )
    )
    def test_any_chain(self, moves: list[tuple[float, str, int]]) -> None:
        score, config = 1.6, dict[str, Any]()
        events = [step("s0", around(score), {"model": {"x": 0}})]
        config, revision = {"model": {"x": 0}}, "1111111"
        for i, (gain, kind, again) in enumerate(moves, start=1):
            score -= gain
            sides = {"both": ["model", "system"], "other": ["strange"]}.get(kind, [kind])
            if kind in ("paths", "nothing known"):
                revision = f"{i:07x}"
            else:
                config = config | {side: {"z": i} for side in sides}
            known = source(revision, "cuda/a.cu", known=kind != "nothing known")
            events.append(step(f"s{i}", around(score), config, base=f"s{i - 1}", source=known))
            if again:
                events.append(fresh(events[-1], f"f{i}", *([score + 0.0002] * again)))
        state = replay(*events, rules=lane(**RULES))[0]
        found, means = delta_ledger(state), reference_means(state)
        assert len(found.steps) == len(moves)
        assert math.fsum(total.gain for total in found.totals.values()) == pytest.approx(
            found.total.gain, abs=1e-12
        )
        assert math.fsum(s.gain.gain for s in found.steps) == pytest.approx(
            found.total.gain, abs=1e-12
        )
        assert found.total.gain == pytest.approx(means[0].value - means[-1].value, abs=1e-12)
        assert "unknown" not in found.totals
        document = deltas_json(found)
        assert len(document["steps"]) == len(moves)
        assert len(deltas_table(found, state.rules.metric).rows) == len(moves)

    def test_no_row_no_step(self) -> None:
        for events in ([], [failed("oom")], [BASELINE]):
            found = ledger(*events)
            assert (found.steps, found.totals, found.shares) == ([], {}, None)
            assert (found.total.gain, found.total.se) == (0.0, 0.0)

    def test_the_displaced_mean_is_as_it_stood_then(self) -> None:
        more = fresh(BASELINE, "more", 1.0700, 1.0701)
        before, later = ledger(BASELINE, WINNER), ledger(BASELINE, WINNER, more)
        assert before.total == ledger(BASELINE, WINNER).total
        assert later.total.gain == pytest.approx(before.total.gain)
        first = ledger(BASELINE, more, WINNER)
        assert first.total.gain == pytest.approx(
            mean([*INCUMBENT, 1.0700, 1.0701]) - mean(MUCH_BETTER)
        )

    def test_the_winners_mean_is_as_of_head(self) -> None:
        found = ledger(BASELINE, WINNER, fresh(WINNER, "f", 1.0460, 1.0461, 1.0462, 1.0463))
        assert found.total.gain == pytest.approx(
            mean(INCUMBENT) - mean([1.0460, 1.0461, 1.0462, 1.0463])
        )

    def test_equal_scores_are_one_measurement(self) -> None:
        """A group of bit-identical scores has one measurement's weight in a standard error."""
        rules = lane(**RULES)
        one = ledger(tried("a", [1.2], base=None), tried("b", [1.1], base="a"), rules=rules)
        three = ledger(
            tried("a", [1.2] * 3, base=None), tried("b", [1.1] * 3, base="a"), rules=rules
        )
        assert three.total.se == pytest.approx(one.total.se)


def squares(gains: list[tuple[float, float]]) -> ExactSum:
    """What a lane keeps of its gains, each given as delta and standard error."""
    found = ExactSum()
    for delta, se in gains:
        found = found.plus(delta**2 - se**2)
    return found


class TestUnconfirmed:
    """A title without its fresh seeds is flagged, and shrunk where there is no fresh seed."""

    def test_vector_of_the_shrinkage(self) -> None:
        given, (expected, tau) = VECTORS["V18"]["input"], VECTORS["V18"]["output"]
        gains = list(zip(given["all_D"], given["all_se"], strict=True))
        assert shrink(given["D"], given["se"], squares(gains)) == near(expected)
        spread = mean([d**2 - e**2 for d, e in gains])
        assert math.sqrt(spread) == near(tau)

    def test_nothing_is_left_where_the_lane_shows_no_spread(self) -> None:
        assert shrink(0.003, 0.001, squares([(0.0001, 0.001), (0.0, 0.001)])) == 0.0

    def test_no_fresh_seed(self) -> None:
        loser = tried("loser", [1.0650, 1.0651, 1.0649])
        found = ledger(BASELINE, loser, WINNER)
        only = found.steps[0]
        assert not only.is_confirmed
        state = replay(BASELINE, loser, WINNER, rules=lane(**RULES))[0]
        gains = [config.gain for config in state.configs.values() if config.gain]
        assert len(gains) == 2
        assert only.shrunk == pytest.approx(shrink(*gains[1], squares(gains)))
        assert only.shrunk is not None
        assert only.shrunk < only.gain.gain
        assert found.total.gain == only.gain.gain

    @pytest.mark.parametrize(("seeds", "is_confirmed"), [(1, False), (3, False), (4, True)])
    def test_fresh_seeds(self, seeds: int, is_confirmed: bool) -> None:
        found = ledger(BASELINE, WINNER, fresh(WINNER, "f", *around(1.045), 1.0451)).steps
        assert found[0].is_confirmed
        few = fresh(WINNER, "f", *[1.0450, 1.0452, 1.0448, 1.0451][:seeds])
        only = ledger(BASELINE, WINNER, few).steps[0]
        assert only.is_confirmed is is_confirmed
        assert only.shrunk is None

    def test_a_title_that_failed_is_left_out(self) -> None:
        bad = fresh(WINNER, "bad", 1.0650, 1.0651, 1.0649, 1.0650)
        found = ledger(BASELINE, WINNER, bad)
        assert (found.steps, found.total.gain) == ([], 0.0)
        again = tried("again", [1.0400, 1.0402, 1.0401], side="system")
        found = ledger(BASELINE, WINNER, bad, again)
        assert [(s.displaced, s.winner) for s in found.steps] == [("baseline", "again")]

    def test_displaced_before_its_first_fresh_seed(self) -> None:
        """Nobody re-measured the middle title, so its gain stays shrunk and not confirmed."""
        best = step("best", around(1.02), {"knob": "best"}, base="winner")
        found = ledger(BASELINE, WINNER, best, fresh(best, "f", *around(1.02), 1.0201))
        assert [s.shrunk is None for s in found.steps] == [False, True]
        assert [s.is_confirmed for s in found.steps] == [False, True]

    def test_both_wait(self) -> None:
        best = step("best", around(1.02), {"knob": "best"}, base="winner")
        found = ledger(BASELINE, WINNER, best)
        assert [s.is_confirmed for s in found.steps] == [False, False]
        assert "not confirmed yet" in str(deltas_table(found, lane().metric).rows)
        assert "shrunk to" in str(deltas_table(found, lane().metric).rows)


class TestShares:
    """Shares only where the total is beyond two standard errors."""

    def test_not_within_two(self) -> None:
        selected = tried("selected", [1.0600], side="system")
        loose = lane(**RULES, decision={"delta_min": 0.002, "sigma0": 0.0007, "fresh_seeds": 2})
        weak = fresh(selected, "weak", 1.0639, 1.0641)
        found = ledger(BASELINE, selected, weak, rules=loose)
        assert len(found.steps) == 1
        assert abs(found.total.gain) <= 2 * found.total.se
        assert found.shares is None
        assert deltas_json(found)["shares"] is None
        assert "within two standard errors" in "\n".join(deltas_lines(found, loose.metric))

    def test_beyond(self) -> None:
        found = ledger(BASELINE, WINNER)
        assert found.shares is not None
        assert found.shares["model"] == pytest.approx(1)


class TestSides:
    """A step compares the winner with the incumbent it displaced; unknown adds to confounded."""

    def base(self, revision: str | None = OLD) -> Document:
        return step("a", around(1.2), {"knob": 0}, source=source(revision))

    def side(self, *events: Document) -> str:
        found = ledger(*events)
        assert len(found.steps) == 1
        return found.steps[0].side

    def test_unknown_adds_to_confounded(self) -> None:
        found = ledger(BASELINE, step("w", MUCH_BETTER, {"knob": "base", "strange": 1}))
        assert found.steps[0].side == "unknown"
        assert set(found.totals) == {"confounded"}
        assert found.totals["confounded"].gain == found.total.gain
        assert found.steps[0].ablation is None

    def test_the_base_need_not_be_the_displaced_one(self) -> None:
        loser = tried("loser", [1.0660, 1.0661, 1.0662], side="system")
        assert self.side(BASELINE, loser, tried("w", MUCH_BETTER, base="loser")) == "model"

    def test_paths_joined_along_the_chain(self) -> None:
        middle = step("m", around(1.2), {"knob": 0}, base="a", source=source(MID, "cuda/a.cu"))
        winner = step("w", around(1.1), {"knob": 0}, base="m", source=source(NEW, "model/b.py"))
        assert self.side(self.base(), middle, winner) == "confounded"
        same = step("w", around(1.1), {"knob": 0}, base="m", source=source(NEW, "cuda/b.cu"))
        assert self.side(self.base(), middle, same) == "system"

    @pytest.mark.parametrize(
        "middle",
        [
            None,
            step("m", around(1.2), {"knob": 0}, base="a", source=source(MID, known=False)),
            step("m", around(1.2), {"knob": 0}, base="gone", source=source(MID, "cuda/a.cu")),
            step("m", around(1.2), {"knob": 0}, base="w", source=source(MID, "cuda/a.cu")),
            step("m", around(1.2), {"knob": 0}, base=None, source=source(MID, "cuda/a.cu")),
        ],
        ids=["not landed", "paths unknown", "base not landed", "cycle", "ends"],
    )
    def test_a_broken_chain_is_unknown(self, middle: Document | None) -> None:
        winner = step("w", around(1.1), {"knob": 0}, base="m", source=source(NEW, "cuda/b.cu"))
        rows = [self.base(), *([middle] if middle else []), winner]
        assert self.side(*rows) == "unknown"

    def test_a_run_that_names_itself_as_its_base(self) -> None:
        winner = step("w", around(1.1), {"knob": 0}, base="w", source=source(NEW, "cuda/b.cu"))
        assert self.side(self.base(), winner) == "unknown"

    def test_a_cycle_of_bases_ends(self) -> None:
        one = step("one", around(1.2), {"knob": 0}, base="two", source=source(MID, "cuda/a.cu"))
        two = step("two", around(1.2), {"knob": 1}, base="one", source=source(MID, "cuda/a.cu"))
        winner = step("w", around(1.1), {"knob": 0}, base="two", source=source(NEW, "cuda/b.cu"))
        assert self.side(self.base(), one, two, winner) == "unknown"

    def test_the_same_revision_needs_no_chain(self) -> None:
        winner = step("w", around(1.1), {"knob": 1}, base=None, source=source(OLD, known=False))
        assert self.side(self.base(), winner) == "model"

    def test_null_revisions_with_stated_paths(self) -> None:
        winner = step("w", around(1.1), {"knob": 0}, base="a", source=source(None, "cuda/b.cu"))
        assert self.side(self.base(None), winner) == "system"

    def test_no_difference_but_the_revision_without_a_path(self) -> None:
        winner = step("w", around(1.1), {"knob": 0}, base="a", source=source(NEW))
        assert self.side(self.base(), winner) == "none"
        assert set(ledger(self.base(), winner).totals) == {"none"}


def cell(name: str, score: float, *, model: int, system: int, **fields: Any) -> Document:  # noqa: ANN401
    return run(name, [score], config={"model": {"x": model}, "system": {"y": system}}, **fields)


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


class TestThroughput:
    """Throughput against per-step quality, from four cells down to none."""

    RULES = lane(**RULES, decision={"delta_min": 0.002, "sigma0": 0.0001})
    GIVEN = VECTORS["V16"]["input"]
    OLD_T0 = timed("old-t0", GIVEN["old_at_T0"], "old", T0, system=0)
    NEW_T1 = timed("new-t1", GIVEN["new_at_T1"], "new", T1, system=1, base="old-t0")
    OLD_T1 = timed("old-t1", GIVEN["old_at_T1"], "old", T1, system=1)
    NEW_T0 = timed("new-t0", GIVEN["new_at_T0"], "new", T0, system=0)

    def split(self, *events: Document) -> Throughput:
        steps = ledger(*events, rules=self.RULES).steps
        assert len(steps) == 1
        assert steps[0].throughput is not None
        return steps[0].throughput

    def test_vector(self) -> None:
        expected = VECTORS["V16"]["output"]
        found = self.split(self.OLD_T0, self.NEW_T1, self.OLD_T1, self.NEW_T0)
        assert found.basis == "four_cells"
        assert found.throughput == near(expected["throughput"])
        assert found.quality == near(expected["quality"])
        total = ledger(self.OLD_T0, self.NEW_T1, rules=self.RULES).total.gain
        assert total == near(expected["total"])
        assert (found.throughput or 0) + (found.quality or 0) == pytest.approx(total, abs=1e-12)

    @pytest.mark.parametrize(
        ("extra", "throughput"), [(OLD_T1, 1.2244 - 1.2190), (NEW_T0, 1.2230 - 1.2172)]
    )
    def test_one_sided(self, extra: Document, throughput: float) -> None:
        found = self.split(self.OLD_T0, self.NEW_T1, extra)
        assert found.basis == "one_sided"
        assert found.throughput == near(throughput)
        assert found.quality == near(0.0072 - throughput)

    def test_slope_only(self) -> None:
        expected = VECTORS["V16"]["output"]["slope_only"]
        third = [
            timed("third-t0", 1.3000, "third", T0, system=0),
            timed("third-t1", 1.2946, "third", T1, system=1),
        ]
        found = self.split(self.OLD_T0, self.NEW_T1, *third)
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
        for document in (self.OLD_T0, self.NEW_T1, *third):
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
        found = self.split(self.OLD_T0, self.NEW_T1, *extra)
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
        assert self.split(self.OLD_T0, self.NEW_T1, *extra).basis == "unsplit"

    def test_code_that_changed_in_unknown_places_is_not_the_recipe(self) -> None:
        new = timed(
            "new", 1.2172, "old", T1, system=1, base="old-t0", source=source(NEW, known=False)
        )
        assert self.split(self.OLD_T0 | {"source": source(OLD)}, new).basis == "unsplit"

    def test_the_identity_always_holds(self) -> None:
        new = timed("new", 1.2172, "new", T1, system=1, base="old-t0")
        new["results"][0] |= {"steps": 9000, "train_seconds": 590.0}
        found = self.split(self.OLD_T0, new)
        product = found.step_rate_ratio * found.tokens_per_step_ratio * found.train_seconds_ratio
        assert product == pytest.approx(found.tokens_ratio)
        assert found.train_seconds_ratio == pytest.approx(590 / 600)

    @pytest.mark.parametrize("gone", ["steps", "train_tokens", "train_seconds"])
    @pytest.mark.parametrize("value", [None, 0])
    def test_not_recorded(self, gone: str, value: int | None) -> None:
        document = timed("new-t1", 1.2172, "new", T1, system=1, base="old-t0")
        document["results"][0][gone] = value
        assert ledger(self.OLD_T0, document, rules=self.RULES).steps[0].throughput is None

    def test_a_system_change_alone_is_all_throughput(self) -> None:
        faster = timed("fast", 1.2172, "old", T1, system=1, base="old-t0")
        found = self.split(self.OLD_T0, faster)
        assert found.throughput == near(0.0072)
        assert found.quality == pytest.approx(0, abs=1e-12)

    def test_the_same_tokens_are_all_quality(self) -> None:
        better = timed("better", 1.2172, "new", T0 * 1.001, system=0, base="old-t0")
        found = self.split(self.OLD_T0, better)
        assert found.throughput == pytest.approx(0)
        assert found.quality == near(0.0072)

    def test_faster_code_leaves_the_recipe(self) -> None:
        faster = timed(
            "fast", 1.2172, "old", T1, system=0, base="old-t0", source=source(NEW, "cuda/a.cu")
        )
        old = self.OLD_T0 | {"source": source(OLD)}
        found = self.split(old, faster)
        assert found.throughput == near(0.0072)

    def test_other_code_does_not(self) -> None:
        other = timed(
            "other", 1.2172, "old", T1, system=0, base="old-t0", source=source(NEW, "model/a.py")
        )
        assert self.split(self.OLD_T0 | {"source": source(OLD)}, other).basis == "unsplit"

    def test_code_that_nobody_knows_is_not_the_same_code(self) -> None:
        """Null revisions are equal to no other: the gain may well be a change of the model."""
        old = self.OLD_T0 | {"source": source(None, known=False)}
        fast = timed(
            "fast", 1.2172, "old", T1, system=1, base="old-t0", source=source(None, known=False)
        )
        assert self.split(old, fast).basis == "unsplit"

    def test_what_the_table_and_the_document_say(self) -> None:
        found = ledger(self.OLD_T0, self.NEW_T1, self.OLD_T1, self.NEW_T0, rules=self.RULES)
        assert "throughput +0.0056, quality +0.0016" in str(deltas_table(found, lane().metric).rows)
        json = deltas_json(found)["steps"][0]["throughput"]
        assert (json["basis"], json["throughput"]) == ("four_cells", near(0.0056))
        bare = ledger(self.OLD_T0, self.NEW_T1, rules=self.RULES)
        assert "unsplit" in str(deltas_table(bare, lane().metric).rows)

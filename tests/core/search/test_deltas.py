"""The delta ledger: steps, totals a side and shares (section 7)."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.exactsum import ExactSum
from homegolf_git.core.judge.scores import mean
from homegolf_git.core.search.deltas import delta_ledger, shrink
from homegolf_git.core.search.incumbents import reference_means
from homegolf_git.core.views.deltas import deltas_json, deltas_lines, deltas_table
from tests.build import Document, failed
from tests.core.build import BASELINE, INCUMBENT, MUCH_BETTER, lane, replay
from tests.core.ledgers import VECTORS, WINNER, around, near, tried
from tests.core.search.build import MID, NEW, OLD, RULES, fresh, ledger, source, step


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

"""How local gains predicted upstream gains: pairs and what they say (statistics, section 5)."""

from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.search.transfer import kendall, slope_through_origin, summarize
from homegolf_git.core.views.transfer import transfer_json, transfer_lines
from tests.build import Document, run
from tests.core.build import MUCH_WORSE, lane, replay
from tests.core.ledgers import VECTORS, around, near
from tests.core.search.build import LOW_NEW, LOW_OLD, UP_NEW, UP_OLD, above, below, pairs_of

DELTA = 0.002
POINT = st.tuples(st.floats(-1, 1), st.floats(-1, 1))


class TestSummary:
    """Sign agreement with its bounds, Kendall's tau, the slope, and the state."""

    POINTS: ClassVar[list[tuple[float, float]]] = [(x, y) for x, y in VECTORS["V17"]["input"]]

    def test_vector(self) -> None:
        found, expected = summarize(self.POINTS, DELTA), VECTORS["V17"]["output"]
        assert (found.agree, found.n, found.state) == (expected["agree"], expected["n"], "mixed")
        assert found.sign_lower == near(expected["lower90"])
        assert found.tau == near(expected["tau"])
        assert found.tau_p == near(expected["tau_p"])
        assert found.slope == near(expected["slope"])
        assert found.slope_se == near(expected["slope_se"])
        assert found.slope_lower == near(expected["slope_lcb90"])

    @pytest.mark.parametrize(("n", "lower"), [(3, 0.46), (4, 0.56), (5, 0.63), (7, 0.72)])
    def test_all_agree(self, n: int, lower: float) -> None:
        points = [(0.003 + i * 1e-4, 0.002 + i * 1e-4) for i in range(n)]
        found = summarize(points, DELTA)
        assert found.sign_lower == pytest.approx(lower, abs=0.005)
        assert found.sign_upper == 1.0
        assert found.state == ("unknown" if n < 4 else "supported")

    def test_one_miss_needs_seven(self) -> None:
        points = [(0.003 + i * 1e-4, 0.003 + i * 1e-4) for i in range(6)] + [(0.002, -0.0001)]
        found = summarize(points, DELTA)
        assert found.sign_lower == pytest.approx(0.547, abs=0.001)
        assert found.state == "supported"
        assert summarize(points[1:], DELTA).state == "mixed"

    def test_refuted(self) -> None:
        points = [(0.003 + i * 1e-4, -0.003) for i in range(5)]
        found = summarize(points, DELTA)
        assert (found.state, found.agree, found.sign_lower) == ("refuted", 0, 0.0)
        assert found.sign_upper is not None
        assert found.sign_upper < 0.5

    def test_signs_without_a_slope_are_mixed(self) -> None:
        points = [(0.002, 0.0001)] * 6 + [(0.02, 0.3), (0.021, -0.29)]
        assert summarize(points, DELTA).state == "mixed"

    @pytest.mark.parametrize("points", [[], [(0.0, 0.0)], [(0.001, 5.0)] * 9])
    def test_nothing_that_counts(self, points: list[tuple[float, float]]) -> None:
        found = summarize(points, DELTA)
        assert (found.state, found.n, found.agree) == ("unknown", 0, 0)
        assert (found.sign_lower, found.sign_upper) == (None, None)
        assert list(transfer_lines(found))

    def test_small_gains_are_in_slope_and_rank_only(self) -> None:
        found = summarize([(0.003, 0.003), (0.0001, -0.5), (0.004, 0.004)], DELTA)
        assert (found.n, found.agree) == (2, 2)
        assert found.tau is not None

    def test_a_gain_that_is_level_upstream_does_not_agree(self) -> None:
        assert summarize([(0.003, 0.0)] * 4, DELTA).agree == 0

    @pytest.mark.parametrize(
        ("points", "tau", "p"),
        [
            ([(1.0, 1.0)], None, None),
            ([(1.0, 1.0), (1.0, 2.0)], None, None),
            ([(1.0, 1.0), (2.0, 2.0)], 1.0, None),
            ([(float(i), float(i)) for i in range(5)], 1.0, 2 / 120),
            ([(float(i), -float(i)) for i in range(5)], -1.0, 2 / 120),
            ([(1.0, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, 4.0), (4.0, 5.0)], 0.948683, None),
        ],
        ids=["one", "all tied", "two", "five", "five reversed", "one tie"],
    )
    def test_rank(self, points: list[Any], tau: float | None, p: float | None) -> None:
        found, found_p = kendall(points)
        assert found == (None if tau is None else near(tau))
        assert found_p == (None if p is None else near(p))

    @pytest.mark.parametrize(
        ("points", "slope", "se"),
        [
            ([], None, None),
            ([(0.0, 1.0)], None, None),
            ([(2.0, 1.0)], 0.5, None),
            ([(2.0, 1.0), (0.0, 3.0)], 0.5, None),
            ([(1.0, 1.0), (2.0, 2.0)], 1.0, 0.0),
        ],
    )
    def test_slope(self, points: list[Any], slope: float | None, se: float | None) -> None:
        assert slope_through_origin(points) == (slope, se)

    @given(st.lists(POINT, max_size=12))
    def test_any_points_have_an_answer(self, points: list[tuple[float, float]]) -> None:
        found = summarize(points, DELTA)
        assert 0 <= found.agree <= found.n <= len(points)
        assert (found.state == "unknown") is (found.n < 4)
        if found.sign_lower is not None and found.sign_upper is not None:
            assert 0 <= found.sign_lower <= found.sign_upper <= 1
        assert found.tau is None or -1 - 1e-9 <= found.tau <= 1 + 1e-9
        assert found.tau_p is None or 0 < found.tau_p <= 1
        assert list(transfer_lines(found))


class TestPairs:
    """The same change in both lanes: by config and revision, or by promotion tag."""

    def test_by_config_and_revision(self) -> None:
        found = pairs_of(below(LOW_OLD, LOW_NEW), above(UP_OLD, UP_NEW))
        assert len(found.pairs) == 1
        pair = found.pairs[0]
        assert (pair.run_id, pair.upstream_run_id, pair.side) == ("new", "up-new", "model")
        assert pair.x == pytest.approx(1.0650 - 1.0450)
        assert pair.y == pytest.approx(0.01)
        assert (pair.x_se > 0, pair.y_se > 0) == (True, True)
        assert found.summary.state == "unknown"

    def test_numbers_are_compared_as_numbers(self) -> None:
        new, old = LOW_NEW | {"config": {"knob": 1.0}}, LOW_OLD | {"config": {"knob": 0.0}}
        assert len(pairs_of(below(old, new), above(UP_OLD, UP_NEW)).pairs) == 1

    def test_numbers_within_mappings_of_lists_too(self) -> None:
        old, new = {"knob": [{"a": 1, "b": 2}]}, {"knob": [{"b": 2, "a": 3}]}
        local = below(LOW_OLD | {"config": old}, LOW_NEW | {"config": new})
        up_old, up_new = {"knob": [{"b": 2.0, "a": 1}]}, {"knob": [{"a": 3.0, "b": 2}]}
        up = above(UP_OLD | {"config": up_old}, UP_NEW | {"config": up_new})
        assert len(pairs_of(local, up).pairs) == 1

    def test_numbers_within_lists_too(self) -> None:
        local = below(LOW_OLD | {"config": {"knob": [1, 2]}}, LOW_NEW | {"config": {"knob": [3.0]}})
        up = above(UP_OLD | {"config": {"knob": [1.0, 2]}}, UP_NEW | {"config": {"knob": [3]}})
        assert len(pairs_of(local, up).pairs) == 1

    @pytest.mark.parametrize(
        "rows",
        [
            (UP_OLD, UP_NEW | {"config": {"knob": True}}),
            (UP_OLD, UP_NEW | {"config": {"knob": "1"}}),
            (UP_OLD, UP_NEW | {"source": {"revision": "ffffff0"}}),
            (UP_OLD, UP_NEW | {"base": None}),
            (UP_OLD, UP_NEW | {"base": "gone"}),
            (UP_NEW,),
            (UP_OLD, UP_NEW | {"seeds_run": 0}),
            (UP_OLD | {"seeds_run": 0}, UP_NEW),
            (UP_OLD, UP_NEW | {"config": {"knob": 0}, "run_id": "twin"}),
        ],
        ids=[
            "true is not 1",
            "text is not 1",
            "another revision",
            "no base",
            "base not landed",
            "base missing",
            "invalid",
            "invalid base",
            "nothing changed",
        ],
    )
    def test_no_pair(self, rows: tuple[Document, ...]) -> None:
        assert pairs_of(below(LOW_OLD, LOW_NEW), above(*rows)).pairs == []

    def test_null_revisions_never_pair(self) -> None:
        null = {"source": {"revision": None, "changed_paths": None}}
        local = below(LOW_OLD | null, LOW_NEW | null)
        assert pairs_of(local, above(UP_OLD | null, UP_NEW | null)).pairs == []

    def test_by_promotion_tag(self) -> None:
        strange = UP_NEW | {"config": {"other": 3}, "promotion": "promotions/h100/0001"}
        local, up = below(LOW_OLD, LOW_NEW), above(UP_OLD, strange)
        assert pairs_of(local, up).pairs == []
        found = pairs_of(local, up, **{"promotions/h100/0001": "new"})
        assert [pair.run_id for pair in found.pairs] == ["new"]
        gone = pairs_of(local, up, **{"promotions/h100/0001": "gone"})
        assert gone.pairs == []
        assert pairs_of(local, up, **{"promotions/h100/0002": "new"}).pairs == []

    def test_a_promotion_pairs_a_null_revision(self) -> None:
        null = {"source": {"revision": None, "changed_paths": None}}
        named = UP_NEW | null | {"promotion": "promotions/h100/0001"}
        found = pairs_of(
            below(LOW_OLD, LOW_NEW), above(UP_OLD, named), **{"promotions/h100/0001": "new"}
        )
        assert len(found.pairs) == 1

    def test_each_change_once(self) -> None:
        again = UP_NEW | {"run_id": "again", "results": [{"seed": 7, "val_bpb": 0.93}]}
        found = pairs_of(below(LOW_OLD, LOW_NEW), above(UP_OLD, UP_NEW, again))
        assert len(found.pairs) == 1
        assert found.pairs[0].y == pytest.approx(0.95 - (0.94 + 0.93) / 2)

    def test_losers_pair_too(self) -> None:
        loser = run("new", MUCH_WORSE, config={"knob": 1}, base="old")
        pair = pairs_of(below(LOW_OLD, loser), above(UP_OLD, UP_NEW)).pairs[0]
        assert pair.x < 0 < pair.y
        assert pair.is_fresh

    def test_a_winner_counts_by_its_fresh_seeds(self) -> None:
        selected = pairs_of(below(LOW_OLD, LOW_NEW), above(UP_OLD, UP_NEW)).pairs[0]
        assert not selected.is_fresh
        more = run("more", {21: 1.0475, 22: 1.0477}, config={"knob": 1}, base="old")
        pair = pairs_of(below(LOW_OLD, LOW_NEW, more), above(UP_OLD, UP_NEW)).pairs[0]
        assert pair.is_fresh
        assert pair.x == pytest.approx(1.0650 - 1.0476)

    def test_a_lane_that_maximizes_above(self) -> None:
        rules = lane(
            lane="h100",
            metric={"name": "score", "unit": "", "direction": "maximize", "decimals": 4},
        )
        rows = [
            UP_OLD | {"lane": "h100", "results": [{"seed": 1, "score": 0.5}]},
            UP_NEW | {"lane": "h100", "results": [{"seed": 1, "score": 0.6}]},
        ]
        found = pairs_of(below(LOW_OLD, LOW_NEW), replay(*rows, rules=rules)[0])
        assert found.pairs[0].y == pytest.approx(0.1)

    def test_equal_scores_are_one_measurement(self) -> None:
        one = pairs_of(below(LOW_OLD, LOW_NEW), above(UP_OLD, UP_NEW)).pairs[0]
        same = [{"seed": seed, "val_bpb": 0.95} for seed in (1, 2, 3)]
        thrice = UP_OLD | {"results": same, "seeds_run": 3}
        found = pairs_of(below(LOW_OLD, LOW_NEW), above(thrice, UP_NEW)).pairs[0]
        assert found.y_se == pytest.approx(one.y_se)

    @pytest.mark.parametrize("rows", [(), (LOW_OLD,)])
    def test_empty_lanes(self, rows: tuple[Document, ...]) -> None:
        assert pairs_of(below(*rows), above()).pairs == []
        assert pairs_of(below(), above(UP_OLD, UP_NEW)).pairs == []
        assert transfer_json(pairs_of(below(), above()))["state"] == "unknown"

    def many(self, system: int, model: int) -> tuple[LaneState, LaneState]:
        low, high = [LOW_OLD], [UP_OLD]
        for side, count in (("system", system), ("model", model)):
            for i in range(count):
                config = {"knob": 0, side: {f"x{i}": 1}}
                low.append(run(f"{side}{i}", around(1.08 + i / 100), config=config, base="old"))
                up = run(f"up-{side}{i}", [0.98 + i / 100], config=config, base="up-old")
                high.append(up)
        return below(*low), above(*high)

    @pytest.mark.parametrize(
        ("system", "model", "sides"),
        [(4, 4, {"system", "model"}), (5, 3, set()), (0, 6, set())],
    )
    def test_separate_sets_as_soon_as_both_have_four(
        self, system: int, model: int, sides: set[str]
    ) -> None:
        found = pairs_of(*self.many(system, model))
        assert len(found.pairs) == system + model
        assert set(found.by_side) == sides
        assert found.summary.state == "supported"
        document = transfer_json(found)
        assert len(document["pairs"]) == system + model
        assert set(document["by_side"]) == sides

"""The stop condition: states, reasons and bound (section 6)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.parse import lane_of
from homegolf_git.core.model.values import replace
from homegolf_git.core.search.advice import stop_call
from homegolf_git.core.search.plateau import NEEDED_CAP, REASONS, needed_for, share_bound
from tests.build import Document, failed, run
from tests.core.build import BASELINE, INCUMBENT, MUCH_WORSE, SAME, lane, replay
from tests.core.drawn import ANY_LANES, ANY_RUNS
from tests.core.ledgers import LEAD, OPEN, VECTORS, WINNER, cleared, near, tried
from tests.core.search.build import after, blocked, said

V13 = VECTORS["V13"]["output"]
FRESH = run("fresh", {11: 1.0451, 12: 1.0444, 13: 1.0456, 14: 1.0449}, config=WINNER["config"])


class TestBound:
    """p_upper is Clopper and Pearson's bound at a level that every u and j shares (vector V13)."""

    @pytest.mark.parametrize(
        ("n", "unresolved", "ordinal", "expected"),
        [
            (40, 0, 1, V13["bound(n=40,u=0,j=1)"]),
            (10, 0, 1, V13["bound(n=10,u=0,j=1)"]),
            (40, 3, 4, V13["bound(n=40,u=3,j=4)"]),
            (69, 0, 5, 0.098379),
        ],
    )
    def test_vectors(self, n: int, unresolved: int, ordinal: int, expected: float) -> None:
        assert share_bound(n, unresolved, ordinal, 0.1) == near(expected)

    @pytest.mark.parametrize(("place", "expected"), list(V13["need"].items()))
    def test_needed(self, place: str, expected: int) -> None:
        u, j, p_star = (float(part.split("=")[1]) for part in place.split(","))
        stop = replace(lane().stop, p_star=p_star)
        assert needed_for(int(u), int(u), int(j), stop) == expected - u
        assert needed_for(expected - 1, int(u), int(j), stop) == 1
        assert needed_for(expected, int(u), int(j), stop) == 0

    def test_beyond_the_cap_no_number_helps(self) -> None:
        assert needed_for(0, 0, 1, replace(lane().stop, p_star=1e-9)) is None
        assert (needed_for(0, 0, 1, replace(lane().stop, p_star=1e-4)) or 0) < NEEDED_CAP

    @given(
        st.integers(0, 3_000), st.integers(0, 3_000), st.integers(1, 30),
        st.sampled_from([1e-4, 0.01, 0.2, 0.9]), st.integers(1, NEEDED_CAP),
    )  # fmt: skip
    def test_it_is_the_same_wherever_the_search_begins(
        self, n: int, unresolved: int, ordinal: int, p_star: float, near: int
    ) -> None:
        stop = replace(lane().stop, p_star=p_star)
        found = needed_for(n, unresolved, ordinal, stop)
        assert needed_for(n, unresolved, ordinal, stop, near) == found

    @given(st.floats(5e-324, 0.5), st.integers(1, 10_000), st.integers(0, 300), st.integers(0, 300))
    def test_however_small_the_error_may_be_there_is_a_bound(
        self, error: float, j: int, u: int, more: int
    ) -> None:
        bound = share_bound(u + more, u, j, error)
        assert 0 < bound <= 1
        assert share_bound(u + more, u, j, error / 2) >= bound * (1 - 1e-12)

    @pytest.mark.parametrize("error", [5e-324, 1e-300, 1e-17])
    def test_one_minus_its_level_may_be_one(self, error: float) -> None:
        assert share_bound(40, 0, 1, 1e-9) < share_bound(40, 0, 1, error) <= 1

    @pytest.mark.parametrize("n", [0, 1, 7])
    def test_nothing_cleared_bounds_nothing(self, n: int) -> None:
        assert share_bound(n, n, 1, 0.1) == 1.0

    @given(n=st.integers(0, 300), data=st.data(), j=st.integers(1, 30))
    def test_cleared_never_raises_and_unresolved_never_lowers(
        self, n: int, data: st.DataObject, j: int
    ) -> None:
        u = data.draw(st.integers(0, n))
        bound = share_bound(n, u, j, 0.1)
        assert 0 < bound <= 1
        assert share_bound(n + 1, u, j, 0.1) <= bound
        assert share_bound(n + 1, u + 1, j, 0.1) >= bound
        assert share_bound(n, u, j + 1, 0.1) >= bound

    @given(kinds=st.lists(st.sampled_from("cudbw"), max_size=12))
    def test_the_same_along_a_ledger(self, kinds: list[str]) -> None:
        makers: dict[str, Callable[[str], Document]] = {
            "c": lambda name: tried(name, SAME),
            "w": lambda name: tried(name, MUCH_WORSE, side="system"),
            "u": lambda name: tried(name, OPEN),
            "d": lambda name: failed(name, "diverged", knob=name),
            "b": blocked,
        }
        events: list[Document] = [BASELINE]
        before = after(*events)
        for i, kind in enumerate(kinds):
            events.append(makers[kind](f"run-{i}"))
            now = after(*events)
            assert now.n == before.n + 1
            assert now.unresolved == before.unresolved + (kind in "ub")
            if kind in "ub":
                assert now.p_upper >= before.p_upper
            else:
                assert now.p_upper <= before.p_upper
            before = now


@given(ANY_LANES, ANY_RUNS)
def test_any_lane_can_be_told_how_its_search_stands(
    rules: Document, documents: list[Document]
) -> None:
    state = replay(*documents, rules=lane_of(rules))[0]
    call = stop_call(state)
    bounds = call.plateau.p_upper_by_side.values()
    assert all(0 <= bound <= 1 for bound in (call.plateau.p_upper, *bounds))
    assert call.sentence.endswith(".")


class TestStates:
    """The first state that matches."""

    @pytest.mark.parametrize(
        "events",
        [
            (),
            (blocked("oom"),),
            (failed("nan", "diverged"),),
            (run("bad", seeds_run=0),),
        ],
        ids=["no rows", "only blocked", "only diverged", "only invalid"],
    )
    def test_no_incumbent(self, events: tuple[Document, ...]) -> None:
        found = after(*events)
        assert (found.state, found.reasons) == ("no_incumbent", ())
        assert found.p_upper == 1.0
        assert said(*events)

    def test_improving_while_the_window_of_a_winner_is_short(self) -> None:
        rows = [BASELINE, WINNER, *(tried(f"c{i}", SAME) for i in range(10))]
        assert after(*rows[:2]).state == "improving"
        assert after(*rows[:-1]).state == "improving"
        assert after(*rows).state == "inconclusive"
        assert after(*rows[:-1]).reasons == ()

    def test_blockers_do_not_lengthen_the_window(self) -> None:
        rows = [tried(f"c{i}", SAME) for i in range(9)]
        assert after(BASELINE, WINNER, *rows, blocked("a"), blocked("b")).state == "improving"

    def test_a_baseline_never_improves(self) -> None:
        assert after(BASELINE).state == "inconclusive"

    def test_how_short_is_the_lanes_own_rule(self) -> None:
        rules = lane(stop={"improving_below": 0})
        assert after(BASELINE, WINNER, rules=rules).state == "inconclusive"

    def test_plateaued_has_no_reasons(self) -> None:
        found = after(BASELINE, *cleared(10, 10))
        assert (found.state, found.reasons) == ("plateaued", ())
        assert found.p_upper <= 0.2
        assert found.needed == 0
        assert (found.n, found.unresolved) == (20, 0)
        assert found.cleared == {"system": 10, "model": 10}

    def test_plateaued_under_a_winner_takes_the_second_ordinal(self) -> None:
        rows = [
            tried(f"{side}{i}", SAME, side=side) for i in range(13) for side in ("system", "model")
        ]
        found = after(BASELINE, WINNER, FRESH, *rows[:25])
        assert (found.state, found.n) == ("plateaued", 25)
        assert found.p_upper == near(share_bound(25, 0, 2, 0.1))
        assert after(BASELINE, WINNER, FRESH, *rows[:24]).reasons == ("too_few",)


class TestReasons:
    """Each reason on its own; the first two and blockers only while p_upper is above p_star."""

    @pytest.mark.parametrize(
        ("events", "reasons"),
        [
            ([*cleared(9, 9)], ("too_few",)),
            ([*cleared(16, 4)], ("side_not_covered",)),
            ([*cleared(4, 16)], ("side_not_covered",)),
            ([*cleared(10, 10), tried("open", OPEN)], ("too_few", "unresolved")),
            ([*cleared(10, 10), blocked("oom")], ("too_few", "blockers")),
            ([*cleared(18, 17), tried("lead", LEAD)], ("live_lead",)),
            ([*cleared(10, 10, [1.0651])], ("noise_not_measured",)),
        ],
        ids=[
            "too_few",
            "no model side",
            "no system side",
            "unresolved",
            "blockers",
            "live_lead",
            "noise_not_measured",
        ],
    )
    def test_alone(self, events: list[Document], reasons: tuple[str, ...]) -> None:
        found = after(BASELINE, *events)
        assert (found.state, found.reasons) == ("inconclusive", reasons)

    def test_incumbent_not_remeasured(self) -> None:
        short = run("baseline", INCUMBENT[:3], config={"knob": "base"})
        assert after(short, *cleared(10, 10)).reasons == ("incumbent_not_remeasured",)
        again = run("again", {9: 1.0652}, config={"knob": "base"})
        assert after(short, *cleared(10, 10), again).state == "plateaued"

    def test_a_winner_is_remeasured_by_fresh_seeds_alone(self) -> None:
        rows = [
            tried(f"{side}{i}", SAME, side=side) for i in range(20) for side in ("system", "model")
        ]
        assert after(BASELINE, WINNER, *rows).reasons == ("incumbent_not_remeasured",)

    def test_with_no_fresh_seeds_asked_nothing_is_to_be_remeasured(self) -> None:
        rules = lane(decision={"fresh_seeds": 0})
        single = run("baseline", [1.0650], config={"knob": "base"})
        found = after(single, *cleared(20, 20, [*SAME, 1.0650, 1.0651, 1.0649]), rules=rules)
        assert "incumbent_not_remeasured" not in found.reasons

    @pytest.mark.parametrize(
        "extra", [tried("open", OPEN), blocked("oom")], ids=["open", "blocker"]
    )
    def test_one_unresolved_is_outweighed(self, extra: Document) -> None:
        found = after(BASELINE, *cleared(18, 17), extra)
        assert (found.state, found.n, found.unresolved) == ("plateaued", 36, 1)
        assert found.reasons == ()

    def test_they_come_in_their_order(self) -> None:
        short = run("baseline", [1.0650], config={"knob": "base"})
        alike = [tried(f"alike-{i}", [1.0640 + i / 1e6]) for i in range(10)]
        rules = lane(decision={"honesty": True})
        found = after(short, tried("lead", [1.0620]), *alike, blocked("oom"), rules=rules)
        assert found.reasons == tuple(r for r in REASONS if r in found.reasons)
        assert set(found.reasons) == set(REASONS)

    @pytest.mark.parametrize(
        "rules",
        [
            {"stop": {"min_cleared_per_side": 0}},
            {"stop": {"p_star": 0.99}},
        ],
    )
    def test_a_rule_that_asks_for_little(self, rules: dict[str, Any]) -> None:
        found = after(BASELINE, *cleared(20, 0), rules=lane(**rules))
        expected = "plateaued" if "min_cleared_per_side" in rules["stop"] else "inconclusive"
        assert found.state == expected

    def test_below_delta_that_is_not_ruled_out_is_unresolved(self) -> None:
        better = [1.06325, 1.06315, 1.06335, 1.06325, 1.0632, 1.0633]
        found = after(BASELINE, *cleared(10, 10), tried("small", better))
        assert found.unresolved == 1
        assert "live_lead" not in found.reasons

    def test_a_title_that_was_not_confirmed_is_unresolved(self) -> None:
        bad = run("bad", {11: 1.065, 12: 1.0651, 13: 1.0649, 14: 1.065}, config=WINNER["config"])
        found = after(BASELINE, *cleared(10, 10), WINNER, bad)
        assert (found.n, found.unresolved) == (21, 1)
        assert list(found.unresolved_runs) == ["winner"]
        assert found.p_upper == near(share_bound(21, 1, 1, 0.1))


class TestWindow:
    """Distinct configs judged against the incumbent, and open blockers; nothing else."""

    @pytest.mark.parametrize(
        "extra",
        [
            run("again", {9: 1.065}, config={"knob": "base"}),
            run("bad", SAME, knob="bad", seeds_run=0),
            run("system-0-more", {9: 1.0652}, config=cleared(1, 0)[0]["config"]),
        ],
        ids=["replicate", "invalid", "seeds of a challenger"],
    )
    def test_it_stays(self, extra: Document) -> None:
        before, now = after(BASELINE, *cleared(3, 3)), after(BASELINE, *cleared(3, 3), extra)
        assert (now.n, now.unresolved, now.p_upper) == (before.n, 0, before.p_upper)

    def test_diverged_counts_as_cleared(self) -> None:
        config = {"knob": "base", "system": {"hot": 1}}
        nan = failed("nan", "diverged", config=config, base="baseline")
        found = after(BASELINE, *cleared(9, 10), nan)
        assert (found.state, found.cleared["system"]) == ("plateaued", 10)

    def test_a_config_that_diverged_twice_counts_once(self) -> None:
        first, second = (failed(name, "diverged", knob="hot") for name in ("one", "two"))
        assert after(BASELINE, first, second).n == 1

    def test_a_blocker_is_no_evidence(self) -> None:
        found = after(BASELINE, *cleared(0, 10), *(blocked(f"b{i}") for i in range(10)))
        assert (found.n, found.unresolved) == (20, 10)
        assert found.cleared == {"system": 0, "model": 10}
        assert found.p_upper >= after(BASELINE, *cleared(0, 10)).p_upper
        assert found.p_upper_without_blockers == after(BASELINE, *cleared(0, 10)).p_upper

    def test_a_settled_blocker_leaves(self) -> None:
        done = tried("done", SAME, resolves=["oom"])
        assert after(BASELINE, blocked("oom"), done).n == 1

    def test_an_improvement_starts_a_new_one(self) -> None:
        found = after(BASELINE, *cleared(10, 10), WINNER)
        assert (found.n, found.unresolved) == (0, 0)
        assert found.p_upper == 1.0

    @pytest.mark.parametrize(
        "change",
        [
            {"decision": {"delta_min": 0.0021}},
            {"decision": {"alpha": 0.04}},
            {"stop": {"p_star": 0.25}},
            {"stop": {"error": 0.09}},
        ],
        ids=["delta_min", "alpha", "p_star", "error"],
    )
    def test_changed_rules_start_a_new_one(self, change: dict[str, Any]) -> None:
        found = after(BASELINE, *cleared(10, 10), lane(**change))
        assert (found.state, found.n) == ("inconclusive", 0)
        assert after(BASELINE, *cleared(10, 10), lane(**change), blocked("oom")).n == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"title": "Another title"},
            {"stop": {"min_cleared_per_side": 4}},
            {"stop": {"gain_per_device_hour": 0.1}},
        ],
    )
    def test_other_rules_do_not(self, change: dict[str, Any]) -> None:
        assert after(BASELINE, *cleared(10, 10), lane(**change)).state == "plateaued"

    def test_each_side_has_its_own_bound(self) -> None:
        found = after(BASELINE, *cleared(7, 3), tried("open", OPEN))
        assert found.p_upper_by_side == {
            "system": near(share_bound(7, 0, 1, 0.1)),
            "model": near(share_bound(4, 1, 1, 0.1)),
        }

"""The stop condition: states, reasons, bound, and the words that go with them (section 6)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.attribution import Change
from homegolf_git.core.judge.state import LaneState, Window, WindowEntry
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.values import replace
from homegolf_git.core.search.advice import plateau_sentence, stop_call
from homegolf_git.core.search.plateau import (
    NEEDED_CAP,
    REASONS,
    Plateau,
    needed_for,
    plateau,
    share_bound,
)
from homegolf_git.core.search.prospects import prospects
from homegolf_git.core.views.stop import beside, plateau_json
from tests.build import Document, failed, run
from tests.core.build import BASELINE, INCUMBENT, MUCH_BETTER, MUCH_WORSE, SAME, lane, replay
from tests.core.ledgers import LEAD, OPEN, VECTORS, cleared, near, tried

V13 = VECTORS["V13"]["output"]
WINNER = tried("winner", MUCH_BETTER)
FRESH = run("fresh", {11: 1.0451, 12: 1.0444, 13: 1.0456, 14: 1.0449}, config=WINNER["config"])


def after(*events: Document | Lane, rules: Lane | None = None) -> Plateau:
    return plateau(replay(*events, rules=rules)[0])


def said(*events: Document | Lane, rules: Lane | None = None) -> str:
    state = replay(*events, rules=rules)[0]
    return plateau_sentence(plateau(state), state)


def blocked(name: str, **fields: Any) -> Document:  # noqa: ANN401 - JSON values
    return failed(name, knob=name, **fields)


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


class TestNovelty:
    """Share of change families that were seen exactly once."""

    def test_vector(self) -> None:
        window = Window()
        for i, family in enumerate("aabbbcdde"):
            entry = WindowEntry(
                RunId(f"r{i}"), "worse", Change("model", family), is_cleared=True, delta=None
            )
            window.put(str(i), entry)
        assert window.lone_families / len(window) == near(V13["good_turing"])

    def test_no_draw(self) -> None:
        state = replay(BASELINE)[0]
        assert prospects(state, 1.0).novelty is None

    def test_families_are_kinds_of_change(self) -> None:
        state = replay(
            BASELINE,
            run("a", SAME, base="baseline", config={"knob": "base", "model": {"x": 1}}),
            run("b", SAME, base="baseline", config={"knob": "base", "model": {"x": 2}}),
            run("c", SAME, base="baseline", config={"knob": "base", "model": {"y": 2}}),
        )[0]
        assert prospects(state, 0.5).novelty == near(1 / 3)


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
        found = after(short, tried("lead", [1.0620]), blocked("oom"))
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


class TestBlockedOnly:
    """If everything but the blockers holds, it says so."""

    def test_so(self) -> None:
        rows = [BASELINE, *cleared(10, 10), blocked("oom"), blocked("quota")]
        assert after(*rows).is_blocked_only
        assert "2 blocked" in said(*rows)

    @pytest.mark.parametrize(
        "rows",
        [
            [*cleared(10, 10)],
            [*cleared(9, 9), blocked("oom")],
            [*cleared(16, 4), blocked("oom")],
            [*cleared(10, 10), tried("open", OPEN), blocked("oom")],
            [*cleared(18, 17), tried("lead", LEAD), blocked("oom")],
            [*cleared(18, 17), blocked("oom")],
        ],
        ids=["no blocker", "too few", "a side", "unresolved", "lead", "plateaued all the same"],
    )
    def test_not_so(self, rows: list[Document]) -> None:
        assert not after(BASELINE, *rows).is_blocked_only
        assert "would be plateaued" not in said(BASELINE, *rows)

    def test_an_improving_lane_is_not(self) -> None:
        assert not after(BASELINE, WINNER, blocked("oom")).is_blocked_only


class TestWords:
    """The sentence names what would settle it."""

    def test_how_many_more(self) -> None:
        text = said(BASELINE, *cleared(4, 2))
        assert "13 more cleared challengers" in text
        assert "1 system-side and 3 model-side among them" in text

    def test_which_runs_need_seeds(self) -> None:
        rows = [tried(f"open-{i}", OPEN) for i in range(5)]
        text = said(BASELINE, *cleared(5, 5), *rows)
        assert "open-0" in text
        assert "2 more" in text

    def test_which_blockers(self) -> None:
        text = said(BASELINE, *cleared(5, 5), blocked("oom-x"), blocked("oom-y"))
        assert "oom-x" in text
        assert "oom-y" in text

    def test_noise_seeds_and_leads(self) -> None:
        short = run("baseline", [1.0650], config={"knob": "base"})
        text = said(short, tried("lead", [1.0620]))
        assert "8 more degrees of freedom" in text
        assert "3 fresh seeds" in text
        assert "look better" in text

    def test_beyond_counting(self) -> None:
        rules = lane(stop={"p_star": 1e-9})
        assert after(BASELINE, rules=rules).needed is None
        assert "than can be counted" in said(BASELINE, rules=rules)

    def test_one_is_one(self) -> None:
        assert "1 blocked runs" not in said(BASELINE, *cleared(10, 10), blocked("oom"))
        assert "1 more cleared challengers" not in said(BASELINE, *cleared(9, 9))

    @pytest.mark.parametrize(
        ("rows", "word"),
        [
            ([BASELINE, *cleared(10, 10)], "Plateaued"),
            ([BASELINE, WINNER], "Improving"),
            ([], "No incumbent"),
        ],
    )
    def test_the_state(self, rows: list[Document], word: str) -> None:
        assert said(*rows).startswith(word)

    def test_a_side_alone_says_what_it_counts(self) -> None:
        """Nothing but a side is missing: there is no number of challengers to be `of them`."""
        assert "of them" not in said(BASELINE, *cleared(20, 0))

    def test_the_sides_never_ask_for_more_than_all_that_are_asked_for(self) -> None:
        """18 cleared on one side: one more would bring the bound down, the other side needs 5."""
        assert "1 more cleared challengers" not in said(BASELINE, *cleared(18, 0))


class TestBeside:
    """Novelty, expected gain and cost stand beside the state and never change it."""

    def state(self, *rows: Document, **rules: Any) -> LaneState:  # noqa: ANN401 - JSON values
        return replay(*rows, rules=lane(**rules))[0]

    def words(self, state: LaneState) -> str:
        return "\n".join(beside(stop_call(state), state))

    def climb(self, **fields: Any) -> list[Document]:  # noqa: ANN401 - JSON values
        """Four incumbents, each re-measured, each 0.012 better than the one before."""
        rows = []
        for i in range(4):
            score = 1.065 - 0.012 * i
            config = {"knob": i}
            scores = [score, score + 0.0003, score - 0.0003]
            fresh = {11 + j: score + 0.0001 * (j - 1.5) for j in range(4)}
            base = f"step-{i - 1}" if i else None
            rows.append(run(f"step-{i}", scores, config=config, base=base, **fields))
            rows.append(run(f"fresh-{i}", fresh, config=config, base=base, **fields))
        return rows

    def test_nothing_without_an_incumbent(self) -> None:
        assert self.words(self.state()) == ""
        seen = prospects(self.state(), 1.0)
        assert (seen.novelty, seen.expected_gain_at_most, seen.device_hours_each) == (None,) * 3

    def test_expected_gain_takes_three_gains(self) -> None:
        rows = self.climb()
        assert prospects(self.state(*rows[:6]), 0.5).expected_gain_at_most is None
        assert "unknown" in self.words(self.state(*rows[:6]))
        found = prospects(self.state(*rows), 0.5).expected_gain_at_most
        assert found == near(0.5 * 0.012)
        assert "at most +" in self.words(self.state(*rows))

    def test_expected_gain_rests_on_fresh_gains(self) -> None:
        """The mean excess is over past fresh gains: titles that nobody re-measured give none."""
        rows = [row for row in self.climb() if row["run_id"].startswith("step")]
        assert prospects(self.state(*rows), 0.5).expected_gain_at_most is None

    def test_cost_is_device_hours_a_settled_challenger(self) -> None:
        pair = [{"device": "A", "count": 2}]
        timed: Document = {"extra": {"train_seconds": 1800.0}, "hardware": pair}
        rows = [BASELINE, tried("a", SAME, **timed), tried("b", OPEN, **timed)]
        assert prospects(self.state(*rows), 0.5).device_hours_each == near(4 * 0.5 * 2)

    @pytest.mark.parametrize(
        "rows",
        [
            [tried("open", OPEN, extra={"train_seconds": 5.0})],
            [tried("a", SAME, extra={"train_seconds": 5.0}), tried("b", SAME)],
            [tried("a", SAME)],
        ],
        ids=["none settled", "not all stated", "none stated"],
    )
    def test_cost_that_cannot_be_told(self, rows: list[Document]) -> None:
        state = self.state(BASELINE, *rows)
        assert prospects(state, 0.5).device_hours_each is None
        assert "cost" not in self.words(state)

    @pytest.mark.parametrize(("rate", "expected"), [(1e6, True), (1e-9, False), (None, None)])
    def test_uneconomic_is_advice(self, rate: float | None, expected: bool | None) -> None:
        rows = [
            *self.climb(extra={"train_seconds": 600.0}),
            tried("x", MUCH_WORSE, base="step-3", extra={"train_seconds": 600.0}),
        ]
        state = self.state(*rows, stop={"gain_per_device_hour": rate})
        assert prospects(state, 1.0).is_uneconomic is expected
        assert ("uneconomic" in self.words(state)) is (expected is True)
        assert plateau(state) == plateau(self.state(*rows))

    def test_new_kinds_of_change_are_named(self) -> None:
        assert "still meeting new kinds" in self.words(self.state(BASELINE, *cleared(2, 2)))
        same = [run(f"r{i}", SAME, base="baseline", config={"knob": i}) for i in range(4)]
        assert "still meeting" not in self.words(self.state(BASELINE, *same))

    def test_blind_search_and_the_assumption(self) -> None:
        text = self.words(self.state(BASELINE, *cleared(2, 2)))
        assert "1/6" in text
        assert "resemble" in text


class TestJson:
    """The fields that programs read."""

    @pytest.mark.parametrize(
        "rows", [[], [BASELINE], [BASELINE, *cleared(10, 10)], [blocked("oom")]]
    )
    def test_fields(self, rows: list[Document]) -> None:
        state = replay(*rows)[0]
        found, document = plateau(state), plateau_json(stop_call(state))
        wanted = {"state", "reasons", "p_upper", "n", "unresolved", "cleared", "needed", "sentence"}
        assert wanted <= set(document)
        assert set(document["cleared"]) == {"system", "model"}
        assert document["sentence"] == plateau_sentence(found, state)
        assert document["p_upper"] == near(found.p_upper)

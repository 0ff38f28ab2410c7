"""What would settle the stop condition: the cheapest plan, found by trying them all."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.core.judge.nextstep import Prospect
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import BetweenNoise, Noise, Outlook
from homegolf_git.core.search.plan import (
    Settling,
    Standing,
    StopPlan,
    Undecided,
    plan_of,
    runs_to_measure,
    stop_plan,
)
from homegolf_git.core.search.plateau import needed_for, plateau
from tests.build import Document, failed, run
from tests.core.build import BASELINE, SAME, lane, replay
from tests.core.ledgers import LEAD, OPEN, cleared, tried

DELTA, SIGMA = 0.002, 0.0007
POOLED = Noise(SIGMA, 53, 49, "measured")
OVER_SESSIONS = replace(POOLED, between=BetweenNoise(0.0005, 12, 8, SIGMA**2 + 0.0005**2, 1.0, 0))
STOP = replace(lane().stop, p_star=0.2, error=0.1)
REJUDGED = lane(stop={"rejudge": True})


@st.composite
def undecided(draw: st.DrawFn) -> list[Undecided]:
    """A few configs that are not decided, some of them leads."""
    n_incumbent = draw(st.integers(1, 5))
    spread = draw(st.sampled_from([1, n_incumbent]))
    found = []
    for number in range(draw(st.integers(0, 4))):
        n = draw(st.integers(1, 4))
        outlook = Outlook(
            gain=draw(st.floats(-0.001, 0.0025)),
            n_incumbent=n_incumbent, n_challenger=n,
            squares_incumbent=n_incumbent * spread, squares_challenger=n,
            alpha_next=3e-4, delta_min=DELTA, moderate=6, few_seeds_df=None, max_runs=12,
        )  # fmt: skip
        found.append(Undecided(f"c{number}", outlook))
    return found


STANDINGS = st.builds(
    lambda n, blockers, ordinal, cost, least: Standing(
        n, ordinal, STOP, cost, tuple(f"b{i}" for i in range(blockers)), least
    ),
    st.integers(5, 40),
    st.integers(0, 2),
    st.integers(1, 3),
    st.sampled_from([1.0, 1.5, 4.0]),
    st.integers(0, 6),
)


def tried_one_by_one(items: list[Undecided], noise: Noise, standing: Standing) -> float | None:
    """The least cost over every y and every set of configs and blockers to settle."""
    rest = [item for item in items if item.outlook.gain < item.outlook.delta_min]
    unresolved = len(items) + len(standing.blockers)
    costs = []
    for y in range(standing.least, 25):
        single = [2] * len(standing.blockers)
        for item in rest:
            here = Prospect(item.outlook, noise)
            own = 1 if here.clears(0, 0) >= 0.5 else 0  # nothing else keeps it unresolved
            enough = [x for x in range(own, 25) if here.clears(x, y) >= 0.5]
            single += enough[:1]
        for r in range(len(single) + 1):
            more = needed_for(standing.n, unresolved - r, standing.ordinal, standing.stop)
            if more is not None:
                cheapest = min(map(sum, itertools.combinations(single, r)))
                costs.append(y + cheapest + standing.mean_cost * more)
    return min(costs, default=None)


class TestCheapest:
    """3.2: y + the r cheapest + cbar max(0, n*(u - r) - n), at its least."""

    @settings(max_examples=40)
    @given(undecided(), STANDINGS, st.sampled_from([POOLED, OVER_SESSIONS]))
    def test_no_other_plan_costs_less(
        self, items: list[Undecided], standing: Standing, noise: Noise
    ) -> None:
        found = stop_plan(items, noise, standing)
        assert found is not None
        assert found.runs == pytest.approx(tried_one_by_one(items, noise, standing), rel=1e-12)

    @settings(max_examples=20)
    @given(undecided(), STANDINGS)
    def test_its_parts_add_up(self, items: list[Undecided], standing: Standing) -> None:
        found = stop_plan(items, POOLED, standing)
        assert found is not None
        settled = sum(item.runs for item in found.settle)
        assert found.runs == pytest.approx(
            found.incumbent + settled + standing.mean_cost * found.challengers
        )
        assert found.incumbent >= standing.least
        assert found.unresolved_left == len(items) + len(standing.blockers) - len(found.settle)
        leads = tuple(item.run_id for item in items if item.outlook.gain >= DELTA)
        assert found.leads == leads
        assert not {item.run_id for item in found.settle} & set(leads)

    def test_what_only_its_own_scatter_keeps_unresolved_needs_a_run_of_its_own(self) -> None:
        """The plain comparison has it cleared; a plan of no runs would leave the lane as it is."""
        one = Outlook(0.0, 9, 3, 9, 3, 3e-4, DELTA, 6, None, 12)
        items = [Undecided(f"c{number}", one) for number in range(5)]
        found = stop_plan(items, POOLED, Standing(30, 1, STOP, 1.5))
        assert found is not None
        assert found.settle
        assert all(item.runs == 1 for item in found.settle)

    def test_a_share_that_no_number_reaches_has_no_plan(self) -> None:
        hard = Standing(5, 1, replace(STOP, p_star=1e-9), 1.5)
        assert stop_plan([], POOLED, hard) is None


def plan(*events: Document) -> StopPlan | None:
    state = replay(*events, rules=REJUDGED)[0]
    return plan_of(state, plateau(state))


class TestOfALane:
    """3.2: from a lane as it stands; leads are judged first."""

    def test_only_an_inconclusive_lane_has_one(self) -> None:
        assert plan() is None
        assert plan(BASELINE, *cleared(40, 40)) is None
        assert plan(BASELINE, *cleared(3, 3)) is not None

    def test_what_it_names(self) -> None:
        blocker = failed("broken", knob="broken")
        found = plan(BASELINE, *cleared(1, 1), tried("lead", LEAD), tried("open", OPEN), blocker)
        assert found is not None
        assert found.leads == ("lead",)
        assert found.unresolved_left >= 1
        assert {item.run_id for item in found.settle} <= {"broken", "open"}
        blocked = [item for item in found.settle if item.run_id == "broken"]
        assert blocked in ([], [Settling("broken", 2)])

    def test_scores_for_a_cleared_config(self) -> None:
        one = plan(BASELINE, *cleared(3, 3, SAME))
        assert one is not None
        assert one.runs == one.incumbent + 3 * one.challengers

    def test_before_any_is_cleared_the_cost_is_a_guess(self) -> None:
        found = plan(BASELINE)
        assert found is not None
        assert found.runs == found.incumbent + 1.5 * found.challengers

    def test_what_the_reference_and_the_noise_lack(self) -> None:
        for scores, lacking in (([1.065], 8), ([1.065, 1.066, 1.064], 6)):
            state = replay(run("base", scores))[0]
            assert runs_to_measure(state) == lacking
        assert runs_to_measure(replay()[0]) == 8
        over = lane(decision={"sessions": {"sigma0": 0.0014}})
        state = replay(
            *(run(f"r{n}", {n: 1.06 + n / 1e4}, session=f"s{n}") for n in range(4)), rules=over
        )[0]
        assert runs_to_measure(state) == 5

    def test_a_title_that_was_not_confirmed_may_be_settled_too(self) -> None:
        rules = lane(stop={"rejudge": True})
        lucky = run("lucky", {1: 1.045, 2: 1.0453, 3: 1.0447}, knob=1)
        bad = run("bad", {n: 1.065 + n / 1e5 for n in range(11, 15)}, knob=1)
        state = replay(BASELINE, lucky, bad, rules=rules)[0]
        assert plan_of(state, plateau(state)) is not None

"""What would decide an undecided config, by the clauses of the statistics."""

import math
from collections.abc import Callable
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.core.judge.distributions import t_quantile, t_upper_quantile
from homegolf_git.core.judge.nextstep import (
    Prospect,
    decidable_delta,
    next_step,
    to_clear,
    to_detect_delta,
    to_settle,
    to_win_at_estimate,
)
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import BetweenNoise, Noise, Outlook, RunPlan

Search = Callable[[Prospect, int], RunPlan | None]
DELTA, SIGMA = 0.002, 0.0007
POOLED = Noise(SIGMA, 53, 49, "measured")
WEAK = Noise(SIGMA, 6, 2, "weak")
OVER_SESSIONS = replace(POOLED, between=BetweenNoise(0.0005, 12, 8, SIGMA**2 + 0.0005**2, 1.0, 0))
NOISES = st.sampled_from([POOLED, WEAK, OVER_SESSIONS])


@st.composite
def outlooks(draw: st.DrawFn, most: int = 12) -> Outlook:
    """An undecided config, whose scores lie each in a session of its own or all in one."""
    sizes = draw(st.integers(1, 9)), draw(st.integers(1, 6))
    squares = [draw(st.sampled_from([n, n * n])) for n in sizes]
    return Outlook(
        gain=draw(st.floats(-0.004, 0.006)),
        n_incumbent=sizes[0], n_challenger=sizes[1],
        squares_incumbent=squares[0], squares_challenger=squares[1],
        alpha_next=draw(st.sampled_from([3.125e-4, 1e-5])),
        delta_min=DELTA, moderate=draw(st.sampled_from([None, 6])),
        few_seeds_df=draw(st.sampled_from([None, 5])),
        max_runs=draw(st.integers(1, most)),
    )  # fmt: skip


def splits(runs: int) -> list[tuple[int, int]]:
    return [(x, runs - x) for x in range(runs + 1)]


class TestChances:
    """2.5: both chances are those of the gain as it will be, around the gain as it is."""

    @given(outlooks(), NOISES, st.integers(0, 12), st.integers(0, 12))
    def test_they_are_what_the_text_computes(
        self, outlook: Outlook, noise: Noise, x: int, y: int
    ) -> None:
        here = Prospect(outlook, noise)
        o, between = outlook, noise.between
        errors = []
        for more_c, more_i in ((0, 0), (x, y)):
            n_i, n_c = o.n_incumbent + more_i, o.n_challenger + more_c
            square = (1 / n_i + 1 / n_c) * SIGMA**2
            if between is not None:
                q = (o.squares_incumbent + more_i) / n_i**2
                q += (o.squares_challenger + more_c) / n_c**2
                square += q * between.sigma**2
            errors.append(square)
        more = here.after(x, y)
        df = more.df
        if between is None:
            assert df == noise.nu + x + y
        else:
            nu_b = between.nu + x + y
            assert min(noise.nu, nu_b) <= df <= noise.nu + nu_b
        n_c, bar_df = o.n_challenger + x, df
        if o.moderate is not None and (between is None or n_c <= 2):
            bar_df = min(df, o.moderate + n_c - 1)
        elif o.moderate is None and o.few_seeds_df is not None and n_c <= 2:
            bar_df = min(df, o.few_seeds_df)
        se = math.sqrt(errors[1])
        left = max(0.0, errors[0] - errors[1])
        bar = max(DELTA, t_upper_quantile(o.alpha_next, bar_df) * se)
        clear = DELTA - t_quantile(0.95, df) * se
        if left < 1e-20:
            return
        normal = NormalDist()
        chances = normal.cdf((o.gain - bar) / left**0.5), normal.cdf((clear - o.gain) / left**0.5)
        assert here.promotes(x, y) == pytest.approx(chances[0], rel=1e-6, abs=1e-12)
        assert here.clears(x, y) == pytest.approx(chances[1], rel=1e-6, abs=1e-12)

    @given(outlooks(), NOISES)
    def test_without_more_runs_it_stands_as_it_is(self, outlook: Outlook, noise: Noise) -> None:
        here = Prospect(outlook, noise)
        assert {here.promotes(0, 0), here.clears(0, 0)} <= {0.0, 1.0}

    @given(outlooks(), NOISES)
    def test_hope_is_the_best_way_to_spend_the_runs(self, outlook: Outlook, noise: Noise) -> None:
        here = Prospect(outlook, noise)
        most = outlook.max_runs
        assert here.hope(most) == max(here.promotes(x, y) for x, y in splits(most))
        assert 0 <= here.hope(most) <= 1

    @given(outlooks(), NOISES, st.floats(1e-5, 0.003))
    def test_a_larger_gain_is_never_less_hopeful(
        self, outlook: Outlook, noise: Noise, more: float
    ) -> None:
        better = replace(outlook, gain=outlook.gain + more)
        most = outlook.max_runs
        assert Prospect(better, noise).hope(most) >= Prospect(outlook, noise).hope(most)


class TestPlans:
    """2.5: the least x + y; ties go to the larger y, because its scores serve every challenger."""

    @settings(max_examples=25)
    @given(outlooks(), NOISES)
    def test_each_is_the_least_with_the_larger_y(self, outlook: Outlook, noise: Noise) -> None:
        here, most = Prospect(outlook, noise), 8
        searches: dict[Search, Callable[[int, int], bool]] = {
            to_settle: lambda x, y: here.promotes(x, y) + here.clears(x, y) >= 0.8,
            to_detect_delta: lambda x, y: here.detectable(x, y) <= DELTA,
        }
        if outlook.gain > DELTA:
            searches[to_win_at_estimate] = here.wins_at_estimate
            assert to_clear(here, most) is None
        if outlook.gain < DELTA:
            searches[to_clear] = lambda x, y: here.clears(x, y) >= 0.8
            assert to_win_at_estimate(here, most) is None
        for search, is_enough in searches.items():
            enough = [
                (x + y, -y)
                for runs in range(1, most + 1)
                for x, y in splits(runs)
                if is_enough(x, y)
            ]
            found = search(here, most)
            if not enough:
                assert found is None
                continue
            assert found is not None
            assert (found.runs, -found.incumbent) == min(enough)

    @given(outlooks(), NOISES)
    def test_what_can_be_decided_in_the_most_runs(self, outlook: Outlook, noise: Noise) -> None:
        here = Prospect(outlook, noise)
        plan = to_detect_delta(here, outlook.max_runs)
        if plan is not None and plan.runs == outlook.max_runs:
            assert decidable_delta(here) <= DELTA
        assert decidable_delta(here) == min(
            here.detectable(x, y) for x, y in splits(outlook.max_runs)
        )

    @given(
        outlooks(),
        st.sampled_from([0.3, 0.7, 1.4, 3.0]),
        st.integers(0, 12),
        st.none() | st.sampled_from([(0.0, 1.0), (0.5, 1.0), (1.0, 2.5), (2.0, 4.0)]),
    )
    def test_nothing_that_would_find_delta_is_passed_over(
        self, outlook: Outlook, sigmas: float, nu_obs: int, sessions: tuple[float, float] | None
    ) -> None:
        """The search skips what cannot do; all splits up to the last run say the same."""
        noise = Noise(SIGMA, 4 + nu_obs, nu_obs, "weak")
        if sessions is not None:
            spread, n0 = sessions[0] * SIGMA, sessions[1]
            between = BetweenNoise(spread, 6, 2, SIGMA**2 + n0 * spread**2, n0, 0)
            noise = replace(noise, between=between)
        here = Prospect(replace(outlook, delta_min=sigmas * SIGMA), noise)
        every = (RunPlan(x, y) for runs in range(1, 41) for x, y in splits(runs))
        enough = (
            plan
            for plan in every
            if here.detectable(plan.challenger, plan.incumbent) <= sigmas * SIGMA
        )
        assert to_detect_delta(here, 40) == next(enough, None)

    def test_a_search_ends_at_64(self) -> None:
        hopeless = Prospect(Outlook(DELTA, 1, 1, 1, 1, 1e-9, 1e-9, None, None, 12), POOLED)
        assert to_detect_delta(hopeless) is None


class TestAction:
    """2.5: the first of drop, the plan that wins, the plan that settles, drop and raise_delta."""

    @given(outlooks(), NOISES)
    def test_the_first_match(self, outlook: Outlook, noise: Noise) -> None:
        here, most = Prospect(outlook, noise), outlook.max_runs
        found = next_step(outlook, noise)
        assert found.hope == here.hope(most)
        plan = to_win_at_estimate(here, most) or to_settle(here, most)
        if found.hope < 0.10:
            assert (found.action, found.plan) == ("drop", None)
        elif plan is None:
            expected = "drop" if outlook.gain < DELTA else "raise_delta"
            assert (found.action, found.plan) == (expected, None)
        else:
            assert found.plan == plan
            assert found.promotes == here.promotes(plan.challenger, plan.incumbent)
            assert found.clears == here.clears(plan.challenger, plan.incumbent)

    @given(outlooks(), NOISES)
    def test_a_plan_is_never_above_the_most_runs(self, outlook: Outlook, noise: Noise) -> None:
        plan = next_step(outlook, noise).plan
        assert plan is None or 1 <= plan.runs <= outlook.max_runs

    @given(outlooks(most=10), NOISES, st.integers(1, 4))
    def test_more_runs_change_no_plan_that_does_with_fewer(
        self, outlook: Outlook, noise: Noise, more: int
    ) -> None:
        here, there = outlook, replace(outlook, max_runs=outlook.max_runs + more)
        one, other = next_step(here, noise), next_step(there, noise)
        if one.plan is not None and other.plan is not None:
            assert other.plan == one.plan or other.plan.runs > here.max_runs

    @given(outlooks(), NOISES)
    def test_the_name_of_a_plan(self, outlook: Outlook, noise: Noise) -> None:
        found = next_step(outlook, noise)
        if found.plan is None:
            return
        x, y = found.plan.challenger, found.plan.incumbent
        if x == 0:
            expected = "incumbent" if noise.basis == "measured" else "noise"
        else:
            expected = "both" if y else "challenger"
        assert found.action == expected

    def test_seeds_count_both_sides(self) -> None:
        assert RunPlan(2, 3).runs == 5

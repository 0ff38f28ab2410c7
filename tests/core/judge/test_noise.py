"""The noise of a lane, by the clauses of the statistics."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from homegolf_git.core.judge.noise import (
    Scatter,
    Share,
    lane_noise,
    seed_effect,
    session_effect,
    share_of,
    total_sigma,
)
from homegolf_git.core.judge.pool import Pool
from homegolf_git.core.judge.scores import Counting, Score
from homegolf_git.core.model.lane import Sessions
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Noise
from tests.core.build import lane

SMALL = st.floats(1e-5, 0.1)


def noise(nu_obs: int, squares: float, sigma0: float, nu0: float) -> Noise:
    """The noise of a lane that declares nothing of procedure 2."""
    rules = replace(lane().decision, sigma0=sigma0, nu0=nu0)
    return lane_noise(Scatter(plain=Pool(nu_obs, squares)), rules, tuple)


class TestPool:
    """2.1: sigma^2 = (nu0 sigma0^2 + SS) / (nu0 + nu_obs); assumed, weak below 8 df, measured."""

    @pytest.mark.parametrize(
        ("nu_obs", "basis"),
        [(0, "assumed"), (1, "weak"), (7, "weak"), (8, "measured"), (100, "measured")],
    )
    def test_basis(self, nu_obs: int, basis: str) -> None:
        found = noise(nu_obs, 1e-6 * nu_obs, 0.001, 4)
        assert (found.basis, found.nu, found.nu_obs) == (basis, 4 + nu_obs, nu_obs)
        assert found.sigma == pytest.approx(0.001)

    @given(st.integers(1, 200), SMALL, SMALL, st.floats(0.5, 10))
    def test_it_lies_between_the_prior_and_what_was_observed(
        self, nu_obs: int, observed: float, sigma0: float, nu0: float
    ) -> None:
        sigma = noise(nu_obs, nu_obs * observed**2, sigma0, nu0).sigma
        assert min(observed, sigma0) * (1 - 1e-9) <= sigma <= max(observed, sigma0) * (1 + 1e-9)

    @given(st.floats(1e-4, 0.01), st.floats(1e-4, 0.01))
    def test_the_prior_fades(self, observed: float, sigma0: float) -> None:
        sigma = noise(10**9, 10**9 * observed**2, sigma0, 4).sigma
        assert sigma == pytest.approx(observed, rel=1e-2)


RULES = replace(lane().decision, honesty=True)
OVER = replace(RULES, sessions=Sessions(0.0014))
Configs = list[list[Score]]


def scatter(configs: Configs, counting: Counting = "average") -> Scatter:
    found = Scatter()
    for number, config in enumerate(configs):
        found.put(str(number), Share(), share_of(config, counting))
    return found


def apart(sessions: int, each: int, between: float, within: float, seed: int = 1) -> Configs:
    """One config in so many sessions, with so many scores in each."""
    chance = random.Random(seed)  # noqa: S311 - drawn, not secret
    config = []
    for session in range(sessions):
        centre = chance.gauss(1.065, between)
        config += [
            Score(session * each + n, 0, chance.gauss(centre, within), f"s{session}", 1)
            for n in range(each)
        ]
    return [config]


class TestBasisOverSessions:
    """2.1: assumed without df within and between; measured from 8 between; else weak."""

    @pytest.mark.parametrize(
        ("sessions", "each", "basis"),
        [(1, 1, "assumed"), (1, 12, "weak"), (2, 1, "weak"), (8, 1, "weak"), (9, 1, "measured")],
    )
    def test_basis(self, sessions: int, each: int, basis: str) -> None:
        found = lane_noise(scatter(apart(sessions, each, 0.001, 0.0007)), OVER, tuple)
        assert found.basis == basis
        assert found.between is not None
        assert found.between.nu_obs == sessions - 1
        assert total_sigma(found) ** 2 == pytest.approx(found.sigma**2 + found.between.sigma**2)

    def test_one_run_sessions_leave_the_spread_within_as_declared(self) -> None:
        found = lane_noise(scatter(apart(9, 1, 0.01, 0.0007)), OVER, tuple)
        assert found.sigma == pytest.approx(0.0007)
        assert found.nu_obs == 0


class TestSessionEffect:
    """2.1: a remark where sessions differ by more than seeds do, and nothing is declared."""

    def test_where_it_is_told(self) -> None:
        found = session_effect(scatter(apart(6, 3, 0.004, 0.0007)), RULES, tuple)
        assert found is not None
        assert found.larger > 3 * found.smaller

    def test_where_it_is_not(self) -> None:
        for configs in (
            apart(6, 3, 0.0, 0.0007),  # no effect
            apart(4, 3, 0.004, 0.0007),  # 3 df between
            apart(6, 1, 0.004, 0.0007),  # none within
        ):
            assert session_effect(scatter(configs), RULES, tuple) is None
        assert session_effect(scatter(apart(6, 3, 0.004, 0.0007)), OVER, tuple) is None

    def test_degrees_within_are_those_that_count(self) -> None:
        # One config holds nearly all degrees within; of its share of 0.05 fewer than 4 are left.
        [config] = apart(5, 8, 0.004, 0.0007)
        with_share = replace(RULES, pool_share=0.05)
        assert session_effect(scatter([config]), RULES, tuple) is not None
        assert session_effect(scatter([config]), with_share, tuple) is None

    @given(st.integers(0, 1000))
    def test_its_bar(self, seed: int) -> None:
        sums = scatter(apart(6, 3, 0.0005, 0.0007, seed))
        found = session_effect(sums, RULES, tuple)
        pool = lane_noise(sums, OVER, tuple)
        observed = sums.between.squares.value / sums.between.df
        bar = stats.f.ppf(0.95, sums.between.joined, pool.nu) * pool.sigma**2
        assert (found is not None) is bool(observed > bar)


class TestSeedEffect:
    """2.0: F of the means of seeds against repeats, from 8 degrees of each."""

    def configs(self, seeds: int, repeats: int, between: float, within: float) -> Configs:
        chance = random.Random(4)  # noqa: S311 - as above
        config = []
        for seed in range(seeds):
            centre = chance.gauss(1.065, between)
            config += [Score(seed, n, chance.gauss(centre, within), "s", 1) for n in range(repeats)]
        return [config]

    def test_where_it_is_told(self) -> None:
        found = seed_effect(scatter(self.configs(9, 2, 0.002, 0.0002)))
        assert found is not None
        assert found.larger > 3 * found.smaller

    def test_where_it_is_not(self) -> None:
        assert seed_effect(scatter(self.configs(9, 2, 0.0, 0.0007))) is None
        assert seed_effect(scatter(self.configs(8, 2, 0.002, 0.0002))) is None
        assert seed_effect(scatter(self.configs(20, 1, 0.002, 0.0002))) is None
        assert seed_effect(Scatter()) is None

    def test_a_config_that_changes_leaves_no_trace(self) -> None:
        [config] = self.configs(9, 2, 0.002, 0.0002)
        found = Scatter()
        before = Share()
        for n in range(1, len(config) + 1):
            after = share_of(config[:n], "average")
            found.put("c", before, after)
            before = after
        assert found.repeats == scatter([config]).repeats
        found.put("c", before, Share())
        assert (found.repeats.df_seeds, found.repeats.squares_seeds.value) == (0, 0.0)

"""The noise of a lane, by the clauses of the statistics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.noise import Scatter, lane_noise
from homegolf_git.core.judge.pool import Pool
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

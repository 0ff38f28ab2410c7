"""Whether the challengers of a stop window can be told from copies of one config."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.verdict import BetweenNoise, Noise
from homegolf_git.core.search.plateau import plateau
from homegolf_git.core.search.standing import window_now
from homegolf_git.core.search.thinness import Measured, is_thin, thinness
from tests.build import Document
from tests.core.build import BASELINE, lane, replay
from tests.core.ledgers import tried

SIGMA = 0.0007
POOLED = Noise(SIGMA, 53, 49, "measured")
OVER_SESSIONS = Noise(
    SIGMA, 53, 49, "measured", BetweenNoise(0.001, 12, 8, SIGMA**2 + 0.001**2, 1.0, 0)
)
MEASURED = st.lists(
    st.builds(Measured, st.floats(1.05, 1.08), st.integers(1, 8)), min_size=10, max_size=30
)


class TestQ:
    """3.1: Q = sum w_c (m_c - mbar)^2 against the 95 % quantile of chi2 with n - 1 df."""

    @given(MEASURED, st.sampled_from([POOLED, OVER_SESSIONS]))
    def test_it_is_what_the_text_computes(self, measured: list[Measured], noise: Noise) -> None:
        between = 0.001**2 if noise.between else 0.0
        w = [1 / (SIGMA**2 / one.n + between) for one in measured]
        pairs = list(zip(w, measured, strict=True))
        centre = sum(x * one.mean for x, one in pairs) / sum(w)
        q = sum(x * (one.mean - centre) ** 2 for x, one in pairs)
        found = thinness(measured, noise)
        assert found is not None
        assert found.q == pytest.approx(q, rel=1e-7, abs=1e-9)
        assert found.bar == pytest.approx(stats.chi2.ppf(0.95, len(measured) - 1), rel=1e-9)
        assert found.is_thin is (found.q <= found.bar)

    @given(MEASURED)
    def test_a_spread_between_sessions_makes_copies_of_more(self, measured: list[Measured]) -> None:
        within, over = thinness(measured, POOLED), thinness(measured, OVER_SESSIONS)
        assert within is not None
        assert over is not None
        assert over.q <= within.q * (1 + 1e-9)

    @given(MEASURED, st.randoms(use_true_random=False))
    def test_the_order_of_configs_never_matters(
        self, measured: list[Measured], order: object
    ) -> None:
        turned = measured.copy()
        order.shuffle(turned)  # type: ignore[attr-defined]
        assert thinness(turned, POOLED) == thinness(measured, POOLED)

    @given(MEASURED.map(lambda found: found[:9]))
    def test_fewer_than_ten_say_nothing(self, measured: list[Measured]) -> None:
        assert thinness(measured, POOLED) is None


def state(*events: Document, honesty: bool = True) -> LaneState:
    return replay(BASELINE, *events, rules=lane(decision={"honesty": honesty}))[0]


def copies(count: int) -> list[Document]:
    """Configs that score what one config would."""
    return [
        tried(f"copy-{n}", {3 * n + s: 1.0650 + ((3 * n + s) * 7 % 5 - 2) * 3e-4 for s in range(3)})
        for n in range(1, count + 1)
    ]


def ideas(count: int) -> list[Document]:
    """Configs that differ in what they score."""
    return [
        tried(f"idea-{n}", {3 * n + s: 1.0655 + n * 8e-4 + s * 3e-4 for s in range(3)})
        for n in range(1, count + 1)
    ]


def is_thin_now(now: LaneState) -> bool:
    return is_thin(now, window_now(now))


class TestWindow:
    """3.1: at least 10 scored configs in W, and `honesty` declared."""

    def test_a_window_of_copies(self) -> None:
        now = state(*copies(12))
        assert is_thin_now(now)
        assert "thin_window" in plateau(now).reasons

    def test_where_honesty_is_not_declared_it_is_no_reason(self) -> None:
        assert "thin_window" not in plateau(state(*copies(12), honesty=False)).reasons

    def test_a_window_of_ideas(self) -> None:
        assert not is_thin_now(state(*ideas(12)))

    @pytest.mark.parametrize(("count", "expected"), [(9, False), (10, True)])
    def test_ten_are_needed(self, count: int, expected: bool) -> None:
        assert is_thin_now(state(*copies(count))) is expected

    def test_a_config_that_does_nothing_is_not_in_the_window(self) -> None:
        """Section 6: `noop_config` is not in W, so it is none of the ten."""
        found = copies(9)
        again = {int(r["seed"]): float(r["val_bpb"]) for r in found[0]["results"]}
        now = state(*found, tried("noop", again))
        assert len(window_now(now)) == 9
        assert not is_thin_now(now)

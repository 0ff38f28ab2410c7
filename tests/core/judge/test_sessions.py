"""What sessions add to the noise: the sums, the groups of sessions, and the spread between them."""

import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.core.judge.scores import Cell
from homegolf_git.core.judge.sessions import Between, between_noise
from homegolf_git.core.model.lane import Sessions
from tests.core.reference2 import components, mean

DECLARED = Sessions(0.0014, 4, 0)
WITHIN = 0.0007**2
# Configs as lists of (session, value).
CONFIGS = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 12).map(str), st.integers(-40, 40).map(lambda n: 1.065 + n * 1e-4)
        ),
        min_size=1,
        max_size=6,
    ),
    max_size=8,
)
Config = list[tuple[str, float]]


def cells(config: Config) -> list[Cell]:
    by_session: dict[str, list[float]] = {}
    for session, value in config:
        by_session.setdefault(session, []).append(value)
    return [Cell(name, len(values), mean(values)) for name, values in by_session.items()]


def sums(configs: list[Config]) -> Between:
    found = Between()
    for config in configs:
        found.put((), cells(config))
    return found


def plain_figures(configs: list[Config]) -> tuple[int, float, float, int]:
    """C, SSB, n0 C and nu_s, straight from the text."""
    several = [found for config in configs if len(found := cells(config)) > 1]
    c = sum(len(found) - 1 for found in several)
    squares = weights = 0.0
    for found in several:
        n = sum(cell.n for cell in found)
        centre = sum(cell.n * cell.mean for cell in found) / n
        squares += sum(cell.n * (cell.mean - centre) ** 2 for cell in found)
        weights += n - sum(cell.n**2 for cell in found) / n
    names = [{cell.session for cell in found} for found in several]
    return c, squares, weights, len(set().union(*names)) - components(names)


def figures(found: Between) -> tuple[int, float, float, int]:
    return found.df, found.squares.value, found.weights.value, found.joined


def near(expected: tuple[int, float, float, int]) -> Any:  # noqa: ANN401 - as pytest.approx
    c, squares, weights, joined = expected
    return (
        c,
        pytest.approx(squares, rel=1e-9, abs=1e-15),
        pytest.approx(weights, rel=1e-9, abs=1e-12),
        joined,
    )


class TestSums:
    """2.1: C, SSB and n0 over configs with two sessions or more."""

    @given(CONFIGS)
    def test_they_are_what_the_text_computes(self, configs: list[Config]) -> None:
        assert figures(sums(configs)) == near(plain_figures(configs))

    @given(CONFIGS, st.randoms(use_true_random=False))
    def test_the_order_of_configs_never_matters(
        self, configs: list[Config], order: random.Random
    ) -> None:
        turned = configs.copy()
        order.shuffle(turned)
        assert figures(sums(turned)) == figures(sums(configs))

    @settings(max_examples=30)
    @given(st.integers(0, 2**32).map(random.Random))
    def test_after_any_sequence_of_puts(self, chance: random.Random) -> None:
        found = Between()
        configs: list[Config] = [[] for _ in range(20)]
        for _ in range(120):
            config = configs[chance.randrange(20)]
            before = cells(config)
            config.append((str(chance.randrange(40)), chance.gauss(1.065, 1e-3)))
            found.put(before, cells(config))
        assert figures(found) == near(plain_figures(configs))

    def test_a_copy_goes_its_own_way(self) -> None:
        found = sums([[("a", 1.0), ("b", 1.1)]])
        other = found.copy()
        other.put((), cells([("c", 1.0), ("d", 1.1)]))
        assert (found.joined, other.joined) == (1, 2)


class TestJoined:
    """2.1: nu_s is the number of sessions less the groups that they fall into."""

    @pytest.mark.parametrize(
        ("shared", "joined"),
        [
            (["ab", "cd"], 2),
            (["ab", "ab"], 1),
            (["ab", "bc"], 2),
            (["ab", "cd", "bc"], 3),
            (["ab", "cd", "ad", "bc"], 3),
            (["abc", "cde", "f"], 4),
        ],
    )
    def test_shared_sessions_count_once(self, shared: list[str], joined: int) -> None:
        found = sums([[(session, 1.0) for session in config] for config in shared])
        assert found.joined == joined

    def test_a_long_chain(self) -> None:
        found = sums([[(str(n), 1.0), (str(n + 1), 1.1)] for n in range(300)])
        assert found.joined == 300


class TestEstimate:
    """2.1: the declaration may raise the estimate, never lower it."""

    def test_with_nothing_observed_it_is_the_declared_one(self) -> None:
        found = between_noise(Between(), DECLARED, WITHIN)
        assert (found.nu, found.nu_obs, found.n0) == (4, 0, 1.0)
        assert found.sigma == pytest.approx(0.0014)

    @given(CONFIGS)
    def test_from_four_degrees_it_is_not_below_what_was_observed(
        self, configs: list[Config]
    ) -> None:
        c, squares, weights, joined = plain_figures(configs)
        found = between_noise(sums(configs), DECLARED, WITHIN)
        assert found.sigma >= 0
        assert found.n0 == pytest.approx(weights / c if c else 1.0)
        if joined >= 4:
            assert found.mean_square >= squares / c * (1 - 1e-9)
            assert found.nu in (4 + joined, joined)
        else:
            assert found.nu == 4 + joined
        spread = (found.mean_square - WITHIN) / found.n0
        assert found.sigma == pytest.approx(math.sqrt(max(0.0, spread)), rel=1e-9)

    def test_sessions_that_are_alike_leave_nothing_between_in_the_end(self) -> None:
        alike = [[(f"{n}{s}", 1.0 + n) for s in "abcdefghi"] for n in range(40)]
        assert between_noise(sums(alike), DECLARED, WITHIN).sigma == 0.0

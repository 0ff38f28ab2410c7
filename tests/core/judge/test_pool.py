"""The pool of a lane's noise: capped, limited, and the same however it came about."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.core.judge.distributions import f_quantile
from homegolf_git.core.judge.pool import Group, Pool, Pooled, pooled, without
from homegolf_git.core.model.lane import Decision
from homegolf_git.core.model.values import replace
from tests.core import reference2
from tests.core.build import lane

SIGMA = 0.0007
GROUPS = st.lists(
    st.tuples(st.integers(1, 8), st.floats(1e-5, 1e-2)).map(
        lambda drawn: Group(drawn[0], drawn[0] * drawn[1] ** 2)
    ),
    max_size=12,
)
CALM = st.lists(st.integers(1, 8).map(lambda df: Group(df, df * SIGMA**2)), max_size=40)


def rules(*, is_capped: bool = True, share: float | None = None) -> Decision:
    pool = "capped" if is_capped else "all"
    return replace(lane().decision, sigma0=SIGMA, nu0=4, pool=pool, pool_share=share)


def pool_of(groups: list[Group]) -> Pool:
    pool = Pool()
    for number, group in enumerate(groups):
        pool.put(f"c{number}", Group(), group)
    return pool


def found_of(groups: list[Group], by: Decision) -> Pooled:
    named = [(f"c{number}", group) for number, group in enumerate(groups)]
    return pooled(pool_of(groups), by, lambda: named)


def expected_of(groups: list[Group], by: Decision) -> tuple[float, float]:
    declared = reference2.Declared(
        sigma0=by.sigma0, nu0=by.nu0, is_capped=by.pool == "capped", pool_share=by.pool_share
    )
    return reference2.pool([(group.df, group.squares) for group in groups], declared)


def near(value: float) -> Any:  # noqa: ANN401 - pytest.approx has no public type
    return pytest.approx(value, rel=1e-9)


class TestCapped:
    """2.1: a config wilder than the others explain counts with the largest spread that is not."""

    @given(CALM)
    def test_without_wild_groups_it_is_the_plain_pool(self, groups: list[Group]) -> None:
        capped, plain = found_of(groups, rules()), found_of(groups, rules(is_capped=False))
        assert capped.wild == ()
        assert (capped.variance, capped.nu) == (near(plain.variance), plain.nu)

    @given(GROUPS, st.booleans(), st.randoms(use_true_random=False))
    def test_the_order_of_groups_never_matters(
        self, groups: list[Group], is_capped: bool, order: random.Random
    ) -> None:
        named = [(f"c{number}", group) for number, group in enumerate(groups)]
        turned = named.copy()
        order.shuffle(turned)
        by = rules(is_capped=is_capped, share=0.25)
        pools = []
        for groups_in_turn in (named, turned):
            pool = Pool()
            for digest, group in groups_in_turn:
                pool.put(digest, Group(), group)
            pools.append(pooled(pool, by, lambda: named))
        assert pools[0] == pools[1]

    @given(CALM, st.integers(1, 5), st.floats(30, 1e6))
    def test_how_wild_a_config_is_does_not_matter(
        self, groups: list[Group], df: int, times: float
    ) -> None:
        groups = [*groups, *[Group(1, SIGMA**2)] * 20]
        calm = found_of(groups, rules())
        found = found_of([*groups, Group(df, df * (times * SIGMA) ** 2)], rules())
        most = f_quantile(0.99, df, calm.nu)
        assert found.wild == (f"c{len(groups)}",)
        assert found.nu == calm.nu
        assert found.variance == near(calm.variance * (calm.nu + df * most) / (calm.nu + df))
        plain = found_of([*groups, Group(df, df * (times * SIGMA) ** 2)], rules(is_capped=False))
        assert found.variance < plain.variance

    @given(GROUPS)
    def test_groups_without_spread_are_never_wild(self, groups: list[Group]) -> None:
        found = found_of([*groups, Group(3, 0.0)], rules())
        assert f"c{len(groups)}" not in found.wild

    @given(GROUPS, st.booleans(), st.sampled_from([None, 0.25, 0.05]))
    def test_it_is_what_the_text_computes(
        self, groups: list[Group], is_capped: bool, share: float | None
    ) -> None:
        by = rules(is_capped=is_capped, share=share)
        found = found_of(groups, by)
        variance, nu = expected_of(groups, by)
        assert (found.variance, found.nu) == (near(variance), near(nu))


class TestShare:
    """2.1: from 32 degrees of freedom on, one config counts with a limited share of them."""

    @given(CALM, st.integers(20, 2000), st.sampled_from([0.05, 0.25, 1]))
    def test_many_seeds_of_one_config_cannot_make_a_lane_look_quiet(
        self, groups: list[Group], df: int, share: float
    ) -> None:
        quiet = Group(df, df * (SIGMA / 1000) ** 2)
        observed = sum(group.df for group in groups) + df
        found = found_of([*groups, quiet], rules(is_capped=False, share=share))
        counted = min(df, share * observed) if observed >= 32 else df
        limit = share * observed if observed >= 32 else observed
        others = [min(group.df, limit) for group in groups]
        assert found.nu == near(4 + sum(others) + counted)
        expected = 4 * SIGMA**2 + sum(others) * SIGMA**2 + counted * (SIGMA / 1000) ** 2
        assert found.variance == near(expected / found.nu)

    def test_below_32_degrees_nothing_is_limited(self) -> None:
        for df, nu in ((30, 35), (31, 4 + 1 + 8)):
            found = found_of([Group(df, df * SIGMA**2), Group(1, SIGMA**2)], rules(share=0.25))
            assert found.nu == nu
            assert found.variance == near(SIGMA**2)

    def test_a_config_may_be_limited_and_wild(self) -> None:
        groups = [Group(30, 30 * (90 * SIGMA) ** 2), *[Group(1, SIGMA**2)] * 30]
        by = rules(share=0.25)
        found = found_of(groups, by)
        variance, nu = expected_of(groups, by)
        assert found.wild == ("c0",)
        assert (found.variance, found.nu) == (near(variance), nu)


class TestIncremental:
    """One more row costs the same: the sums that are kept equal the sums taken anew."""

    @settings(max_examples=12)
    @given(st.integers(0, 2**32).map(random.Random), st.sampled_from([None, 0.05, 0.25]))
    def test_after_any_sequence_of_puts(self, chance: random.Random, share: float | None) -> None:
        pool, groups, by = Pool(), dict[str, Group](), rules(share=share)
        for number in range(400):
            digest = f"c{chance.randrange(120)}"
            df = groups.get(digest, Group()).df + chance.randrange(3)
            spread = SIGMA * 10 ** chance.uniform(-1, 3 * chance.random())
            after = Group(df, df * spread**2)
            pool.put(digest, groups.get(digest, Group()), after)
            groups[digest] = after
            if number % 40 == 39:
                found = pooled(pool, by, groups.items)
                variance, nu = expected_of(list(groups.values()), by)
                assert (found.variance, found.nu) == (near(variance), near(nu))
                assert pool.nu_obs == sum(group.df for group in groups.values())

    def test_more_wild_configs_than_are_kept_by_name(self) -> None:
        wild = [Group(2, 2 * (SIGMA * 3**n) ** 2) for n in range(4, 124)]
        groups = [*[Group(1, SIGMA**2)] * 50, *wild]
        random.Random(3).shuffle(groups)  # noqa: S311 - drawn, not secret
        found = found_of(groups, rules())
        variance, nu = expected_of(groups, rules())
        assert len(found.wild) > 100
        assert (found.variance, found.nu) == (near(variance), nu)

    def test_leaders_that_calm_down_make_room_for_others(self) -> None:
        pool, groups = Pool(), dict[str, Group]()
        for n in range(70):  # more than are kept by name: a floor is set
            groups[f"c{n}"] = Group(1, (SIGMA * (2 + n)) ** 2)
            pool.put(f"c{n}", Group(), groups[f"c{n}"])
        assert pool.wide.floor > 0
        for n in range(40, 70):
            pool.put(f"c{n}", groups[f"c{n}"], Group(2, SIGMA**2))
            groups[f"c{n}"] = Group(2, SIGMA**2)
        groups["wild"] = Group(1, (500 * SIGMA) ** 2)
        pool.put("wild", Group(), groups["wild"])
        found = pooled(pool, rules(), groups.items)
        variance, nu = expected_of(list(groups.values()), rules())
        assert (found.variance, found.nu) == (near(variance), nu)
        assert "wild" in found.wild

    @given(GROUPS.filter(bool), st.data())
    def test_the_pool_of_all_others(self, groups: list[Group], data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(groups) - 1))
        rest = without(pool_of(groups), f"c{at}", groups[at])
        others = groups[:at] + groups[at + 1 :]
        named = [(f"c{n}", g) for n, g in enumerate(groups) if n != at]
        found = pooled(rest, rules(), lambda: named)
        variance, nu = expected_of(others, rules())
        assert (found.variance, found.nu) == (near(variance), nu)

    def test_the_same_again_changes_nothing(self) -> None:
        pool = pool_of([Group(2, 1e-6)])
        before = pool.copy()
        pool.put("c0", Group(2, 1e-6), Group(2, 1e-6))
        assert pool == before

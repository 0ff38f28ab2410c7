"""The noise pool of a lane: what the scatter within its configs adds up to.

Source: docs/statistics.md, section "Noise". One more row costs the same in a lane of any length:
only the groups that could be capped are kept by name.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter

from homegolf_git.core.judge.distributions import f_quantile, f_upper_tail
from homegolf_git.core.judge.exactsum import ExactSum
from homegolf_git.core.model.lane import Decision
from homegolf_git.core.model.values import Record, Value, field

_WILD_LEVEL = 0.01
_SHARE_FROM = 32  # degrees of freedom from which one config's share is limited
_LEADERS = 32  # kept by name; the shares that a lane may declare leave fewer above them


class Group(Value, frozen=True):
    """What one config adds: degrees of freedom and sum of squared deviations."""

    df: float = 0
    squares: float = 0.0

    @property
    def variance(self) -> float:
        """The config's own variance of one score."""
        return self.squares / self.df if self.df else 0.0


class Leaders(Record):
    """The groups with the largest figures, by config digest: every one above `floor` is here."""

    groups: dict[str, Group] = field(default_factory=dict)
    floor: float = 0.0

    def copy(self) -> "Leaders":
        """Leaders of their own."""
        return Leaders(dict(self.groups), self.floor)

    def put(self, digest: str, group: Group, figure: Callable[[Group], float]) -> None:
        """Take a group in, in place of the config's former one."""
        self.groups.pop(digest, None)
        if figure(group) <= self.floor:
            return
        self.groups[digest] = group
        if len(self.groups) > 2 * _LEADERS:
            ranked = self.ranked(figure)
            self.groups = dict(ranked[:_LEADERS])
            self.floor = figure(ranked[_LEADERS][1])

    def ranked(self, figure: Callable[[Group], float]) -> list[tuple[str, Group]]:
        """The largest first; equal ones by digest."""
        return sorted(self.groups.items(), key=lambda item: (-figure(item[1]), item[0]))


_variance, _df = attrgetter("variance"), attrgetter("df")
AllGroups = Callable[[], Iterable[tuple[str, Group]]]


class Pool(Record):
    """The sums over all groups, and the groups that stand out."""

    nu_obs: int = 0
    squares: float = 0.0  # as it was added up; what plain pools are computed from
    exact: ExactSum = field(default_factory=ExactSum)
    wide: Leaders = field(default_factory=Leaders)
    long: Leaders = field(default_factory=Leaders)

    def copy(self) -> "Pool":
        """A pool of its own with the same groups."""
        return Pool(self.nu_obs, self.squares, self.exact, self.wide.copy(), self.long.copy())

    def put(self, digest: str, before: Group, after: Group) -> None:
        """Take in what a config adds now, in place of what it added before."""
        if before == after:
            return
        self.nu_obs += int(after.df) - int(before.df)
        self.squares = max(0.0, self.squares + (after.squares - before.squares))
        self.exact = self.exact.minus(before.squares).plus(after.squares)
        self.wide.put(digest, after, _variance)
        self.long.put(digest, after, _df)


class Pooled(Value, frozen=True):
    """A pooled variance of one score, its degrees of freedom, and the configs that were capped."""

    variance: float
    nu: float
    wild: tuple[str, ...] = ()


def pooled(pool: Pool, rules: Decision, everything: AllGroups) -> Pooled:
    """The pooled variance, shrunk to the declared prior.

    Args:
        pool: the sums.
        rules: the prior, and whether wild configs are capped and shares limited.
        everything: all groups of the lane by digest, for the rare case that the leaders are not
            enough.
    """
    prior = rules.nu0 * rules.sigma0**2
    if rules.pool == "all" and rules.pool_share is None:
        nu = rules.nu0 + pool.nu_obs
        return Pooled((prior + pool.squares) / nu, nu)
    limited = _limited(pool, rules.pool_share)
    squares, nu_obs = pool.exact, float(pool.nu_obs)
    for digest, group in limited.items():
        whole = pool.long.groups[digest]
        squares, nu_obs = (
            squares.minus(whole.squares).plus(group.squares),
            nu_obs - whole.df + group.df,
        )
    if rules.pool == "all":
        nu = rules.nu0 + nu_obs
        return Pooled((prior + squares.value) / nu, nu)
    return _capped(pool, limited, _Rest(prior, rules.nu0, squares, nu_obs), everything)


def without(pool: Pool, digest: str, group: Group) -> Pool:
    """The pool of all other configs."""
    other = pool.copy()
    other.put(digest, group, Group())
    return other


def _limited(pool: Pool, share: float | None) -> dict[str, Group]:
    """Configs that hold more than their share, as they count."""
    if share is None or pool.nu_obs < _SHARE_FROM:
        return {}
    most = share * pool.nu_obs
    return {
        digest: Group(most, group.squares * most / group.df)
        for digest, group in pool.long.groups.items()
        if group.df > most
    }


class _Rest(Value, frozen=True):
    """The pool without the configs that were found wild so far."""

    prior: float
    nu0: float
    squares: ExactSum
    nu_obs: float

    def less(self, group: Group) -> "_Rest":
        return _Rest(
            self.prior, self.nu0, self.squares.minus(group.squares), self.nu_obs - group.df
        )

    @property
    def nu(self) -> float:
        return self.nu0 + self.nu_obs

    @property
    def variance(self) -> float:
        return (self.prior + max(0.0, self.squares.value)) / self.nu


def _capped(pool: Pool, limited: Mapping[str, Group], rest: _Rest, everything: AllGroups) -> Pooled:
    """Take the wild configs out, widest first, and count each with the largest spread that is not wild."""
    wild: list[tuple[str, Group]] = []
    ranked, is_all = pool.wide.ranked(_variance), pool.wide.floor <= 0.0
    at = 0
    while at < len(ranked) or not is_all:
        if at == len(ranked):
            groups = Leaders(dict(everything()))
            ranked, is_all = groups.ranked(_variance), True
            continue
        digest, group = ranked[at]
        group = limited.get(digest, group)
        others = rest.less(group)
        if not _is_wild(group, others):
            break
        wild.append((digest, group))
        rest, at = others, at + 1
    variance, nu = rest.variance, rest.nu
    added = sum(g.df * f_quantile(1 - _WILD_LEVEL, g.df, nu) for _, g in wild)
    capped = variance * (nu + added) / (nu + sum(g.df for _, g in wild))
    return Pooled(capped if wild else variance, nu, tuple(digest for digest, _ in wild))


def _is_wild(group: Group, others: _Rest) -> bool:
    ratio = group.variance / others.variance
    return ratio > 1 and f_upper_tail(ratio, group.df, others.nu) < _WILD_LEVEL

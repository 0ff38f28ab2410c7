"""The noise of a lane: what its configs add to the pools, and the noise that these give.

Source: docs/statistics.md, section "Noise".
"""

import math
from collections.abc import Callable, Iterable, Sequence

from homegolf_git.core.judge.distributions import f_quantile
from homegolf_git.core.judge.exactsum import ExactSum
from homegolf_git.core.judge.pool import Group, Pool, Pooled, pooled, without
from homegolf_git.core.judge.scores import (
    Cell,
    Counting,
    Score,
    mean,
    sample_of,
    spread,
)
from homegolf_git.core.judge.sessions import Between, between_noise
from homegolf_git.core.model.lane import Decision
from homegolf_git.core.model.values import Record, Value, field
from homegolf_git.core.model.verdict import MEASURED_FROM, Basis, BetweenNoise, Noise

_SESSIONS_FROM = 4  # degrees of freedom, between and within, from which an effect is told
_SEEDS_FROM = 8  # the same of seeds and repeats
_EFFECT_LEVEL = 0.95


class RepeatSums(Value, frozen=True):
    """Of configs with repeats: degrees of freedom and squares between seeds, and within them."""

    df_seeds: int = 0
    squares_seeds: float = 0.0
    df_repeats: int = 0
    squares_repeats: float = 0.0


class Share(Value, frozen=True):
    """What one config adds to the noise of its lane."""

    plain: Group = Group()
    within: Group = Group()
    cells: tuple[Cell, ...] = ()
    repeats: RepeatSums | None = None


def share_of(scores: Sequence[Score], counting: Counting) -> Share:
    """What the scores of a config add."""
    if len(scores) < 2:  # noqa: PLR2004 - one score shows no spread
        return _NOTHING
    side = sample_of(scores, counting)
    repeats = _repeat_sums(scores)
    if side.n < 2:  # noqa: PLR2004 - the same
        return Share(repeats=repeats)
    plain = Group(*side.spread)
    cells = side.cells()
    within = plain if len(cells) == 1 else Group(*side.within(cells))
    return Share(plain, within, tuple(cells), repeats)


_NOTHING = Share()


def _repeat_sums(scores: Sequence[Score]) -> RepeatSums | None:
    by_seed: dict[int, list[float]] = {}
    for score in scores:
        if score.seed is not None:
            by_seed.setdefault(score.seed, []).append(score.value)
    groups = list(by_seed.values())
    df_repeats = sum(map(len, groups)) - len(groups)
    if not df_repeats:
        return None
    centre = mean([value for group in groups for value in group])
    return RepeatSums(
        len(groups) - 1,
        math.fsum(len(group) * (mean(group) - centre) ** 2 for group in groups),
        df_repeats,
        math.fsum(spread(group)[1] for group in groups),
    )


class Repeats(Record):
    """The sums over configs with repeats; they are reported and judge nothing."""

    df_seeds: int = 0
    squares_seeds: ExactSum = field(default_factory=ExactSum)
    df_repeats: int = 0
    squares_repeats: ExactSum = field(default_factory=ExactSum)

    def copy(self) -> "Repeats":
        """Sums of their own."""
        return Repeats(self.df_seeds, self.squares_seeds, self.df_repeats, self.squares_repeats)

    def put(self, before: RepeatSums | None, after: RepeatSums | None) -> None:
        """Take in what a config adds now, in place of what it added before."""
        for sums, sign in ((before, -1), (after, 1)):
            if sums is not None:
                put = ExactSum.plus if sign > 0 else ExactSum.minus
                self.df_seeds += sign * sums.df_seeds
                self.df_repeats += sign * sums.df_repeats
                self.squares_seeds = put(self.squares_seeds, sums.squares_seeds)
                self.squares_repeats = put(self.squares_repeats, sums.squares_repeats)


class Scatter(Record):
    """Everything that a lane has measured of its noise."""

    plain: Pool = field(default_factory=Pool)
    within: Pool = field(default_factory=Pool)
    between: Between = field(default_factory=Between)
    repeats: Repeats = field(default_factory=Repeats)

    def copy(self) -> "Scatter":
        """A scatter of its own."""
        return Scatter(
            self.plain.copy(), self.within.copy(), self.between.copy(), self.repeats.copy()
        )

    def put(self, digest: str, before: Share, after: Share) -> None:
        """Take in what a config adds now, in place of what it added before."""
        self.plain.put(digest, before.plain, after.plain)
        self.within.put(digest, before.within, after.within)
        self.between.put(before.cells, after.cells)
        self.repeats.put(before.repeats, after.repeats)

    def without(self, digest: str, share: Share) -> "Scatter":
        """The pools of all other configs."""
        return Scatter(
            without(self.plain, digest, share.plain), without(self.within, digest, share.within)
        )


Shares = Callable[[], Iterable[tuple[str, Share]]]


def lane_noise(scatter: Scatter, rules: Decision, shares: Shares) -> Noise:
    """The noise of one score, by what the lane declares; `shares` are those of all its configs."""
    if rules.sessions is None:
        found = pooled(scatter.plain, rules, lambda: ((d, s.plain) for d, s in shares()))
        nu_obs = scatter.plain.nu_obs
        return Noise(
            math.sqrt(found.variance), found.nu, nu_obs, _basis(nu_obs, nu_obs), None, found.wild
        )
    found = _within_sessions(scatter, rules, shares)
    nu_obs = scatter.within.nu_obs
    between = between_noise(scatter.between, rules.sessions, found.variance)
    basis = _basis(max(nu_obs, between.nu_obs), between.nu_obs)
    return Noise(math.sqrt(found.variance), found.nu, nu_obs, basis, between, found.wild)


def _within_sessions(scatter: Scatter, rules: Decision, shares: Shares) -> Pooled:
    return pooled(scatter.within, rules, lambda: ((d, s.within) for d, s in shares()))


def _basis(seen: int, counted: int) -> Basis:
    if seen == 0:
        return "assumed"
    return "measured" if counted >= MEASURED_FROM else "weak"


class Effect(Value, frozen=True):
    """Two standard deviations (metric unit) that should be alike, and are not."""

    larger: float
    smaller: float


def session_effect(scatter: Scatter, rules: Decision, shares: Shares) -> Effect | None:
    """Spread between and within sessions, where they differ by more than seeds explain.

    None too where the lane declares sessions.
    """
    between = scatter.between
    few = between.joined < _SESSIONS_FROM or scatter.within.nu_obs < _SESSIONS_FROM
    if rules.sessions is not None or few:
        return None
    found = _within_sessions(scatter, rules, shares)
    if found.nu - rules.nu0 < _SESSIONS_FROM:
        return None
    observed = between.squares.value / between.df
    if observed <= f_quantile(_EFFECT_LEVEL, between.joined, found.nu) * found.variance:
        return None
    n0 = between.weights.value / between.df
    return Effect(math.sqrt((observed - found.variance) / n0), math.sqrt(found.variance))


def seed_effect(scatter: Scatter) -> Effect | None:
    """Spread of the means of seeds and of repeats, where a rerun understates the noise of seeds."""
    sums = scatter.repeats
    if min(sums.df_seeds, sums.df_repeats) < _SEEDS_FROM:
        return None
    seeds = sums.squares_seeds.value / sums.df_seeds
    repeats = max(0.0, sums.squares_repeats.value) / sums.df_repeats
    if seeds <= f_quantile(_EFFECT_LEVEL, sums.df_seeds, sums.df_repeats) * repeats:
        return None
    return Effect(math.sqrt(seeds), math.sqrt(repeats))


def total_sigma(noise: Noise) -> float:
    """Standard deviation of one score in a session of its own."""
    between: BetweenNoise | None = noise.between
    return noise.sigma if between is None else math.hypot(noise.sigma, between.sigma)

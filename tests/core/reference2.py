"""A second reading of procedure 2: slow, plain, and written from its text alone.

Everything is taken anew from all rows for each verdict, with scipy's distributions. The program
must agree. Guarded references and honesty are left out: they have tests of their own.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from statistics import NormalDist
from typing import Any

from scipy import integrate, special

_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Declared:
    """What a lane declares; a lower score is better."""

    delta_min: float = 0.002
    sigma0: float = 0.0007
    nu0: float = 4
    alpha: float = 0.05
    block: int = 20
    regression_alpha: float = 0.01
    fresh_seeds: int = 4
    few_seeds_df: float | None = None
    sessions: tuple[float, float, float] | None = None  # sigma0, nu0, shared
    is_capped: bool = False
    moderate: float | None = None
    repeats: str | None = None
    discard: float | None = None
    pool_share: float | None = None

    @property
    def decision(self) -> dict[str, Any]:
        """The block of the lane's document that says the same."""
        found: dict[str, Any] = {
            "delta_min": self.delta_min, "sigma0": self.sigma0, "nu0": self.nu0,
            "alpha": self.alpha, "block": self.block, "regression_alpha": self.regression_alpha,
            "fresh_seeds": self.fresh_seeds, "few_seeds_df": self.few_seeds_df,
            "pool": "capped" if self.is_capped else "all", "moderate": self.moderate,
            "repeats": self.repeats, "discard": self.discard, "pool_share": self.pool_share,
            "honesty": True,  # so that effective scores count, whatever else is declared
        }  # fmt: skip
        if self.sessions is not None:
            sigma0, nu0, shared = self.sessions
            found["sessions"] = {"sigma0": sigma0, "nu0": nu0, "shared": shared}
        return found


@dataclass(frozen=True)
class Run:
    """A row: scores as (seed, repeat, value)."""

    config: str
    scores: tuple[tuple[int | None, int, float], ...]
    session: str
    unreported: int = 0
    planned: int = 0


@dataclass(frozen=True)
class Said:
    """A verdict; what it does not have is None."""

    name: str
    gain: float | None = None
    se: float | None = None
    df: float | None = None
    k: int | None = None


@dataclass(frozen=True)
class Stated:
    """A score, the row that brought it, and that row's session."""

    seed: int | None
    repeat: int
    value: float
    session: str
    order: int


@dataclass
class Reign:
    """An incumbent and who has been judged against it."""

    config: str
    won_at: int
    previous: "Reign | None"
    numbers: dict[str, int] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)


Counted = list[tuple[str, float]]  # sessions and values


def mean(values: Iterable[float]) -> float:
    found = list(values)
    return math.fsum(found) / len(found)


def squares(values: Iterable[float]) -> float:
    found = list(values)
    return math.fsum((value - mean(found)) ** 2 for value in found)


def t_tail(t: float, df: float) -> float:
    return float(special.stdtr(df, -t))


def t_above(tail: float, df: float) -> float:
    return -float(special.stdtrit(df, tail))


def f_99(df1: float, df2: float) -> float:
    return float(special.fdtri(df1, df2, 0.99))


@cache
def top_mean(reported: int, of: int) -> float:
    """Expected mean of the `reported` largest of `of` standard normals."""
    normal = NormalDist()

    def order_statistic(rank: int) -> float:  # the rank-th largest
        ways = of * math.comb(of - 1, rank - 1)

        def density(x: float) -> float:
            below, above = normal.cdf(x), normal.cdf(-x)
            return x * ways * normal.pdf(x) * below ** (of - rank) * above ** (rank - 1)

        return float(integrate.quad(density, -9, 9, epsabs=1e-12, epsrel=1e-12, limit=200)[0])

    return mean(order_statistic(rank) for rank in range(1, reported + 1))


# --- 2.0


def effective(scores: Sequence[Stated], *, is_counting: bool) -> tuple[Counted, bool]:
    """The scores that count, and whether repeats of one seed are among them."""
    if len(scores) > 1 and len({score.value for score in scores}) == 1:
        return [(scores[0].session, scores[0].value)], False
    found = [(score.session, score.value) for score in scores if score.seed is None]
    has_repeats = False
    for seed in {score.seed for score in scores} - {None}:
        group = [score for score in scores if score.seed == seed]
        values = [score.value for score in group]
        if len(set(values)) == 1:
            found.append((group[0].session, values[0]))
        elif is_counting:
            found += [(score.session, score.value) for score in group]
            has_repeats = True
        else:
            found.append((group[0].session, mean(values)))
    return found, has_repeats


def cells_of(side: Counted) -> dict[str, list[float]]:
    cells: dict[str, list[float]] = {}
    for session, value in side:
        cells.setdefault(session, []).append(value)
    return cells


# --- 2.1


def pool(groups: Iterable[tuple[float, float]], declared: Declared) -> tuple[float, float]:
    """Variance and degrees of freedom, of groups given as (nu_j, SS_j)."""
    left = [group for group in groups if group[0] >= 1]
    total = sum(nu for nu, _ in left)
    if declared.pool_share is not None and total >= 32:
        most = declared.pool_share * total
        left = [(nu, ss) if nu <= most else (most, ss * most / nu) for nu, ss in left]
    wild = []
    prior = declared.nu0 * declared.sigma0**2
    if declared.is_capped:
        left.sort(key=lambda group: -group[1] / group[0])
        while left and left[0][1] > 0:
            nu_j, ss_j = left[0]
            others = declared.nu0 + math.fsum(nu for nu, _ in left[1:])
            around = (prior + math.fsum(ss for _, ss in left[1:])) / others
            if ss_j / nu_j <= f_99(nu_j, others) * around:
                break
            wild.append(left.pop(0))
    nu = declared.nu0 + math.fsum(nu for nu, _ in left)
    v = (prior + math.fsum(ss for _, ss in left)) / nu
    capped = nu * v + math.fsum(nu_j * f_99(nu_j, nu) * v for nu_j, _ in wild)
    return capped / (nu + math.fsum(nu_j for nu_j, _ in wild)), nu


def components(linked: Sequence[set[str]]) -> int:
    """How many groups sets fall into when those that share a member are joined."""
    left = [set(one) for one in linked]
    found = 0
    while left:
        one = left.pop()
        while met := [other for other in left if other & one]:
            one |= set.union(*met)
            left = [other for other in left if other not in met]
        found += 1
    return found


@dataclass(frozen=True)
class Spread:
    """Noise of a lane: within a session, and between them where they are declared."""

    variance: float
    nu: float
    within_df: int
    between: float = 0.0
    nu_between: float = 0.0
    mean_square: float = 0.0
    n0: float = 1.0


def noise_of(sides: Sequence[Counted], declared: Declared) -> Spread:
    if declared.sessions is None:
        groups = [(len(side) - 1, squares(v for _, v in side)) for side in sides]
        return Spread(*pool(groups, declared), sum(df for df, _ in groups))
    groups = []
    several = []
    for side in sides:
        cells = cells_of(side)
        within = math.fsum(squares(values) for values in cells.values())
        groups.append((len(side) - len(cells), within))
        if len(cells) > 1:
            several.append(cells)
    variance, nu = pool(groups, declared)
    c = sum(len(cells) - 1 for cells in several)
    between = []
    weights = []
    for cells in several:
        n = sum(map(len, cells.values()))
        centre = mean(value for values in cells.values() for value in values)
        between += [len(values) * (mean(values) - centre) ** 2 for values in cells.values()]
        weights.append(n - sum(len(values) ** 2 for values in cells.values()) / n)
    n0 = math.fsum(weights) / c if c else 1.0
    names = [set(cells) for cells in several]
    nu_s = len(set().union(*names)) - components(names)
    sigma0, nu0, _ = declared.sessions
    observed = math.fsum(between) / c if c else 0.0
    mean_square = (nu0 * (variance + n0 * sigma0**2) + nu_s * observed) / (nu0 + nu_s)
    nu_between = nu0 + nu_s
    if nu_s >= 4 and observed > mean_square:
        mean_square, nu_between = observed, nu_s
    return Spread(
        variance, nu, sum(df for df, _ in groups), max(0.0, (mean_square - variance) / n0),
        nu_between, mean_square, n0,
    )  # fmt: skip


# --- 2.2


@dataclass(frozen=True)
class Compared:
    """Gain, squared error, degrees of freedom of the bounds and of the bar."""

    gain: float
    square: float
    df: float
    bar_df: float


def compare(held: Counted, tried: Counted, noise: Spread, declared: Declared) -> Compared:
    if declared.sessions is not None:
        return _over_sessions(held, tried, noise, declared)
    n_i, n_c, v = len(held), len(tried), noise.variance
    gain = mean(value for _, value in held) - mean(value for _, value in tried)
    if (d0 := declared.moderate) is not None:
        parts = []
        for side in (held, tried):
            n = len(side)
            own = (d0 * v + squares(value for _, value in side)) / (d0 + n - 1)
            parts.append((own / n, min(noise.nu, d0 + n - 1)))
        square = sum(a for a, _ in parts)
        df = square**2 / sum(a**2 / d for a, d in parts)
        return Compared(gain, square, df, df)
    own, df = v, noise.nu
    if n_c >= 3:
        s2 = squares(value for _, value in tried) / (n_c - 1)
        if s2 / v > f_99(n_c - 1, noise.nu):
            own, df = s2, n_c - 1
    return Compared(gain, v / n_i + own / n_c, df, _few(n_c, df, declared))


def _few(n: int, df: float, declared: Declared) -> float:
    few = declared.few_seeds_df
    return df if few is None or n > 2 else min(df, few)


def _error(a: float, b: float, noise: Spread, nu_w: float) -> tuple[float, float]:
    """Squared error and its degrees of freedom, of A and B."""
    weight_b = b / noise.n0
    weight_w = a - weight_b
    if weight_w < 0 and noise.within_df < 8:
        return weight_b * max(noise.mean_square, noise.variance), noise.nu_between
    square = a * noise.variance + b * noise.between
    known = weight_w**2 * noise.variance**2 / nu_w
    known += weight_b**2 * noise.mean_square**2 / noise.nu_between
    df = square**2 / known
    return square, min(max(df, min(nu_w, noise.nu_between)), nu_w + noise.nu_between)


def _over_sessions(held: Counted, tried: Counted, noise: Spread, declared: Declared) -> Compared:
    assert declared.sessions is not None
    cells_i, cells_c = cells_of(held), cells_of(tried)
    n_i, n_c = len(held), len(tried)
    d0, v = declared.moderate, noise.variance
    own_df = n_c - len(cells_c)
    own = math.fsum(squares(values) for values in cells_c.values())
    nu_w = noise.nu if d0 is None else min(noise.nu, d0 + own_df)
    m_c = mean(value for _, value in tried)
    gain = mean(value for _, value in held) - m_c
    q = sum((len(x) / n_i) ** 2 for x in cells_i.values())
    q += sum((len(x) / n_c) ** 2 for x in cells_c.values())
    square, df = _error(1 / n_i + 1 / n_c, q, noise, nu_w)
    shared = declared.sessions[2]
    if shared > 0 and set(cells_c) <= set(cells_i):
        w = {session: len(values) / n_c for session, values in cells_c.items()}
        a = sum(w[s] ** 2 / len(cells_i[s]) for s in w) + 1 / n_c
        b = 2 * (1 - shared) * sum(w[s] ** 2 for s in w)
        other = _error(a, b, noise, nu_w)
        if other[0] < square:
            square, df = other
            gain = math.fsum(w[s] * mean(cells_i[s]) for s in w) - m_c
    if d0 is not None:
        square += max(0.0, (d0 * v + own) / (d0 + own_df) - v) / n_c
        return Compared(gain, square, df, min(df, d0 + n_c - 1) if n_c <= 2 else df)
    if own_df >= 2 and own / own_df / v > f_99(own_df, noise.nu):
        square += (own / own_df - v) / n_c
        df = min(df, own_df)
    return Compared(gain, square, df, _few(n_c, df, declared))


# --- 2.3 to 2.7


def level(k: int, look: int, declared: Declared) -> float:
    b = math.ceil(k / declared.block)
    found = declared.alpha / (declared.block * b * (b + 1)) * 2.0**-look
    return found if declared.discard is None else declared.discard * found


class Fold:
    """A lane as its rows come in."""

    def __init__(self, declared: Declared) -> None:
        self.declared = declared
        self.scores: dict[str, list[Stated]] = {}
        self.unreported: dict[str, int] = {}
        self.planned: dict[str, int] = {}
        self.seeds: set[int] = set()
        self.reign: Reign | None = None
        self.order = 0

    def take(self, run: Run) -> Said:
        self.order += 1
        if not self._join(run):
            return Said("invalid/duplicate_seed")
        if self.reign is None:
            self.reign = Reign(run.config, 0, None)
            return Said("improvement/baseline")
        if self.reign.config == run.config:
            return self._replicate(self.reign)
        return self._challenge(run.config, self.reign)

    def _join(self, run: Run) -> bool:
        """Take the scores in; False where one is a duplicate."""
        known = {(s.seed, s.repeat): s.value for s in self.scores.get(run.config, ())}
        stated = []
        for seed, repeat, value in run.scores:
            number = repeat if self.declared.repeats else 0
            stated.append(Stated(seed, number, value, run.session, self.order))
        keys = [(s.seed, s.repeat) for s in stated if s.seed is not None]
        if len(set(keys)) < len(keys):
            return False
        for s in stated:
            if s.seed is not None and known.get((s.seed, s.repeat), s.value) != s.value:
                return False
        new = [s for s in stated if s.seed is None or (s.seed, s.repeat) not in known]
        self.scores.setdefault(run.config, []).extend(new)
        self.seeds |= {s.seed for s in stated if s.seed is not None}
        name = run.config
        self.unreported[name] = self.unreported.get(name, 0) + run.unreported
        self.planned[name] = max(self.planned.get(name, 0), run.planned)
        return True

    def _count(self, scores: Sequence[Stated]) -> tuple[Counted, bool]:
        is_counting = self.declared.repeats == "count" and len(self.seeds) <= 1
        return effective(scores, is_counting=is_counting)

    def _fresh(self, reign: Reign) -> list[Stated]:
        scores = self.scores[reign.config]
        fresh = [score for score in scores if score.order > reign.won_at]
        if self.declared.sessions is not None and reign.won_at:
            won_in = {score.session for score in scores if score.order <= reign.won_at}
            fresh = [score for score in fresh if score.session not in won_in]
        return fresh

    def _is_remeasured(self, reign: Reign) -> bool:
        counted = self._count(self._fresh(reign))[0]
        has_sessions = self.declared.sessions is None or len(cells_of(counted)) > 1
        return len(counted) >= self.declared.fresh_seeds and has_sessions

    def _reference(self, reign: Reign) -> tuple[Counted, bool]:
        is_fresh = self.declared.fresh_seeds > 0 and self._is_remeasured(reign)
        return self._count(self._fresh(reign) if is_fresh else self.scores[reign.config])

    def _replicate(self, reign: Reign) -> Said:
        previous = reign.previous
        if previous is None or not self.declared.fresh_seeds or not self._is_remeasured(reign):
            return Said("noise/replicate")
        held = mean(value for _, value in self._reference(previous)[0])
        gain = held - mean(value for _, value in self._count(self._fresh(reign))[0])
        if gain >= self.declared.delta_min / 2 - _TOLERANCE:
            reign.previous = None
            return Said("noise/replicate")
        self.reign = previous
        return Said("noise/not_confirmed", gain)

    def _challenge(self, config: str, reign: Reign) -> Said:
        declared = self.declared
        held, held_repeats = self._reference(reign)
        tried, tried_repeats = self._count(self.scores[config])
        noise = noise_of([self._count(scores)[0] for scores in self.scores.values()], declared)
        found = compare(held, tried, noise, declared)
        se = math.sqrt(found.square)
        gain, ways, unreported = found.gain, 1, self.unreported[config]
        if unreported:
            of = len(tried) + unreported
            ways = math.comb(of, len(tried))
            sigma = math.sqrt(noise.variance + noise.between)
            gain -= sigma * top_mean(len(tried), of)
        look = reign.looks.get(config, 0) + 1
        k = reign.numbers.get(config, len(reign.numbers) + 1)
        alpha = level(k, look, declared)
        reign.looks[config] = look
        p_better = min(1.0, ways * t_tail(found.gain / se, found.df))
        number: int | None = k
        if declared.discard is not None and look == 1 and p_better > declared.discard:
            number = None
        else:
            reign.numbers[config] = k
        passes = min(1.0, ways * t_tail(found.gain / se, found.bar_df)) <= alpha
        p_worse, half = t_tail(-gain / se, found.df), t_above(0.05, found.df) * se
        delta = declared.delta_min
        if passes and gain >= delta - _TOLERANCE:
            if len(tried) < self.planned[config]:
                name = "noise/incomplete"
            else:
                is_strict = gain - t_above(alpha, found.bar_df) * se > delta
                is_strict = is_strict and not (held_repeats or tried_repeats)
                name = "improvement/strict" if is_strict else "improvement/better"
                self.reign = Reign(config, self.order, reign)
        elif p_worse <= declared.regression_alpha and gain <= -delta + _TOLERANCE:
            name = "regression/worse"
        elif passes:
            name = "noise/below_delta"
        elif gain + half < delta:
            name = "noise/equivalent" if gain - half > -delta else "noise/not_better"
        else:
            name = "noise/underpowered"
        return Said(name, gain, se, found.df, number)


def fold(declared: Declared, runs: Iterable[Run]) -> list[Said]:
    """The verdicts of a lane's rows."""
    lane = Fold(declared)
    return [lane.take(run) for run in runs]

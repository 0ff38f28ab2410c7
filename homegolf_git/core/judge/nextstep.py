"""What would decide an undecided config: how many more runs, of which side, with what chance.

Source: docs/statistics.md, section "Next step". Advice changes no verdict. Every further run counts
as a session of its own.
"""

import math
from collections.abc import Callable
from statistics import NormalDist

from homegolf_git.core.judge.contrast import variance_between
from homegolf_git.core.judge.distributions import t_quantile, t_upper_quantile
from homegolf_git.core.judge.levels import FEW_SEEDS, POWER, SEEDS_CAP
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import NextAction, NextStep, Noise, Outlook, RunPlan

_CLEARED_LEVEL = 0.95
_HOPELESS = 0.10
_ROUNDING = 1e-6  # more than a quantile is wrong by
_NORMAL = NormalDist()


class _More(Value, frozen=True):
    """The comparison after `challenger` and `incumbent` more runs: error, bar and bound."""

    se: float
    df: float
    bar: float  # t that a win needs
    spread: float  # of the gain as it will be, around the gain as it is


class Prospect:
    """An undecided comparison, and what more runs would make of it."""

    def __init__(self, outlook: Outlook, noise: Noise) -> None:
        self.outlook, self.noise = outlook, noise
        self.square = self._square(0, 0)[0]
        self._known: dict[tuple[int, int], _More] = {}  # the searches ask for the same splits

    def _square(self, x: int, y: int) -> tuple[float, float]:
        """Squared standard error and degrees of freedom with so many more runs on each side."""
        o, noise = self.outlook, self.noise
        n_i, n_c = o.n_incumbent + y, o.n_challenger + x
        scale = 1 / n_i + 1 / n_c
        between = noise.between
        if between is None:
            return scale * noise.sigma**2, noise.nu + x + y
        q = (o.squares_incumbent + y) / n_i**2 + (o.squares_challenger + x) / n_c**2
        return scale * noise.sigma**2 + q * between.sigma**2, self._df(scale, q, x + y)

    def _df(self, scale: float, q: float, runs: int) -> float:
        return variance_between(scale, q, self.noise, more_sessions=runs)[1]

    def after(self, x: int, y: int) -> _More:
        """The comparison with `x` more scores of the challenger and `y` of the incumbent."""
        found = self._known.get((x, y))
        if found is None:
            found = self._known[x, y] = self._after(x, y)
        return found

    def _after(self, x: int, y: int) -> _More:
        square, df = self._square(x, y)
        o = self.outlook
        n_c, bar_df = o.n_challenger + x, df
        is_few = n_c <= FEW_SEEDS
        if o.moderate is not None:
            if is_few or self.noise.between is None:
                bar_df = min(df, o.moderate + n_c - 1)
        elif o.few_seeds_df is not None and is_few:
            bar_df = min(df, o.few_seeds_df)
        bar = t_upper_quantile(o.alpha_next, bar_df)
        return _More(math.sqrt(square), df, bar, math.sqrt(max(0.0, self.square - square)))

    def promotes(self, x: int, y: int) -> float:
        """Chance of a win with so many more runs."""
        return self._promotes(self.after(x, y))

    def _promotes(self, more: _More) -> float:
        o = self.outlook
        return _chance(o.gain - max(o.delta_min, more.bar * more.se), more.spread)

    def clears(self, x: int, y: int) -> float:
        """Chance that they rule a gain of delta_min out."""
        return self._clears(self.after(x, y))

    def _clears(self, more: _More) -> float:
        o = self.outlook
        bound = t_quantile(_CLEARED_LEVEL, more.df) * more.se
        return _chance(o.delta_min - bound - o.gain, more.spread)

    def wins_at_estimate(self, x: int, y: int) -> bool:
        """Whether a gain as large as the estimated one would win with 80 % power."""
        more, o = self.after(x, y), self.outlook
        left = 1 - more.se**2 / self.square
        bar = max(o.delta_min, more.bar * more.se)
        return _chance(o.gain - bar, more.se * math.sqrt(max(0.0, left))) >= POWER

    def settles(self, x: int, y: int) -> bool:
        """Whether they decide it with 80 %, one way or the other."""
        more = self.after(x, y)
        return self._promotes(more) + self._clears(more) >= POWER

    def detectable(self, x: int, y: int) -> float:
        """The gain that would be found with 80 % power."""
        more = self.after(x, y)
        return (more.bar + t_quantile(POWER, more.df)) * more.se

    def finds_delta(self, most: int) -> tuple[Callable[[int, int], bool], Callable[[int], bool]]:
        """Whether a gain of delta_min would be found with 80 % power, for searches up to `most`.

        The second function tells for a number of runs whether any way to spend them may do; False
        is certain and costs little. No bar is lower than that of the most degrees of freedom, and
        no error smaller than with even sides whose new scores are all sessions of their own.
        """
        o, noise = self.outlook, self.noise
        between = noise.between
        df = noise.nu + most + (0 if between is None else between.nu)
        bar = t_upper_quantile(o.alpha_next, df) + t_quantile(POWER, df)
        square = (o.delta_min / bar) ** 2 * (1 + _ROUNDING)  # the largest that can do

        def finds(x: int, y: int) -> bool:
            return self._square(x, y)[0] <= square and self.detectable(x, y) <= o.delta_min

        def may_find(runs: int) -> bool:
            least = 4 / (o.n_incumbent + o.n_challenger + runs) * noise.sigma**2
            if between is not None:
                held = (o.squares_incumbent + runs) / (o.n_incumbent + runs) ** 2
                tried = (o.squares_challenger + runs) / (o.n_challenger + runs) ** 2
                least += (held + tried) * between.sigma**2
            return least <= square

        return finds, may_find

    def hope(self, runs: int) -> float:
        """Chance of a win with so many runs, spent in the best way."""
        return max(self.promotes(runs - y, y) for y in range(runs + 1))


def _chance(distance: float, spread: float) -> float:
    """P(Z <= distance / spread); without a spread nothing changes any more."""
    if spread == 0.0:
        return 1.0 if distance >= 0 else 0.0
    return _NORMAL.cdf(distance / spread)


def next_step(outlook: Outlook, noise: Noise) -> NextStep:
    """The first thing to do about an undecided config, and the plan for it."""
    prospect, most = Prospect(outlook, noise), outlook.max_runs
    hope = prospect.hope(most)
    if hope < _HOPELESS:
        return NextStep("drop", None, hope, None, None)
    plan = to_win_at_estimate(prospect, most) or to_settle(prospect, most)
    if plan is None:
        is_smaller = outlook.gain < outlook.delta_min
        return NextStep("drop" if is_smaller else "raise_delta", None, hope, None, None)
    x, y = plan.challenger, plan.incumbent
    action: NextAction = "challenger" if y == 0 else "both" if x else "incumbent"
    if x == 0 and noise.basis != "measured":
        action = "noise"
    return NextStep(action, plan, hope, prospect.promotes(x, y), prospect.clears(x, y))


def to_win_at_estimate(prospect: Prospect, most: int = SEEDS_CAP) -> RunPlan | None:
    """The fewest runs with which the gain as estimated would win with 80 % power."""
    if prospect.outlook.gain <= prospect.outlook.delta_min:
        return None
    return _fewest(prospect.wins_at_estimate, most)


def to_settle(prospect: Prospect, most: int = SEEDS_CAP) -> RunPlan | None:
    """The fewest runs that decide it with 80 %, one way or the other."""
    return _fewest(prospect.settles, most)


def to_clear(prospect: Prospect, most: int = SEEDS_CAP) -> RunPlan | None:
    """The fewest runs that rule a gain of delta_min out with 80 %."""
    if prospect.outlook.gain >= prospect.outlook.delta_min:
        return None
    return _fewest(lambda x, y: prospect.clears(x, y) >= POWER, most)


def to_detect_delta(prospect: Prospect, most: int = SEEDS_CAP) -> RunPlan | None:
    """The fewest runs with which a gain of delta_min would be found with 80 % power."""
    finds, may_find = prospect.finds_delta(most)
    return _fewest(finds, most, may_find)


def decidable_delta(prospect: Prospect) -> float:
    """The least gain that the most runs would find with 80 % power."""
    most = prospect.outlook.max_runs
    return min(prospect.detectable(most - y, y) for y in range(most + 1))


def _fewest(
    is_enough: Callable[[int, int], bool],
    most: int,
    may_be: Callable[[int], bool] = lambda _: True,
) -> RunPlan | None:
    """The least x + y; ties go to the larger y, because incumbent scores serve every challenger."""
    for runs in filter(may_be, range(1, most + 1)):
        for y in range(runs, -1, -1):
            if is_enough(runs - y, y):
                return RunPlan(runs - y, y)
    return None

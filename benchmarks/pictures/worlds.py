"""What the pictures show: computed by the decision core, or read from the tables of the benchmarks."""

import itertools
import random
from pathlib import Path
from statistics import NormalDist

from benchmarks.decisions.feed import AFTER, Feed, rules
from benchmarks.tables import read_table
from homegolf_git.core.judge.distributions import t_upper_quantile
from homegolf_git.core.judge.levels import level, minimum_detectable
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Verdict

DOCS = Path(__file__).parents[2] / "docs"
SIGMA, DELTA, START = 0.0007, 0.002, 1.065
ALPHA, BLOCK, INCUMBENT_SEEDS = 0.05, 20, 4
# How well the noise is known: degrees of freedom with none, 8 and 46 reruns, beside 4 declared.
KNOWN = {"noise is a guess": 4, "8 reruns have measured it": 12, "46 reruns": 50}
TRIES, DRAWS = 50, 999


def scores(seed: int, count: int, mean: float = START) -> list[float]:
    """Scores of one and the same code, which differ by nothing but noise."""
    draw, normal = random.Random(seed), NormalDist(mean, SIGMA)  # noqa: S311 - a picture
    return [round(normal.inv_cdf(draw.random()), 6) for _ in range(count)]


class Fifty(Value, frozen=True):
    """Fifty tries that change nothing: the scores, those that were kept, and what was believed."""

    scores: list[float]
    best: list[float]  # the lowest so far
    kept: int
    promoted: int  # by the rules of a new lane

    @property
    def believed(self) -> float:
        """The gain that keeping whatever is lower reports."""
        return self.scores[0] - self.best[-1]


def fifty() -> Fifty:
    """The tries, as both rules see them; of many draws the one with the median of what was believed."""
    drawn = [scores(seed, TRIES + 1) for seed in range(DRAWS)]
    found = sorted(drawn, key=lambda one: one[0] - min(one))[DRAWS // 2]
    best = [min(found[: at + 1]) for at in range(len(found))]
    feed = Feed(rules(SIGMA, DELTA, **AFTER))
    feed.land("start", found[:1])
    verdicts = [feed.land(f"try {at}", [score]) for at, score in enumerate(found[1:])]
    return Fifty(
        found, best, sum(one < before for before, one in itertools.pairwise(best)),
        sum(verdict.verdict_class == "improvement" for verdict in verdicts),
    )  # fmt: skip


def needed(number: int, df: float) -> float:
    """The bar of a challenger, in standard errors."""
    return t_upper_quantile(level(ALPHA, BLOCK, number, 1), df)


def found_gain(seeds: int, df: float) -> float:
    """The gain in units of sigma that so many seeds find 4 times in 5, against 4 of the incumbent."""
    error = (1 / INCUMBENT_SEEDS + 1 / seeds) ** 0.5
    return minimum_detectable(needed(1, df), df, error)


def examples() -> list[tuple[str, Verdict]]:
    """A verdict of each kind, on one lane with a measured noise."""
    normal = NormalDist(0, SIGMA)
    spread = [normal.inv_cdf((at + 0.5) / 10) for at in range(10)]

    def verdict(gain: float, seeds: int) -> Verdict:
        feed = Feed(rules(SIGMA, DELTA, **AFTER))
        feed.land("start", [START + one for one in spread])
        share = [normal.inv_cdf((at + 0.5) / seeds) for at in range(seeds)]
        return feed.land("new", [START - gain + one for one in share])

    wanted = (
        ("6.5 times the noise, 3 seeds", 6.5, 3), ("4 times, 3 seeds", 4, 3),
        ("2 times, 6 seeds", 2, 6), ("2 times, 1 seed", 2, 1), ("no difference, 6 seeds", 0, 6),
        ("5 times worse, 3 seeds", -5, 3),
    )  # fmt: skip
    return [(name, verdict(times * SIGMA, seeds)) for name, times, seeds in wanted]


# How the rules of the tables are called in the pictures, in their order.
RULES = {
    "any lower mean": "whatever is lower",
    "Welch p < 0.05": "a t-test at 5 %",
    "D >= delta": "lower by delta_min",
    "parameter-golf: p < 0.01 that D > delta": "parameter-golf's rule",
    "ours 2, as init writes it": "homegolf",
}
LOOPS = {
    "patience 15": "patience 15", "keep if lower": "whatever is lower",
    "three runs, bootstrap": "three runs, bootstrap", "confidence by MAD": "confidence by MAD",
    "homegolf loop": "homegolf loop",
}  # fmt: skip


def false_promotions(noise: str = "t5", delta: str = "3 sigma") -> dict[str, float]:
    """Share of lanes in which nothing helps and something is promoted, by rule, at one seed a try."""
    rows = read_table(
        DOCS / "decisions.md", "rule | seeds | noise | delta | ledgers with a false promotion"
    )
    found = {
        row["rule"]: float(row["ledgers with a false promotion"])
        for row in rows
        if (row["seeds"], row["noise"], row["delta"]) == ("1 seed", noise, delta)
    }
    return {shown: found[rule] for rule, shown in RULES.items()}


def truly_better(world: str = "as in the logs") -> dict[str, float]:
    """Share of the changes that a loop kept that help, by its rule."""
    rows = read_table(DOCS / "loop.md", "world | rule | true gain")
    found = {row["rule"]: row["truly better"] for row in rows if row["world"] == world}
    return {shown: float(found[rule]) for rule, shown in LOOPS.items()}

"""The verdict procedure written a second time, plainly, from its formulas and scipy's distributions.

It knows just what these rows need: every row is a config of its own, so there are no replicates, no
second looks and no confirmation. It shares no code with the program.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, variance
from typing import Any

from scipy import integrate, stats

from tests.build import Document

DELTA, SIGMA0, NU0, ALPHA, BLOCK, REGRESSION_ALPHA = 0.002, 0.0007, 4, 0.05, 20, 0.01
BYTES_MAX, SECONDS_MAX = 16_000_000, 600.5


@dataclass(slots=True)
class Opinion:
    """A class with its reason, and the figures behind it where rows were compared."""

    verdict: str
    figures: dict[str, float]


def opinions(rows: Sequence[Document]) -> list[Opinion]:
    """Judge the rows one after the other."""
    found: list[Opinion] = []
    pool: list[list[float]] = []  # scores of every valid config
    incumbent: list[float] = []
    k = 0
    for row in rows:
        breach = _breach(row)
        if breach:
            found.append(Opinion(breach, {}))
            continue
        scores = [result["val_bpb"] for result in row["results"]]
        pool.append(scores)
        if not incumbent:
            found.append(Opinion("improvement/baseline", {}))
            incumbent = scores
            continue
        k += 1
        opinion = _compare(incumbent, scores, pool, k, row["seeds_run"] - len(scores))
        found.append(opinion)
        if opinion.verdict.startswith("improvement"):
            incumbent, k = scores, 0
    return found


def _breach(row: Document) -> str | None:
    if row["outcome"]["status"] == "failed":
        return f"blocked/{row['outcome']['failure']['kind']}"
    if any(result.get("artifact_bytes", 0) > BYTES_MAX for result in row["results"]):
        return "invalid/over_bytes"
    if any(result.get("train_seconds", 0) > SECONDS_MAX for result in row["results"]):
        return "invalid/over_time"
    return None


def _compare(
    incumbent: Sequence[float],
    scores: Sequence[float],
    pool: Sequence[Sequence[float]],
    k: int,
    unreported: int,
) -> Opinion:
    several = [group for group in pool if len(group) > 1]
    df: float = NU0 + sum(len(group) - 1 for group in several)
    squares = sum((len(group) - 1) * variance(group) for group in several)
    pooled = own = (NU0 * SIGMA0**2 + squares) / df
    sigma = math.sqrt(pooled)
    if len(scores) > 2:
        ratio = variance(scores) / pooled
        if ratio > stats.f.ppf(0.99, len(scores) - 1, df):
            own, df = variance(scores), len(scores) - 1
    se = math.sqrt(pooled / len(incumbent) + own / len(scores))
    gain = mean(incumbent) - mean(scores)
    n = len(scores) + unreported
    delta = gain - sigma * top_mean(len(scores), n) if unreported else gain
    p_better = min(1.0, math.comb(n, len(scores)) * float(stats.t.sf(gain / se, df)))
    b = math.ceil(k / BLOCK)
    alpha = ALPHA / (BLOCK * b * (b + 1)) / 2
    figures = {
        "D": gain,
        "se": se,
        "df": df,
        "t": delta / se,
        "p_better": p_better,
        "p_worse": float(stats.t.cdf(delta / se, df)),
        "alpha": alpha,
        "ucb95": delta + float(stats.t.ppf(0.95, df)) * se,
        "lcb95": delta - float(stats.t.ppf(0.95, df)) * se,
        "lcb_alpha": delta - float(stats.t.ppf(1 - alpha, df)) * se,
        "sigma": sigma,
        "k": k,
    }
    return Opinion(_class(figures, delta), figures)


def _class(figures: dict[str, float], delta: float) -> str:
    is_significant = figures["p_better"] <= figures["alpha"]
    if is_significant and delta >= DELTA - 1e-9:
        return "improvement/strict" if figures["lcb_alpha"] > DELTA else "improvement/better"
    if figures["p_worse"] <= REGRESSION_ALPHA and delta <= 1e-9 - DELTA:
        return "regression/worse"
    if is_significant:
        return "noise/below_delta"
    if figures["ucb95"] >= DELTA:
        return "noise/underpowered"
    return "noise/equivalent" if figures["lcb95"] > -DELTA else "noise/not_better"


def top_mean(picked: int, of: int) -> float:
    """Mean of the expected `picked` largest of `of` standard normals, by integration."""

    def expected(rank: int) -> float:  # of the rank-th largest
        weight = rank * math.comb(of, rank)

        def integrand(x: float) -> float:
            upper, lower = stats.norm.sf(x), stats.norm.cdf(x)
            density: Any = (
                weight * x * stats.norm.pdf(x) * lower ** (of - rank) * upper ** (rank - 1)
            )
            return float(density)

        return float(integrate.quad(integrand, -9, 9)[0])

    return mean(expected(rank) for rank in range(1, picked + 1))

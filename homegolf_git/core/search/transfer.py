"""How well gains of one lane have predicted gains of another.

Source of the formulas: docs/statistics.md, section "Transfer". A pair is the same change measured in
both lanes: a run and its base below, and runs of the same configs above.
"""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Literal

from homegolf_git.core.judge.attribution import flatten
from homegolf_git.core.judge.distributions import beta_quantile, t_quantile
from homegolf_git.core.judge.scores import Sample, concentration, mean, sample_of
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.model.verdict import Side
from homegolf_git.core.search.runs import Runs

CONFIDENCE = 0.90  # one-sided
PAIRS_MIN = 4
EXACT_FROM = 5  # pairs from which Kendall's test can say anything

TransferState = Literal["unknown", "supported", "refuted", "mixed"]


class Pair(Value, frozen=True):
    """One change in both lanes: gains in each lane's unit, with standard errors."""

    run_id: RunId
    upstream_run_id: RunId
    side: Side
    x: float
    x_se: float
    is_fresh: bool  # x rests on seeds that did not help the run to win
    y: float
    y_se: float


class Summary(Value, frozen=True):
    """What a set of pairs says. Statistics that the set is too small for are None."""

    state: TransferState
    n: int  # pairs whose local gain is at least delta_min either way
    agree: int
    sign_lower: float | None
    sign_upper: float | None
    tau: float | None
    tau_p: float | None
    slope: float | None
    slope_se: float | None
    slope_lower: float | None


class Transfer(Value, frozen=True):
    """All pairs, their summary, and one a side where both sides have enough."""

    pairs: list[Pair]
    summary: Summary
    by_side: dict[str, Summary]


def transfer(
    local: LaneState, upstream: LaneState, promoted: Mapping[str, RunId] | None = None
) -> Transfer:
    """Pair the lanes' runs and summarize; `promoted` gives the local run of a promotion tag."""
    pairs = list(find_pairs(local, upstream, promoted or {}))
    bar = local.rules.decision.delta_min
    sides = {side: [pair for pair in pairs if pair.side == side] for side in ("system", "model")}
    by_side = {}
    if all(len(found) >= PAIRS_MIN for found in sides.values()):
        by_side = {side: summarize(_points(found), bar) for side, found in sides.items()}
    return Transfer(pairs, summarize(_points(pairs), bar), by_side)


def _points(pairs: Sequence[Pair]) -> list[tuple[float, float]]:
    return [(pair.x, pair.y) for pair in pairs]


# --- pairs


def find_pairs(
    local: LaneState, upstream: LaneState, promoted: Mapping[str, RunId]
) -> Iterator[Pair]:
    """Each change that was measured in both lanes, once."""
    below: dict[Hashable, Row] = {}
    for row in Runs(local).counted:
        if row.source.revision is not None:
            below.setdefault(_recipe(row), row)
    seen: set[tuple[str, str]] = set()
    for above in Runs(upstream).counted:
        base_above = upstream.rows.get(above.base) if above.base else None
        run, base = _twin(above, below, local, promoted), _twin(base_above, below, local, promoted)
        if (
            base_above is None
            or run is None
            or base is None
            or run.config_digest == base.config_digest
        ):
            continue
        key = run.config_digest, base.config_digest
        if key in seen:
            continue
        seen.add(key)
        pair = _pair(local, upstream, (run, base), (above, base_above))
        if pair is not None:
            yield pair


def _recipe(row: Row) -> Hashable:
    """What makes two runs of different lanes the same recipe: config and revision."""
    config = tuple(
        sorted((key, repr(_number(value))) for key, value in flatten(row.config).items())
    )
    return row.source.revision, config


def _number(value: Json) -> Json:
    """A value in which 1 and 1.0 are the same."""
    if isinstance(value, list):
        return [_number(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _number(value[key]) for key in sorted(value)}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _twin(
    row: Row | None, below: Mapping[Hashable, Row], local: LaneState, promoted: Mapping[str, RunId]
) -> Row | None:
    """The local run of an upstream run: the promoted one, or one of the same recipe."""
    if row is None:
        return None
    if row.promotion is not None and row.promotion in promoted:
        named = local.rows.get(promoted[row.promotion])
        if named is not None and named.run_id in local.valid:
            return named
    return below.get(_recipe(row)) if row.source.revision is not None else None


def _pair(
    local: LaneState, upstream: LaneState, below: tuple[Row, Row], above: tuple[Row, Row]
) -> Pair | None:
    run, base = below
    x_scores, is_fresh = _fresh_scores(local, run)
    x_base = local.sample(local.configs[base.config_digest])
    y_scores = upstream.sample(upstream.configs[above[0].config_digest])
    base_above = upstream.configs.get(above[1].config_digest)
    if base_above is None:
        return None
    y_base = upstream.sample(base_above)
    return Pair(
        run_id=run.run_id,
        upstream_run_id=above[0].run_id,
        side=local.configs[run.config_digest].change.side,
        x=local.rules.metric.gain(x_base.mean, x_scores.mean),
        x_se=_se(local, x_base, x_scores),
        is_fresh=is_fresh,
        y=upstream.rules.metric.gain(y_base.mean, y_scores.mean),
        y_se=_se(upstream, y_base, y_scores),
    )


def _fresh_scores(state: LaneState, run: Row) -> tuple[Sample, bool]:
    """Scores that did not help a winner to win; of any other run, all."""
    config = state.configs[run.config_digest]
    every = state.sample(config)
    if config.won_at is None:
        return every, True
    fresh = sample_of(config.since(config.won_at), state.counting)
    return (fresh, True) if fresh.n else (every, False)


def _se(state: LaneState, one: Sample, other: Sample) -> float:
    noise, scale = state.noise, 1 / one.n + 1 / other.n
    if noise.between is None:
        return noise.sigma * math.sqrt(scale)
    shared = concentration(one.cells()) + concentration(other.cells())
    return math.sqrt(noise.sigma**2 * scale + noise.between.sigma**2 * shared)


# --- statistics


def summarize(points: Sequence[tuple[float, float]], delta_min: float) -> Summary:
    """Sign agreement with its bounds, rank correlation, slope through the origin, and the state."""
    signed = [(x, y) for x, y in points if abs(x) >= delta_min]
    n, agree = len(signed), sum(x * y > 0 for x, y in signed)
    lower = upper = None
    if n:
        lower = beta_quantile(1 - CONFIDENCE, agree, n - agree + 1) if agree else 0.0
        upper = beta_quantile(CONFIDENCE, agree + 1, n - agree) if agree < n else 1.0
    tau, tau_p = kendall(points)
    slope, slope_se = slope_through_origin(points)
    slope_lower = None
    if slope is not None and slope_se is not None:
        slope_lower = slope - t_quantile(CONFIDENCE, len(points) - 1) * slope_se
    state: TransferState = "mixed"
    if n < PAIRS_MIN or lower is None or upper is None:
        state = "unknown"
    elif upper < 0.5:  # noqa: PLR2004 - a coin
        state = "refuted"
    elif lower > 0.5 and slope_lower is not None and slope_lower > 0:  # noqa: PLR2004 - a coin
        state = "supported"
    return Summary(state, n, agree, lower, upper, tau, tau_p, slope, slope_se, slope_lower)


def kendall(points: Sequence[tuple[float, float]]) -> tuple[float | None, float | None]:
    """Kendall's tau-b, and its exact two-sided p where nothing is tied."""
    n = len(points)
    concordant = discordant = tied_x = tied_y = 0
    for i in range(n):
        for j in range(i):
            dx, dy = points[i][0] - points[j][0], points[i][1] - points[j][1]
            concordant += dx * dy > 0
            discordant += dx * dy < 0
            tied_x += dx == 0
            tied_y += dy == 0
    all_pairs = n * (n - 1) // 2
    scale = math.sqrt((all_pairs - tied_x) * (all_pairs - tied_y))
    if not scale:
        return None, None
    tau = (concordant - discordant) / scale
    if n < EXACT_FROM or tied_x or tied_y:
        return tau, None
    counts = _inversions(n)
    tail = sum(counts[: min(concordant, discordant) + 1])
    return tau, min(1.0, 2 * tail / math.factorial(n))


def _inversions(n: int) -> list[int]:
    """How many orders of n things have 0, 1, 2, ... inversions."""
    counts = [1]
    for size in range(2, n + 1):
        longer = [0] * (len(counts) + size - 1)
        for i, count in enumerate(counts):
            for shift in range(size):
                longer[i + shift] += count
        counts = longer
    return counts


def slope_through_origin(
    points: Sequence[tuple[float, float]],
) -> tuple[float | None, float | None]:
    """Least-squares slope through the origin, and its jackknife standard error."""
    squares = math.fsum(x * x for x, _ in points)
    if not squares:
        return None, None
    cross = math.fsum(x * y for x, y in points)
    slope, n = cross / squares, len(points)
    if n < 2 or any(squares - x * x <= 0 for x, _ in points):  # noqa: PLR2004 - one left out
        return slope, None
    left_out = [(cross - x * y) / (squares - x * x) for x, y in points]
    centre = mean(left_out)
    return slope, math.sqrt((n - 1) / n * math.fsum((b - centre) ** 2 for b in left_out))

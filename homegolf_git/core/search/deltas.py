"""The delta ledger: what each change of incumbent gained, and which side it came from.

Source of the formulas: docs/statistics.md, section "Attribution". Every figure here is a sum of
reference means with whole or rational weights, so gains telescope and standard errors see that
neighbouring steps share an incumbent.
"""

import math
from collections.abc import Iterator, Mapping

from homegolf_git.core.judge.attribution import attribute_step
from homegolf_git.core.judge.exactsum import ExactSum
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.values import Value, field
from homegolf_git.core.model.verdict import Side
from homegolf_git.core.search.ablation import Ablation, find_ablation
from homegolf_git.core.search.incumbents import Mean, fresh_seeds, mean_of, reference_means
from homegolf_git.core.search.runs import Runs
from homegolf_git.core.search.throughput import Splitter, Throughput

_SHARE_BAR = 2.0  # standard errors that the total must exceed before shares mean anything


class Gain(Value, frozen=True):
    """A gain and its standard error, in the metric's unit."""

    gain: float
    se: float


class DeltaStep(Value, frozen=True):
    """One change of incumbent.

    `shrunk` is the gain pulled towards zero where no fresh seed has measured the winner; it is
    shown and never summed.
    """

    displaced: RunId
    winner: RunId
    gain: Gain
    side: Side
    is_confirmed: bool
    shrunk: float | None
    ablation: Ablation | None
    throughput: Throughput | None


class DeltaLedger(Value, frozen=True):
    """All steps, the totals a side, and the total from the first incumbent to the current one."""

    steps: list[DeltaStep]
    totals: dict[str, Gain]
    total: Gain
    shares: dict[str, float] | None = field(default=None)


def delta_ledger(state: LaneState) -> DeltaLedger:
    """Build the delta ledger of a lane as of its last row."""
    means, runs = reference_means(state), Runs(state)
    splitter = Splitter(runs)
    weights: dict[str, dict[str, float]] = {}  # side -> mean -> weight
    cells: dict[str, Mean] = {f"m{i}": found for i, found in enumerate(means)}
    steps = []
    for i, step in enumerate(state.steps):
        winner, displaced = state.rows[step.winner], state.rows[step.displaced]
        side = attribute_step(winner, displaced, state.rows, state.rules.attribution)
        ablation = find_ablation(runs, displaced, winner) if side == "confounded" else None
        before, after = f"m{i}", f"m{i + 1}"
        if ablation is not None and ablation.is_complete:
            for name, cell in ablation.cells.items():
                cells.setdefault(f"cell {i} {name}", mean_of(state.sample(cell)))
            _add_split(weights, ablation, i)
        else:
            _add(weights, "confounded" if side == "unknown" else side, {before: 1.0, after: -1.0})
        steps.append(
            DeltaStep(
                displaced=step.displaced,
                winner=step.winner,
                gain=_gain(state, cells, {before: 1.0, after: -1.0}),
                side=side,
                is_confirmed=fresh_seeds(state, i)[1],
                shrunk=_shrunk(state, i),
                ablation=_with_values(state, ablation, means[i], means[i + 1]),
                throughput=splitter.split(
                    (displaced, means[i].value), (winner, means[i + 1].value)
                ),
            )
        )
    total = {"m0": 1.0, f"m{len(means) - 1}": -1.0} if len(means) > 1 else {}
    ledger = DeltaLedger(
        steps=steps,
        totals={side: _gain(state, cells, weight) for side, weight in sorted(weights.items())},
        total=_gain(state, cells, total),
    )
    return DeltaLedger(ledger.steps, ledger.totals, ledger.total, _shares(ledger))


def plain_steps(state: LaneState) -> Iterator[DeltaStep]:
    """The steps alone, one after the other: nothing is split, so no other row is looked at."""
    means = {f"m{i}": found for i, found in enumerate(reference_means(state))}
    for i, step in enumerate(state.steps):
        winner, displaced = state.rows[step.winner], state.rows[step.displaced]
        yield DeltaStep(
            displaced=step.displaced,
            winner=step.winner,
            gain=_gain(state, means, {f"m{i}": 1.0, f"m{i + 1}": -1.0}),
            side=attribute_step(winner, displaced, state.rows, state.rules.attribution),
            is_confirmed=fresh_seeds(state, i)[1],
            shrunk=_shrunk(state, i),
            ablation=None,
            throughput=None,
        )


def _gain(state: LaneState, means: Mapping[str, Mean], weights: Mapping[str, float]) -> Gain:
    """A weighted sum of means as a gain, with its standard error."""
    sign = 1.0 if state.rules.metric.direction == "minimize" else -1.0
    value = sign * math.fsum(weight * means[name].value for name, weight in weights.items())
    squares = math.fsum(weight**2 / means[name].n for name, weight in weights.items())
    noise = state.noise
    if noise.between is None:
        return Gain(value + 0.0, noise.sigma * math.sqrt(squares))
    shared = math.fsum(weight**2 * means[name].q for name, weight in weights.items())
    return Gain(value + 0.0, math.sqrt(noise.sigma**2 * squares + noise.between.sigma**2 * shared))


def _add(weights: dict[str, dict[str, float]], side: str, step: Mapping[str, float]) -> None:
    found = weights.setdefault(side, {})
    for name, weight in step.items():
        found[name] = found.get(name, 0.0) + weight


def _add_split(weights: dict[str, dict[str, float]], ablation: Ablation, index: int) -> None:
    """Shapley weights: the empty cell is the displaced incumbent, the full one the winner."""
    for side, combination in ablation.shapley_weights().items():
        named = {_mean_name(ablation, cell, index): weight for cell, weight in combination.items()}
        _add(weights, side, named)


def _mean_name(ablation: Ablation, cell: frozenset[str], index: int) -> str:
    if not cell:
        return f"m{index}"
    if cell == ablation.sides:
        return f"m{index + 1}"
    return f"cell {index} {ablation.names[cell]}"


def _with_values(
    state: LaneState, ablation: Ablation | None, before: Mean, after: Mean
) -> Ablation | None:
    return None if ablation is None else ablation.valued(state, before.value, after.value)


def _shrunk(state: LaneState, index: int) -> float | None:
    """D tau^2 / (tau^2 + SE^2) for a title that no fresh seed has measured, else None."""
    if fresh_seeds(state, index)[0]:
        return None
    step = state.steps[index]
    return shrink(step.delta, step.se, state.squared_gains)


def shrink(delta: float, se: float, squares: ExactSum) -> float:
    """Empirical-Bayes estimate of a gain; tau^2 = max(0, mean of D_i^2 - SE_i^2) over the lane."""
    spread = max(0.0, squares.value / squares.n)
    return delta * spread / (spread + se**2) if spread else 0.0


def _shares(ledger: DeltaLedger) -> dict[str, float] | None:
    """Each side's share of the total, where the total is far enough from zero."""
    if abs(ledger.total.gain) <= _SHARE_BAR * ledger.total.se or not ledger.steps:
        return None
    return {side: found.gain / ledger.total.gain for side, found in ledger.totals.items()}

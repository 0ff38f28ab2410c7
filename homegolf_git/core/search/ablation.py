"""Ablations: a step with several sides, split by runs that made only some of its changes.

Source: docs/statistics.md, section "Attribution" (Shapley values over the measured cells).
"""

import math
from collections.abc import Iterator
from itertools import combinations

from homegolf_git.core.judge.attribution import ABSENT, same_value, side_of_key, sides_of_paths
from homegolf_git.core.judge.reign import Config
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import AttributionRules
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json, Value, field, replace
from homegolf_git.core.search.runs import Parts, Runs, parts_of

Cell = frozenset[str]  # the sides whose changes a run has
_SIDES_MAX = 4


class Ablation(Value, frozen=True):
    """Which cells of a step were measured, and what they say.

    `values` are the Shapley values a side where all cells are there; `ranges` otherwise the lowest
    and highest gain of a side over the orders that were measured.
    """

    sides: Cell
    cells: dict[str, Config]  # between the empty and the full one, by name
    names: dict[Cell, str]
    values: dict[str, float] = field(default_factory=dict)
    interaction: float | None = None
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether every cell was measured."""
        return len(self.cells) + 2 == 1 << len(self.sides)

    @property
    def missing(self) -> list[Cell]:
        """Cells that no run has measured."""
        measured = {cell for cell, name in self.names.items() if name in self.cells}
        return [
            cell
            for cell in _subsets(self.sides)
            if cell not in measured and 0 < len(cell) < len(self.sides)
        ]

    def shapley_weights(self) -> dict[str, dict[Cell, float]]:
        """Each side's value as a weighted sum of the means of cells (less is better)."""
        q = len(self.sides)
        weights: dict[str, dict[Cell, float]] = {}
        for side in sorted(self.sides):
            found: dict[Cell, float] = {}
            for cell in _subsets(self.sides - {side}):
                weight = (
                    math.factorial(len(cell))
                    * math.factorial(q - len(cell) - 1)
                    / math.factorial(q)
                )
                found[cell] = found.get(cell, 0.0) + weight
                found[cell | {side}] = found.get(cell | {side}, 0.0) - weight
            weights[side] = found
        return weights

    def valued(self, state: LaneState, before: float, after: float) -> "Ablation":
        """The same with its values, given the means of the displaced incumbent and the winner."""
        means = {
            cell: state.sample(self.cells[name]).mean
            for cell, name in self.names.items()
            if name in self.cells
        }
        gains = {cell: state.rules.metric.gain(before, value) for cell, value in means.items()}
        gains |= {frozenset(): 0.0, self.sides: state.rules.metric.gain(before, after)}
        if not self.is_complete:
            return replace(self, ranges=dict(_ranges(self.sides, gains)))
        values = {
            side: -math.fsum(weight * gains[cell] for cell, weight in combination.items())
            for side, combination in self.shapley_weights().items()
        }
        interaction = None
        if len(self.sides) == 2:  # noqa: PLR2004 - with two sides there is one interaction
            one, other = (gains[frozenset({side})] for side in self.sides)
            interaction = gains[self.sides] - one - other
        return replace(self, values=values, interaction=interaction)


def _subsets(sides: Cell) -> Iterator[Cell]:
    for size in range(len(sides) + 1):
        yield from map(frozenset, combinations(sorted(sides), size))


def _ranges(sides: Cell, gains: dict[Cell, float]) -> Iterator[tuple[str, tuple[float, float]]]:
    """Marginal gains of each side between cells that were both measured."""
    for side in sorted(sides):
        marginal = [
            gains[cell | {side}] - gain
            for cell, gain in gains.items()
            if side not in cell and cell | {side} in gains
        ]
        if marginal:
            yield side, (min(marginal), max(marginal))


def find_ablation(runs: Runs, displaced: Row, winner: Row) -> Ablation | None:
    """Runs that made some of the changes from one row to another; None where sides are unclear."""
    state = runs.state
    rules = state.rules.attribution
    changes = _changes(displaced, winner, rules)
    if changes is None:
        return None
    sides = frozenset(changes.values())
    if not 1 < len(sides) <= _SIDES_MAX:
        return None
    before, after = parts_of(displaced), parts_of(winner)
    cells: dict[str, Config] = {}
    names = {cell: "+".join(sorted(cell)) or "none" for cell in _subsets(sides)}
    digests = {displaced.config_digest, winner.config_digest}
    for row, parts in runs.near(before, len(changes)):
        if row.config_digest in digests:
            continue
        cell = _cell_of(parts, before, after, changes)
        if cell is not None and 0 < len(cell) < len(sides):
            cells.setdefault(names[cell], state.configs[row.config_digest])
    return Ablation(sides, cells, names)


def _changes(displaced: Row, winner: Row, rules: AttributionRules) -> dict[str, str] | None:
    """Sample of every part that differs; None where one has no single side."""
    if None in (displaced.source.revision, winner.source.revision):
        return None  # a null revision is equal to no other: the code may differ as well
    before, after = parts_of(displaced), parts_of(winner)
    changes: dict[str, str] = {}
    for name in sorted(before.keys() | after.keys()):
        if same_value(before.get(name, ABSENT), after.get(name, ABSENT)):
            continue
        if name == "revision":
            sides = sides_of_paths(winner.source.changed_paths, rules)
            if len(sides) != 1 or winner.base != displaced.run_id:
                return None
            changes[name] = next(iter(sides))
        elif name in ("hardware", "evaluation"):
            changes[name] = "system" if name == "hardware" else "eval"
        else:
            changes[name] = side_of_key(name.removeprefix("config "), rules)
    return None if "unknown" in changes.values() else changes


def _cell_of(
    parts: Parts, before: dict[str, Json], after: dict[str, Json], changes: dict[str, str]
) -> Cell | None:
    """The sides whose changes these parts have; None when they are no cell of the step."""
    has: dict[str, bool] = {}
    for name in before.keys() | after.keys() | parts.keys():
        value = parts.get(name, ABSENT)
        is_before = same_value(value, before.get(name, ABSENT))
        if name not in changes:
            if not is_before:
                return None
            continue
        is_after = same_value(value, after.get(name, ABSENT))
        if not (is_before or is_after) or has.setdefault(changes[name], is_after) != is_after:
            return None
    return frozenset(side for side, is_changed in has.items() if is_changed)

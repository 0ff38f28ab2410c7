"""A step's gain split into throughput (more tokens in the same time) and per-step quality.

Source: docs/statistics.md, section "Attribution". A recipe is everything of a config but its system
side; a run that has the recipe and trained as many tokens is a cell.
"""

import math
from functools import cached_property
from typing import Literal

from homegolf_git.core.judge.attribution import flatten, side_of_key, sides_of_paths
from homegolf_git.core.judge.scores import mean
from homegolf_git.core.model.lane import AttributionRules
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Value
from homegolf_git.core.search.runs import Runs

TOKENS_TOLERANCE = 0.01  # relative: two runs trained the same number of tokens
_MIN_POINTS = 2

Basis = Literal["four_cells", "one_sided", "estimated", "unsplit"]


class Throughput(Value, frozen=True):
    """The split in the metric's unit, what it rests on, and the identity of token counts.

    tokens = step_time * tokens_per_step * train_seconds, each as new over old (step time inverted).
    """

    basis: Basis
    throughput: float | None
    quality: float | None
    tokens_ratio: float
    step_rate_ratio: float
    tokens_per_step_ratio: float
    train_seconds_ratio: float


class _Point(Value, frozen=True):
    """Means over a row's seeds."""

    score: float
    tokens: float
    steps: float
    train_seconds: float


class Splitter:
    """Splits the gains of a lane's steps; what is the same for all steps is found out once."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def split(self, old: tuple[Row, float], new: tuple[Row, float]) -> Throughput | None:
        """Split the gain between two rows, each given with its reference mean.

        None where steps, tokens or times are not recorded.
        """
        metric = self.runs.state.rules.metric
        (old_row, old_score), (new_row, new_score) = old, new
        before, after = _point(old_row, metric.name), _point(new_row, metric.name)
        if before is None or after is None:
            return None
        gain = metric.gain(old_score, new_score)
        cells = _Cells(self.runs, old_row, new_row)
        if cells.is_same_recipe or _is_same(before.tokens, after.tokens):
            # With one recipe, or one token count, the four cells are the two runs.
            throughput: float | None = gain if cells.is_same_recipe else 0.0
            return _split("four_cells", throughput, gain, before, after)
        old_at_new = cells.score(old_row, after.tokens)
        new_at_old = cells.score(new_row, before.tokens)
        measured = []
        if old_at_new is not None:
            measured.append(metric.gain(old_score, old_at_new))
        if new_at_old is not None:
            measured.append(metric.gain(new_at_old, new_score))
        throughput = None
        basis: Basis = "unsplit"
        if measured:
            throughput = mean(measured)
            basis = "one_sided" if len(measured) == 1 else "four_cells"
        elif self._kappa is not None:
            throughput, basis = self._kappa * math.log(after.tokens / before.tokens), "estimated"
        return _split(basis, throughput, gain, before, after)

    @cached_property
    def _kappa(self) -> float | None:
        """Gain per unit of ln(tokens), from recipes that were run at two or more token counts."""
        groups: dict[str, list[tuple[float, float]]] = {}
        rules = self.runs.state.rules
        for row in self.runs.counted:
            point = _point(row, rules.metric.name)
            if point is not None and row.source.revision is not None:
                key = repr((row.source.revision, _recipe(row, rules.attribution)))
                groups.setdefault(key, []).append((math.log(point.tokens), point.score))
        cross = squares = 0.0
        for points in groups.values():
            if len(points) < _MIN_POINTS:
                continue
            centre_x, centre_y = mean([x for x, _ in points]), mean([y for _, y in points])
            cross += math.fsum((x - centre_x) * (y - centre_y) for x, y in points)
            squares += math.fsum((x - centre_x) ** 2 for x, _ in points)
        if squares == 0.0:
            return None
        slope = cross / squares
        return -slope if rules.metric.direction == "minimize" else slope


def _is_same(tokens: float, other: float) -> bool:
    return abs(tokens - other) <= TOKENS_TOLERANCE * other


def _split(
    basis: Basis, throughput: float | None, gain: float, before: _Point, after: _Point
) -> Throughput:
    return Throughput(
        basis=basis,
        throughput=throughput,
        quality=None if throughput is None else gain - throughput,
        tokens_ratio=after.tokens / before.tokens,
        step_rate_ratio=(after.steps / after.train_seconds) / (before.steps / before.train_seconds),
        tokens_per_step_ratio=(after.tokens / after.steps) / (before.tokens / before.steps),
        train_seconds_ratio=after.train_seconds / before.train_seconds,
    )


def _point(row: Row, metric: str) -> _Point | None:
    names = (metric, "train_tokens", "steps", "train_seconds")
    columns = [[result.numbers.get(name) for result in row.results] for name in names]
    if not row.results or any(value is None for column in columns for value in column):
        return None
    point = _Point(*(mean([value for value in column if value is not None]) for column in columns))
    return point if min(point.tokens, point.steps, point.train_seconds) > 0 else None


def _recipe(row: Row, rules: AttributionRules) -> tuple[object, ...]:
    config = {
        key: value
        for key, value in flatten(row.config).items()
        if side_of_key(key, rules) != "system"
    }
    return (sorted((key, repr(value)) for key, value in config.items()), row.evaluation)


class _Cells:
    """Scores of a recipe at another token count, from the lane's other runs."""

    def __init__(self, runs: Runs, old: Row, new: Row) -> None:
        self.runs, self.rules = runs, runs.state.rules.attribution
        revisions = {old.source.revision, new.source.revision}
        is_system_code = None not in revisions and (  # a null revision is equal to no other
            len(revisions) == 1
            or (
                new.base == old.run_id
                and sides_of_paths(new.source.changed_paths, self.rules) == {"system"}
            )
        )
        # Code that only makes steps faster leaves the recipe as it is.
        self.same_code = revisions if is_system_code else None
        self.is_same_recipe = is_system_code and _recipe(old, self.rules) == _recipe(
            new, self.rules
        )

    def score(self, recipe_of: Row, tokens: float) -> float | None:
        """Mean score of the recipe's other runs that trained that many tokens."""
        recipe, scores = _recipe(recipe_of, self.rules), []
        revisions = (self.same_code or {recipe_of.source.revision}) - {None}
        same_code = (row for name in revisions for row in self.runs.by_revision.get(name, ()))
        for row in same_code:
            if row.config_digest == recipe_of.config_digest:
                continue
            point = _point(row, self.runs.state.rules.metric.name)
            if point is None or not _is_same(point.tokens, tokens):
                continue
            if _recipe(row, self.rules) == recipe:
                scores.append(point.score)
        return mean(scores) if scores else None

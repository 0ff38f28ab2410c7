"""Which scores of a config count, and what one side of a comparison is made of.

Source: docs/statistics.md, section "Scores". A lane that declares nothing of procedure 2 counts
every score as it was stated.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Literal

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Value

# stated: all as they are; count, average: what becomes of several scores of one seed
Counting = Literal["stated", "count", "average"]
SeedKey = tuple[int, int]  # seed and repeat: one score of a config, whoever states it


class Score(Value, frozen=True):
    """A score of a config, with where it came from; `order` is that of its row in the lane."""

    seed: int | None
    repeat: int
    value: float  # metric unit
    session: str
    order: int
    stated: float | None = None  # by the row, where the value was corrected for picked seeds

    @property
    def as_stated(self) -> float:
        """The score as its row gives it."""
        return self.value if self.stated is None else self.stated

    @property
    def key(self) -> SeedKey | None:
        """What makes another score the same one; None where no seed was set: a score of its own."""
        return None if self.seed is None else (self.seed, self.repeat)


class Cell(Value, frozen=True):
    """The scores of one side in one session."""

    session: str
    n: int
    mean: float


class Sample(Value, frozen=True):
    """Scores that count, with their sessions; `n` is how many measurements they are."""

    values: tuple[float, ...] = ()
    sessions: tuple[str, ...] = ()
    n: int = 0
    flags: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        """Correctly rounded mean, metric unit."""
        return mean(self.values)

    @property
    def spread(self) -> tuple[int, float]:
        """Degrees of freedom and sum of squared deviations from the mean."""
        return spread(self.values) if self.n > 1 else (0, 0.0)

    def cells(self) -> list[Cell]:
        """The sessions, in the order in which they are first met."""
        found: dict[str, list[float]] = {}
        for value, session in zip(self.values, self.sessions, strict=True):
            found.setdefault(session, []).append(value)
        return [Cell(session, len(values), mean(values)) for session, values in found.items()]

    def within(self, cells: Sequence[Cell]) -> tuple[int, float]:
        """Degrees of freedom and sum of squared deviations from the means of the sessions."""
        centres = {cell.session: cell.mean for cell in cells}
        deviations = (
            (value - centres[session]) ** 2
            for value, session in zip(self.values, self.sessions, strict=True)
        )
        df = len(self.values) - len(cells)
        return df, math.fsum(deviations) if df else 0.0


def mean(values: Sequence[float]) -> float:
    """Correctly rounded mean, the same on every machine."""
    return math.fsum(values) / len(values)


def is_identical(values: Sequence[float]) -> bool:
    """Whether two or more scores are all bit-identical: one measurement, not several."""
    return len(values) > 1 and all(value == values[0] for value in values)


def effective_count(values: Sequence[float]) -> int:
    """How many measurements the scores are."""
    return 1 if is_identical(values) else len(values)


def spread(values: Sequence[float]) -> tuple[int, float]:
    """Degrees of freedom and sum of squared deviations that a config adds to the pool."""
    if effective_count(values) < 2:  # noqa: PLR2004 - a spread needs two
        return 0, 0.0
    centre = mean(values)
    return len(values) - 1, math.fsum((value - centre) ** 2 for value in values)


def concentration(cells: Sequence[Cell]) -> float:
    """Q = sum of (n_s / n)^2 over the sessions of a side: 1 / M where M sessions are equal."""
    n = sum(cell.n for cell in cells)
    return math.fsum((cell.n / n) ** 2 for cell in cells)


def scores_of(row: Row, rules: Lane, order: int) -> list[Score]:
    """The scores that a row states; where a lane takes no repeats, all of a seed are one score."""
    has_repeats = rules.decision.repeats is not None
    return [
        Score(
            result.seed, result.repeat if has_repeats else 0, result.numbers[rules.metric.name],
            row.session, order,
        )
        for result in row.results
    ]  # fmt: skip


def sample_of(scores: Sequence[Score], counting: Counting) -> Sample:
    """The scores of a config, or some of them, as they count.

    Identical ones are one measurement; repeats of a seed count each (`count`) or are averaged.
    """
    values = tuple(score.value for score in scores)
    if counting == "stated":
        flags = ("identical_scores",) if is_identical(values) else ()
        return Sample(values, tuple(s.session for s in scores), effective_count(values), flags)
    if is_identical(values):
        return Sample(values[:1], (scores[0].session,), 1, ("identical_scores",))
    counted: list[tuple[float, str]] = []
    raised: list[str] = []
    for group in _by_seed(scores):
        kept, flag = _counted(group, counting)
        counted += kept
        raised.append(flag)
    if any(score.seed is None for score in scores):
        raised.append("unseeded")
    return Sample(
        tuple(value for value, _ in counted),
        tuple(session for _, session in counted),
        len(counted),
        tuple(dict.fromkeys(filter(None, raised))),
    )


def _by_seed(scores: Sequence[Score]) -> Iterator[list[Score]]:
    """Scores of one seed together, in the order in which seeds are first met; no seed is no group."""
    groups: dict[int | tuple[None, int], list[Score]] = {}
    for number, score in enumerate(scores):
        groups.setdefault((None, number) if score.seed is None else score.seed, []).append(score)
    yield from groups.values()


def _counted(group: list[Score], counting: Counting) -> tuple[list[tuple[float, str]], str]:
    """What the scores of one seed count as, and the flag that says so."""
    stated = [(score.value, score.session) for score in group]
    values = [value for value, _ in stated]
    if len(values) == 1:
        return stated, ""
    if is_identical(values):
        return stated[:1], "identical_scores"
    if counting == "count":
        return stated, "same_seed"
    return [(mean(values), group[0].session)], "averaged"

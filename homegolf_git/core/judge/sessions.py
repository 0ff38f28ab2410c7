"""What sessions add to the noise: sums over configs that were measured in two of them or more.

Source: docs/statistics.md, section "Sessions". A session is a stretch in which everything but the
config stays the same; scores of one session share what it brings.
"""

import math
from collections.abc import Sequence

from homegolf_git.core.judge.exactsum import ExactSum
from homegolf_git.core.judge.scores import Cell
from homegolf_git.core.model.lane import Sessions
from homegolf_git.core.model.stored import StoredMap
from homegolf_git.core.model.values import Record, field
from homegolf_git.core.model.verdict import BetweenNoise

_NOT_LOWERED_FROM = 4  # degrees of freedom from which a declaration may not lower what is observed


class Between(Record):
    """The sums between sessions; configs that share a session are joined."""

    df: int = 0  # C, sum of M_c - 1
    squares: ExactSum = field(default_factory=ExactSum)  # SSB
    weights: ExactSum = field(default_factory=ExactSum)  # n0 C
    joined: int = 0  # nu_s, sessions less the groups that they fall into
    parents: StoredMap[str, str] = field(default_factory=StoredMap)  # session -> one of its group

    def copy(self) -> "Between":
        """Sums of their own."""
        return Between(self.df, self.squares, self.weights, self.joined, self.parents.copy())

    def put(self, before: Sequence[Cell], after: Sequence[Cell]) -> None:
        """Take in a config's sessions as they are now, in place of what they were."""
        if len(before) > 1:
            self._add(before, -1)
        if len(after) > 1:
            self._add(after, 1)
            for cell in after[1:]:
                self._join(after[0].session, cell.session)

    def _add(self, cells: Sequence[Cell], sign: int) -> None:
        n = sum(cell.n for cell in cells)
        centre = math.fsum(cell.n * cell.mean for cell in cells) / n
        squares = math.fsum(cell.n * (cell.mean - centre) ** 2 for cell in cells)
        weight = n - math.fsum(cell.n**2 for cell in cells) / n
        self.df += sign * (len(cells) - 1)
        put = ExactSum.plus if sign > 0 else ExactSum.minus
        self.squares, self.weights = put(self.squares, squares), put(self.weights, weight)

    def _join(self, one: str, other: str) -> None:
        first, second = self._root(one), self._root(other)
        if first != second:
            self.parents[second] = first
            self.joined += 1

    def _root(self, session: str) -> str:
        at = session
        while (above := self.parents.get(at, at)) != at:
            at = above
        if at != session:
            self.parents[session] = at  # the next way up is one step
        return at


def between_noise(sums: Between, declared: Sessions, within: float) -> BetweenNoise:
    """The spread between sessions, shrunk to the declared one; `within` is the variance in one."""
    n0 = sums.weights.value / sums.df if sums.df else 1.0
    nu = declared.nu0 + sums.joined
    observed = max(0.0, sums.squares.value) / sums.df if sums.df else 0.0
    prior = declared.nu0 * (within + n0 * declared.sigma0**2)
    mean_square = (prior + sums.joined * observed) / nu
    if sums.joined >= _NOT_LOWERED_FROM and observed > mean_square:
        mean_square, nu = observed, sums.joined
    sigma = math.sqrt(max(0.0, (mean_square - within) / n0))
    return BetweenNoise(sigma, nu, sums.joined, mean_square, n0, declared.shared)

"""What a cell of the benchmark is."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

Numbers = dict[str, float]


@dataclass(frozen=True)
class Cell:
    """One cell: a table, the names of its row, and the simulation of one ledger.

    The numbers of all ledgers are averaged; a key that ends in `?median` takes the median.
    """

    table: str
    labels: tuple[str, ...]
    simulate: Callable[[int], Numbers]
    needs: dict[str, tuple[str, float]] = field(
        default_factory=dict
    )  # key -> ("<=" or ">=", bound)
    known: str = ""  # why it is known to miss what it needs

    def seed(self, ledger: int) -> int:
        """A fixed seed for each ledger of each cell."""
        return zlib.crc32(repr((self.table, self.labels, ledger)).encode())

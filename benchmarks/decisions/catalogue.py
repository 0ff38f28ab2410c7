"""Every cell of the benchmark."""

from benchmarks.decisions.advised import next_cells, settle_cells
from benchmarks.decisions.cell import Cell
from benchmarks.decisions.cells import promotion_cells, special_cells, stop_cells
from benchmarks.decisions.hard import fixed_seed_cells, long_cells, scatter_cells, session_cells


def all_cells() -> list[Cell]:
    """Every cell, table by table."""
    return [
        *promotion_cells(),
        *special_cells(),
        *session_cells(),
        *scatter_cells(),
        *fixed_seed_cells(),
        *long_cells(),
        *next_cells(),
        *stop_cells(),
        *settle_cells(),
    ]

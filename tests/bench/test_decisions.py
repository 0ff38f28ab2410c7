"""The decision benchmark in short: it runs, it comes out the same, and its promises are kept."""

import math

import pytest

from benchmarks.decisions.cells import Cell, all_cells

LEDGERS = 3


def of_table(name: str) -> list[Cell]:
    """Cells of a table that are the project's own."""
    return [cell for cell in all_cells() if cell.table == name]


@pytest.mark.parametrize("name", ["null", "power", "picked", "drift", "stop"])
def test_every_table_has_cells_with_distinct_seeds(name: str) -> None:
    seeds = [cell.seed(ledger) for cell in of_table(name) for ledger in range(LEDGERS)]
    assert len(set(seeds)) == len(seeds) > 0


def test_a_cell_comes_out_the_same_again() -> None:
    cell = next(cell for cell in of_table("null") if "looks at 3 and 6" in cell.labels[0])
    first = [cell.simulate(cell.seed(ledger)) for ledger in range(LEDGERS)]
    assert first == [cell.simulate(cell.seed(ledger)) for ledger in range(LEDGERS)]


def test_a_gain_of_four_deltas_is_found() -> None:
    cell = next(cell for cell in of_table("power") if "looks at 3 and 6" in cell.labels[0])
    for ledger in range(LEDGERS):
        assert cell.simulate(cell.seed(ledger))["power 4"] == 1


def test_a_lower_mean_promotes_noise() -> None:
    cell = next(cell for cell in of_table("null") if cell.labels[0] == "any lower mean")
    assert all(cell.simulate(cell.seed(ledger))["any false"] for ledger in range(LEDGERS))


def test_nothing_helps_is_settled() -> None:
    cell = next(
        cell for cell in of_table("stop") if cell.labels == ("nothing helps", "ours, p_star 0.20")
    )
    found = [cell.simulate(cell.seed(ledger)) for ledger in range(LEDGERS)]
    assert all(numbers["stops"] and not numbers["false"] for numbers in found)
    assert all(not math.isnan(numbers["at?median"]) for numbers in found)

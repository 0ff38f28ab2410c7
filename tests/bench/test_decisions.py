"""The decision benchmark in short: it runs, it comes out the same, and its promises are kept."""

import math
from pathlib import Path

import pytest

from benchmarks.decisions.catalogue import all_cells
from benchmarks.decisions.cell import Cell
from benchmarks.decisions.tables import TITLES, joined, ledgers_in, missed_of, numbers_in, table

LEDGERS = 3
PAGE = (Path(__file__).parents[2] / "docs" / "decisions.md").read_text("utf-8")
CELLS = all_cells()


def of_table(name: str) -> list[Cell]:
    """Cells of a table."""
    return [cell for cell in CELLS if cell.table == name]


def the_cell(name: str, *labels: str) -> Cell:
    """The only cell of a table with these among its labels."""
    (found,) = (cell for cell in of_table(name) if set(labels) <= set(cell.labels))
    return found


def simulated(cell: Cell) -> list[dict[str, float]]:
    return [cell.simulate(cell.seed(ledger)) for ledger in range(LEDGERS)]


@pytest.mark.parametrize("name", list(TITLES))
def test_every_table_has_cells_with_distinct_seeds(name: str) -> None:
    seeds = [cell.seed(ledger) for cell in of_table(name) for ledger in range(LEDGERS)]
    assert len(set(seeds)) == len(seeds) > 0


def missed(cell: Cell) -> list[str]:
    """What a cell does not keep, by the table of the page."""
    return list(missed_of(cell, numbers_in(PAGE, cell), ledgers_in(PAGE, cell.table)))


class TestWrittenTables:
    """What the document shows is what the benchmark has, and keeps what is promised."""

    @pytest.mark.parametrize("name", list(TITLES))
    def test_they_have_every_cell(self, name: str) -> None:
        assert all(numbers_in(PAGE, cell) for cell in of_table(name))

    def test_the_goals(self) -> None:
        broken = [line for cell in CELLS if not cell.known for line in missed(cell)]
        assert broken == []

    def test_what_is_known_to_fall_short_does(self) -> None:
        kept = [cell.labels for cell in CELLS if cell.known and not list(missed(cell))]
        assert kept == []

    def test_a_table_is_read_as_it_is_written(self) -> None:
        cell = of_table("settle")[0]
        numbers = {"stops": 0.25, "false": 0.0, "runs?median": math.nan, "gained": 1.5}
        read = numbers_in(table("settle", [(cell, numbers)], LEDGERS), cell)
        assert math.isnan(read.pop("runs?median"))
        assert read == {"stops": 0.25, "false": 0.0, "gained": 1.5}

    def test_only_tables_that_ran_are_written_anew(self) -> None:
        one = f"### {TITLES['null']}\n\nnew"
        page = joined(PAGE, {"null": one})
        assert page.startswith(one + "\n\n### ")
        assert page.partition("\n### ")[2] == joined(PAGE, {}).partition("\n### ")[2]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("null", "ours, looks at 3 and 6 seeds"),
        ("sessions", "ours 2, sessions declared"),
        ("scatter", "ours 2, as `init` writes it"),
        ("settle", "ours 2, following the plan, p_star 0.20"),
    ],
)
def test_a_cell_comes_out_the_same_again(name: str, label: str) -> None:
    cell = next(cell for cell in of_table(name) if label in cell.labels)
    assert repr(simulated(cell)) == repr(simulated(cell))


@pytest.mark.parametrize("rule", ["ours, looks at 3 and 6 seeds", "ours 2, as `init` writes it"])
def test_a_gain_of_four_deltas_is_found(rule: str) -> None:
    cell = the_cell("power", rule, "normal", "3 sigma")
    assert all(numbers["power 4"] == 1 for numbers in simulated(cell))


def test_a_lower_mean_promotes_noise() -> None:
    cell = the_cell("null", "any lower mean", "3 seeds", "normal", "3 sigma")
    assert all(numbers["any false"] for numbers in simulated(cell))


def test_declared_sessions_promote_none_of_their_noise() -> None:
    cell = the_cell("sessions", "2 sigma", "ours 2, sessions declared", "nine")
    assert not any(numbers["any false"] for numbers in simulated(cell))


def test_a_session_effect_is_remarked_where_none_is_declared() -> None:
    cell = the_cell("sessions", "2 sigma", "ours 2, as `init` writes it", "nine")
    assert all(numbers["remarked"] for numbers in simulated(cell))


def test_repeats_of_one_seed_find_a_gain_too() -> None:
    cell = the_cell("fixed", "ours 2, as `init` writes it, repeats count", "normal", "3 sigma")
    assert all(numbers["power 2"] and not numbers["any false"] for numbers in simulated(cell))


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("stop", "ours, p_star 0.20"),
        ("stop", "ours 2, p_star 0.20"),
        ("settle", "ours 2, following the plan, p_star 0.20"),
    ],
)
def test_nothing_helps_is_settled(name: str, rule: str) -> None:
    found = simulated(the_cell(name, "nothing helps", rule))
    assert all(numbers["stops"] and not numbers["false"] for numbers in found)

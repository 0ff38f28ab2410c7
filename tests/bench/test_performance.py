"""The performance benchmark in short: it measures what it says, on a ledger of a few rows."""

import random
from pathlib import Path

import pytest

from benchmarks.performance.__main__ import (
    Goal,
    Ledgers,
    Line,
    Sheet,
    goals,
    goals_table,
    sized,
    tagged,
)
from benchmarks.performance.generate import generate, stream
from benchmarks.performance.measure import PROGRAM, Cost, measure, own_peak
from benchmarks.performance.rows import LANES, row
from benchmarks.scale.queue import Queue, simulate
from homegolf_git.core.model.naming import parse_path
from homegolf_git.shell.files.documents import read_row


def test_a_generated_row_is_a_row_of_about_the_size_of_real_ones() -> None:
    for number in range(40):
        path, _, text = row(number, LANES[number % 4], 1.2, random.Random(number))  # noqa: S311
        place = parse_path(path)
        assert place is not None
        assert read_row(text.encode(), path, place)[2] == []
        assert 1_500 < len(text) < 3_500


def test_the_same_rows_of_one_lane_alone() -> None:
    every = b"".join(stream(24)).count(b"run(h100):")
    assert every == b"".join(stream(24, only="h100")).count(b"run(h100):") == 6


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Sheet:
    return sized(Ledgers(tmp_path_factory.mktemp("ledgers"), 24), 1)


def test_everything_is_measured(sheet: Sheet) -> None:
    names = [line.name for line in sheet.lines]
    assert len(set(names)) == len(names)
    assert all(line.beside in {"", *names} for line in sheet.lines)
    assert all(line.cost.wall > 0 and line.cost.peak > 1 for line in sheet.lines)
    assert sheet.markdown().count("\n| ") == len(names) + 1


def test_goals_are_ratios_of_what_was_measured(sheet: Sheet) -> None:
    start = Sheet(
        "x",
        [Line(name, Cost(0.1, 0.1, 1)) for name in ("import typer", "homegolf --help")],
    )
    found = goals(start, {24: sheet}, {}, 24)
    checked = next(goal for goal in found if goal.what.startswith("`check` to"))
    assert checked.ratio == pytest.approx(sheet["check"].wall / sheet["import git"].wall)
    assert f"{checked.ratio:.2f}" in goals_table(found)


@pytest.mark.parametrize(
    ("goal", "is_met"),
    [
        (Goal("x", 1.0, 1.0), True),
        (Goal("x", 1.1, 1.0), False),
        (Goal("x", 1.1, 1.0, at_least=True), True),
        (Goal("x", 0.9, 1.0, at_least=True), False),
    ],
)
def test_a_goal_is_met_or_shown_in_bold(goal: Goal, is_met: bool) -> None:
    assert goal.is_met == is_met
    assert ("**no**" in goals_table([goal])) != is_met


def test_every_row_is_a_title_and_its_tag_is_verified(tmp_path: Path) -> None:
    sheet = tagged(3, tmp_path, 1)
    tags = tmp_path / "titles-3.git" / "packed-refs"
    assert tags.read_text().count("refs/tags/incumbents/home-a/") == 3
    assert sheet["tags verify"].wall > 0


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with 4"):
        measure((*PROGRAM, "--repo", str(tmp_path), "status"), 1)


def test_own_memory_is_not_gits(tmp_path: Path) -> None:
    folder = generate(stream(8), tmp_path / "ledger.git")
    # A child begins with what its parent had, so a large test run shows here.
    assert 15 < own_peak(("--repo", str(folder), "verify")) < 1000


class TestQueue:
    """The simulated merge queue."""

    def test_a_run_that_meets_nobody_waits_for_its_check(self) -> None:
        found = simulate(Queue(1, 1, 2.0, fails=0.0), runs_an_hour=0.5)
        assert found.median == pytest.approx(2.0)

    def test_more_runs_than_checks_never_end(self) -> None:
        assert simulate(Queue(1, 1, 2.0), runs_an_hour=60).median is None

    def test_groups_carry_more(self) -> None:
        found = simulate(Queue(5, 1, 2.0), runs_an_hour=60)
        assert found.median is not None
        assert found.p95 is not None
        assert 2.0 <= found.median <= found.p95 < 10.0

    def test_it_comes_out_the_same_again(self) -> None:
        queue = Queue(5, 2, 2.0)
        assert simulate(queue, 60, seed=3) == simulate(queue, 60, seed=3)

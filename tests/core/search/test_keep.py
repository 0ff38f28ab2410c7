"""Keep, discard or more, for every kind of verdict."""

import pytest

from homegolf_git.core.search.keep import decision_of
from tests.build import Document, failed, run
from tests.core.build import BASELINE, MUCH_BETTER, MUCH_WORSE, SAME, lane, last
from tests.core.ledgers import LEAD, tried

MEASURED = [BASELINE, *(tried(f"m{i}", SAME) for i in range(4))]


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([BASELINE], "keep"),
        ([BASELINE, tried("won", MUCH_BETTER)], "keep"),
        ([BASELINE, run("again", {9: 1.0652}, knob="base")], "keep"),
        ([*MEASURED, tried("same", SAME)], "discard"),
        ([*MEASURED, tried("lost", MUCH_WORSE)], "discard"),
        ([*MEASURED, failed("nan", "diverged", knob="nan")], "discard"),
        ([*MEASURED, tried("lead", LEAD)], "more"),
        ([*MEASURED, tried("short", MUCH_BETTER, seeds_planned=6)], "more"),
        ([*MEASURED, failed("oom", knob="oom")], "blocked"),
        ([BASELINE, run("twice", {1: 9.0}, knob="base")], "invalid"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1]["run_id"],
)
def test_the_decision(rows: list[Document], name: str) -> None:
    assert decision_of(last(*rows)).name == name


def test_more_says_how_many() -> None:
    found = decision_of(last(*MEASURED, tried("lead", LEAD)))
    assert found.step is not None
    assert found.step.plan is not None
    assert found.step.plan.runs <= 12


def test_an_undecided_run_without_hope_is_dropped() -> None:
    rows = [*MEASURED, tried("weak", [1.0651])]
    found = decision_of(last(*rows, rules=lane(decision={"delta_min": 0.0005})))
    assert found.verdict.reason == "underpowered"
    assert found.step is not None
    assert (found.step.action, found.name) == ("drop", "discard")

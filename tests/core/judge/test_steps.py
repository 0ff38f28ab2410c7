"""The next step in words: few, and with the figures that matter."""

import pytest
from hypothesis import given

from homegolf_git.core.judge.nextstep import next_step
from homegolf_git.core.judge.steps import step_words
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import NextAction, NextStep, Noise, Outlook, RunPlan
from tests.core.judge.test_nextstep import NOISES, POOLED, outlooks

METRIC = Metric("val_bpb", "bits/byte", "minimize", 4)
OUTLOOK = Outlook(0.0024, 4, 1, 4, 1, 3e-4, 0.002, None, None, 12)


def words(action: NextAction, x: int, y: int, *, promotes: float = 0.76) -> str:
    step = NextStep(action, RunPlan(x, y), 0.5, promotes, 0.01)
    return step_words(step, OUTLOOK, POOLED, METRIC)


@pytest.mark.parametrize(
    ("action", "x", "y", "text"),
    [
        ("noise", 0, 1, "measure noise: 1 more run of the incumbent decides it with 77%"),
        ("incumbent", 0, 3, "3 more runs of the incumbent decide it with 77%"),
        ("challenger", 2, 0, "2 more seeds of this challenger: promotes with 76%, clears with 1%"),
        (
            "both", 1, 2,
            "2 more runs of the incumbent and 1 more seed of this challenger decide it with 77%",
        ),
    ],
)  # fmt: skip
def test_a_plan(action: NextAction, x: int, y: int, text: str) -> None:
    assert words(action, x, y) == text


def test_a_chance_is_never_above_one() -> None:
    assert words("incumbent", 0, 1, promotes=1.0).endswith("with 100%")


def test_what_is_hopeless_is_dropped() -> None:
    step = NextStep("drop", None, 0.02, None, None)
    text = "drop it: 12 more runs would promote it with a chance of 2%"
    assert step_words(step, OUTLOOK, POOLED, METRIC) == text
    one = step_words(step, replace(OUTLOOK, max_runs=1), POOLED, METRIC)
    assert one.startswith("drop it: 1 more run would")


def test_what_cannot_be_decided_names_what_could() -> None:
    step = NextStep("raise_delta", None, 0.4, None, None)
    text = step_words(step, replace(OUTLOOK, delta_min=0.0001), POOLED, METRIC)
    assert text.startswith("not decidable in 12 runs; a delta_min of 0.00")
    assert text.endswith(" would be")


@given(outlooks(), NOISES)
def test_any_step_is_a_short_phrase(outlook: Outlook, noise: Noise) -> None:
    text = step_words(next_step(outlook, noise), outlook, noise, METRIC)
    assert len(text) < 100
    assert not text.endswith(".")
    assert "\n" not in text

"""Two runs side by side."""

from homegolf_git.core.search.comparison import Difference, differences, interval
from tests.build import failed, run
from tests.core.build import BASELINE, SAME, replay, row
from tests.core.ledgers import near


def test_every_fact_that_differs() -> None:
    before = row(run("a", config={"lr": 1, "model": {"x": 2}}))
    after = row(
        run("b", config={"lr": 2, "wd": 0.1}, source={"revision": "fedcba9"},
            hardware=[{"device": "H100", "count": 8}], evaluation={"mode": "sliding"})
    )  # fmt: skip
    found = {item.name: (item.before, item.after) for item in differences(before, after)}
    assert found == {
        "config.lr": (1, 2),
        "config.model.x": (2, None),
        "config.wd": (None, 0.1),
        "source.revision": ("68e46b82", "fedcba9"),
        "hardware": ("1 x NVIDIA GeForce RTX 4080", "8 x H100"),
        "evaluation.mode": ("non_overlapping", "sliding"),
    }


def test_equal_runs_differ_in_nothing() -> None:
    assert list(differences(row(run("a")), row(run("b")))) == []
    assert Difference("x", 1, 2) != Difference("x", 1, 3)


def test_the_gain_with_its_interval() -> None:
    state = replay(BASELINE, run("x", SAME, knob=1))[0]
    found = interval(state, row(BASELINE), row(run("x", SAME, knob=1)))
    assert found is not None
    assert (found.n_before, found.n_after) == (4, 3)
    assert found.gain == near(1.0650 - sum(SAME) / 3)
    assert found.low < found.gain < found.high
    back = interval(state, row(run("x", SAME, knob=1)), row(BASELINE))
    assert back is not None
    assert back.gain == near(-found.gain)


def test_a_failed_run_has_no_gain() -> None:
    state = replay(BASELINE, failed("oom", knob=9))[0]
    assert interval(state, row(BASELINE), row(failed("oom", knob=9))) is None

"""A loop: a line a run, and its report."""

from homegolf_git.core.model.values import replace
from homegolf_git.core.search.keep import decision_of
from homegolf_git.core.search.looping import Order
from homegolf_git.core.views.loop import (
    Looped,
    Planned,
    json,
    planned_json,
    planned_text,
    progress_line,
    text,
)
from tests.build import run
from tests.core.build import lane, last

METRIC = lane().metric
GAINS = [("a", 0.0031, True), ("b", 0.0024, False)]
LOOPED = Looped("home", METRIC, "plateaued", 27, 4.5, "b", GAINS, ["c"])


def test_a_line_a_run() -> None:
    line = progress_line(3, decision_of(last(run("a"))), "clip at 1", METRIC)
    assert line == "3 runs: keep a (improvement/baseline) clip at 1"


def test_the_report() -> None:
    said = list(text(LOOPED))
    assert said[0] == "plateaued: the lane has plateaued"
    assert said[1] == "27 runs in 4.5 hours; the incumbent is b"
    assert said[2:4] == ["  +0.0031 a (confirmed)", "  +0.0024 b (waits for fresh seeds)"]
    assert said[4:] == ["4.5 hours for each confirmed gain", "undecided: c"]
    assert "none yet" in list(text(replace(LOOPED, incumbent=None, gains=[], undecided=[])))[1]


def test_its_document() -> None:
    document = json(LOOPED)
    assert (document["reason"], document["gain"], document["hours_per_gain"]) == (
        "plateaued",
        0.0031,
        4.5,
    )
    assert json(replace(LOOPED, gains=[]))["hours_per_gain"] is None


def test_what_would_be_run_next() -> None:
    planned = Planned("home", Order("again", last(run("a")).run_id, 2, "undecided"), "x", ["train"])
    assert list(planned_text(planned)) == ["again of a: 2 runs, undecided", "  train"]
    assert planned_json(planned)["action"] == "again"

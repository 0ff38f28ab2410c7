"""What pages share."""

from homegolf_git.core.model.naming import RunId
from homegolf_git.core.views.siteparts import (
    SUMMARY_MAX,
    ClassCount,
    Link,
    Runs,
    class_counts,
    mark_paths,
    signed,
    summary_of,
)


def test_a_run_without_a_page_has_a_name_alone() -> None:
    runs = Runs(frozenset({RunId("one")}), "runs/")
    assert runs.link(RunId("one")) == Link("one", "runs/one.html")
    assert runs.link(RunId("two")) == Link("two", "")


def test_classes_that_occur() -> None:
    tally = {"noise/equivalent": 2, "noise/replicate": 1, "blocked/oom": 4}
    assert class_counts(tally) == [ClassCount("noise", 3), ClassCount("blocked", 4)]


def test_every_class_has_a_mark() -> None:
    assert list(mark_paths()) == ["improvement", "noise", "regression", "blocked", "invalid"]
    assert all(path.startswith("M0 0") for path in mark_paths().values())


def test_signs_are_of_one_width() -> None:
    assert signed("-0.1 to +0.2") == "\N{MINUS SIGN}0.1 to +0.2"


def test_a_long_summary_is_cut() -> None:
    assert len(summary_of("x" * 300)) == SUMMARY_MAX

"""What a run tried, in words, where nobody says it."""

from homegolf_git.core.model.summary import summary_of
from tests.build import run
from tests.core.build import row

BASE = row(run("base"))


def test_a_new_commit_says_it() -> None:
    assert summary_of(BASE, BASE.config, "f" * 40, "Clip\tgradients \x1b") == "Clip gradients"


def test_the_first_run_is_the_baseline() -> None:
    assert summary_of(None, {}, None, "") == "baseline"


def test_the_same_again() -> None:
    assert summary_of(BASE, BASE.config, BASE.source.revision, "said") == "rerun of base"


def test_what_the_config_changes() -> None:
    config = {**BASE.config, "lr": 0.1, "name": "x"}
    gone = dict.fromkeys(BASE.config)
    assert summary_of(BASE, config, BASE.source.revision, "") == 'lr=0.1, name="x"'
    assert summary_of(BASE, {}, BASE.source.revision, "").startswith(f"without {min(gone)}")
    many = {f"k{i}": i for i in range(9)}
    assert " and " in summary_of(BASE, {**BASE.config, **many}, BASE.source.revision, "")
    assert len(summary_of(BASE, {**BASE.config, "a": "x" * 500}, BASE.source.revision, "")) == 120

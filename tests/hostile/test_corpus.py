"""Each hostile pull request is refused with its own code, says so harmlessly, and does nothing."""

import re

import pytest

from tests.e2e.world import BEST, BETTER, WORSE
from tests.hostile.corpus import CORPUS
from tests.hostile.ground import LANE_FILE
from tests.hostile.pulls import Pull, errors


@pytest.mark.parametrize("name", CORPUS)
def test_it_is_refused(pull: Pull, name: str) -> None:
    case = CORPUS[name]
    case.make(pull)
    answers = pull.examine()
    found = errors(answers["json"])
    assert case.codes <= found <= case.codes | case.may
    assert found
    assert answers["json"].json()["ok"] is False
    assert {ran.code for ran in answers.values()} == {1}
    for style in ("text", "github", "markdown"):
        assert case.codes <= set(re.findall(r"\w+", answers[style].said)), style


def test_the_corpus_is_large_and_names_many_codes() -> None:
    assert len(CORPUS) > 200
    assert len(frozenset[str]().union(*(case.codes for case in CORPUS.values()))) > 45


def test_every_row_that_comes_too_late_is_named(pull: Pull) -> None:
    """The second and the third finished before the first, which is committed before them."""
    for run_id, hour, scores in (("eve1", 12, BEST), ("eve2", 10, BETTER), ("eve3", 11, WORSE)):
        pull.row(run_id, scores, finished_at=f"2026-03-20T{hour}:00:00Z")
    found = pull.answer(code=1)["findings"]
    assert {item["code"] for item in found} == {"order_conflict"}
    assert [item["path"][-9:] for item in found] == ["eve2.yaml", "eve3.yaml"]


def test_why_rules_that_are_restored_are_refused(pull: Pull) -> None:
    """Net the row is noise; landed commit by commit, as a rebase does, it is the incumbent."""
    CORPUS["row_between_rules_and_their_restoring"].make(pull)
    (said,) = pull.answer(code=1)["rows"]
    assert said["class"] == "noise"
    pull.land()
    assert pull.world.outcomes()["eve1"].startswith("improvement/")


def test_a_taken_back_change_names_both_commits(pull: Pull) -> None:
    CORPUS["taken_back: lane"].make(pull)
    (found,) = pull.answer(code=1)["findings"]
    loosened, restored = pull.world.git("rev-list", "--reverse", "main..pull").split()
    assert found["path"] == LANE_FILE
    assert loosened[:12] in found["message"]
    assert restored[:12] in found["message"]
    assert "git rebase -i" in found["fix"]

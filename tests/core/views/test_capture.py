"""A captured run as text and as JSON."""

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.values import replace
from homegolf_git.core.search.keep import decision_of
from homegolf_git.core.views import judge
from homegolf_git.core.views.capture import Captured, json, nothing_json, nothing_text, text
from tests.core.build import BASELINE, last

DECISION = decision_of(last(BASELINE))
CAPTURED = Captured(
    DECISION, "c" * 40, "", 1.23456, [finding("contended", "7", severity="warning")]
)


def test_text_is_the_decision() -> None:
    assert list(text(CAPTURED)) == list(judge.text(DECISION))


def test_a_row_that_was_only_made_comes_first() -> None:
    shown = list(text(replace(CAPTURED, commit=None, row="a: 1\nb: 2\n")))
    assert shown == ["a: 1", "b: 2", *judge.text(DECISION)]


def test_json() -> None:
    document = json(CAPTURED)
    assert document["decision"] == "keep"
    assert (document["commit"], document["row"], document["seconds"]) == ("c" * 40, "", 1.235)
    assert [item["code"] for item in document["findings"]] == ["contended"]


def test_nothing_was_left() -> None:
    assert list(nothing_text(None)) == ["nothing to resume: every capture has landed"]
    assert nothing_json(None) == {"resumed": []}

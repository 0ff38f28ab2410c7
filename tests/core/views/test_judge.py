"""Keep, discard or more, as text and as JSON."""

import json as jsonlib

from homegolf_git.core.model.values import replace
from homegolf_git.core.search.keep import decision_of
from homegolf_git.core.search.seen import Match
from homegolf_git.core.views.judge import json, seen_json, seen_text, text
from tests.build import run
from tests.core.build import BASELINE, SAME, last
from tests.core.ledgers import LEAD, tried

MORE = decision_of(last(BASELINE, *(tried(f"m{i}", SAME) for i in range(4)), tried("lead", LEAD)))


def test_text_begins_with_the_decision() -> None:
    (line,) = text(MORE)
    assert line.startswith("more lead (noise/underpowered): Undecided: ")


def test_json_says_what_to_run() -> None:
    document = json(MORE)
    assert document["decision"] == "more"
    assert document["next"]["plan"]["runs"] >= 1
    assert (document["lane"], document["incumbent"]) == ("local-cluster", "baseline")


def test_json_stays_below_a_kilobyte() -> None:
    long = replace(MORE, verdict=replace(MORE.verdict, sentence="ä word " * 400, run_id="r" * 80))
    assert len(jsonlib.dumps(json(long), indent=1)) < 1024
    assert json(long)["sentence"].endswith("word...")


def test_seen() -> None:
    decision = decision_of(last(run("a")))
    found = [(Match(decision.verdict.run_id, "words"), decision)]
    assert seen_json(found)["runs"][0]["decision"] == "keep"
    assert next(iter(seen_text(found))).startswith("seen: a summary of the same words in a: keep, ")
    assert list(seen_text([])) == ["not seen: no run of this lane has tried it"]

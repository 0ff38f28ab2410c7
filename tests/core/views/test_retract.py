"""A retraction and the verdicts it changes."""

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.naming import Oid, RunId
from homegolf_git.core.model.values import replace
from homegolf_git.core.views.retract import Retracted, json, text
from homegolf_git.core.views.verdicts import verdict_json
from tests.core.build import BASELINE
from tests.core.ledgers import BEST, WINNER, landed_lane
from tests.core.views.build import NAME

COMMIT = Oid("c" * 40)
EVENTS = (BASELINE, WINNER, BEST)
BEFORE, AFTER = (judge_lane(landed_lane(*EVENTS, *gone)) for gone in ((), ("winner",)))
CHANGED = tuple(pair for pair in zip(BEFORE.verdicts, AFTER.verdicts, strict=True))[1:]
RETRACTED = Retracted(RunId("winner"), NAME, is_dry_run=False, commit=COMMIT, changed=CHANGED)


class TestText:
    """What was done, and a line a verdict."""

    def test_every_verdict_that_changes(self) -> None:
        assert list(text(RETRACTED)) == [
            "retracted winner in local-cluster",
            "  winner: improvement/strict -> invalid/retracted",
            "  best: improvement/strict -> improvement/strict (other figures)",
        ]

    def test_a_trial_says_what_would_be_done(self) -> None:
        tried = replace(RETRACTED, is_dry_run=True, commit=None)
        assert next(iter(text(tried))) == "would retract winner in local-cluster"

    def test_a_run_is_retracted_once(self) -> None:
        again = Retracted(RunId("winner"), NAME, is_dry_run=False, is_new=False)
        assert list(text(again)) == ["winner is retracted already: nothing to do"]


class TestJson:
    """The commit, and each verdict before and after."""

    def test_the_verdicts_that_change(self) -> None:
        found = json(RETRACTED)
        assert (found["commit"], found["dry_run"]) == (COMMIT, False)
        assert found["changed"] == [
            {"before": verdict_json(was), "after": verdict_json(now)} for was, now in CHANGED
        ]

    def test_nothing_changed(self) -> None:
        found = Retracted(RunId("oom"), NAME, is_dry_run=True)
        assert json(found) == {"commit": None, "dry_run": True, "changed": []}

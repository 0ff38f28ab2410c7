"""What a lane's scoreboard shows, and its JSON."""

import json
from typing import Any

import pytest

from homegolf_git.core.views.scoreboard import scoreboard_json, subject_of
from homegolf_git.core.views.verdicts import verdict_json
from tests.build import failed
from tests.core.boards import board
from tests.core.build import BASELINE
from tests.core.ledgers import strings
from tests.core.views.build import FULL


class TestScoreboard:
    """The machine-readable scoreboard."""

    @pytest.mark.parametrize("events", [(), (failed("oom"),), (BASELINE,), FULL, (*FULL, "winner")])
    def test_any_lane(self, events: tuple[Any, ...]) -> None:
        found = board(*events)
        document = scoreboard_json(found)
        assert document["schema"] == "homegolf/scoreboard/v1"
        assert document["rows_total"] == len(found.judged.verdicts)
        assert document["rows"] == [verdict_json(verdict) for verdict in found.judged.verdicts]
        assert {"state", "reasons", "p_upper"} <= set(document["plateau"])
        assert {"steps", "totals", "total"} <= set(document["deltas"])
        assert all(isinstance(text, str) for text in strings(document))
        json.dumps(document, allow_nan=False)


class TestSubject:
    """What the picture of a lane is of."""

    def test_words_of_the_runs_that_may_be_named(self) -> None:
        found = subject_of(board(*FULL))
        assert dict(found.summaries) == {"winner": "a change", "baseline": "a change"}
        assert list(found.gains) == ["winner"]
        assert found.counts["blocked"] == 1

    def test_nobody(self) -> None:
        found = subject_of(board(failed("oom")))
        assert (found.score, dict(found.gains), dict(found.summaries)) == (None, {}, {})

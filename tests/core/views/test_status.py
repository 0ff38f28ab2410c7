"""One screen about every lane."""

import json as json_text
import re
from typing import Any

import pytest

from homegolf_git.core.model.findings import finding
from homegolf_git.core.views.findings import finding_json
from homegolf_git.core.views.layout import Brief
from homegolf_git.core.views.status import LaneStatus, Status, json, share_in_words, text
from tests.build import failed
from tests.core.build import BASELINE, MUCH_BETTER
from tests.core.ledgers import cleared, tried
from tests.core.views.build import FULL, NAME, status_of

FAULT = finding("row_edited", "in commit c", "ledger/x.yaml")


def lines_of(*lanes: LaneStatus) -> dict[str, str]:
    """The labelled lines of a paragraph."""
    found = [re.fullmatch(r"  (\w+) +(.*)", line.text) for line in text(Status(lanes, []))]
    return {match[1]: match[2] for match in found if match}


def document_of(*events: Any) -> Any:  # noqa: ANN401 - documents, and a JSON value
    """What the document says of a lane."""
    lanes: Any = json(Status([status_of(*events)], []))["lanes"]
    return lanes[NAME]


class TestText:
    """A paragraph a lane; what there is nothing of has no line."""

    def test_a_full_lane(self) -> None:
        lines = lines_of(status_of(*FULL))
        assert lines["incumbent"] == "winner at 1.0450 bits/byte, the mean of 3 seeds"
        assert (
            lines["rows"]
            == "6: 2 improvement, 1 noise, 1 regression, 1 blocked (1 open), 1 invalid"
        )
        assert lines["search"] == "improving; nothing is ruled out yet"
        assert re.fullmatch(r"regression/worse -0.0\d+: worse", lines["latest"])
        assert lines["next"].startswith("run the incumbent again, on fresh seeds (")
        assert list(lines) == ["incumbent", "noise", "rows", "latest", "search", "next"]

    def test_a_line_names_its_run_where_it_is_cut(self) -> None:
        ids = {line.text.split()[0]: line.ids for line in text(Status([status_of(*FULL)], []))}
        assert (ids["incumbent"], ids["latest"], ids["next"]) == (
            ("winner",),
            ("worse",),
            ("winner",),
        )

    @pytest.mark.parametrize(
        ("share", "words"),
        [(1.0, "nothing is ruled out yet"), (0.9951, "nothing is ruled out yet"),
         (0.99, "up to 99% of ideas may still help")],
    )  # fmt: skip
    def test_all_ideas_may_help_is_no_knowledge(self, share: float, words: str) -> None:
        assert share_in_words(share) == words

    def test_an_empty_lane_has_neither_rows_nor_search(self) -> None:
        lines = lines_of(status_of())
        assert list(lines) == ["incumbent", "noise", "next"]
        assert lines["incumbent"] == "none yet; no run has landed"
        assert lines["next"].startswith("record a baseline (9 runs): ")

    def test_a_row_without_a_gain_states_none(self) -> None:
        assert lines_of(status_of(BASELINE))["latest"] == "improvement/baseline, the incumbent"

    def test_why_the_search_goes_on(self) -> None:
        search = lines_of(status_of(BASELINE, *cleared(3, 2)))["search"]
        assert search.startswith("inconclusive (too_few, side_not_covered); up to ")

    def test_how_many_blockers_are_open(self) -> None:
        lines = lines_of(status_of(failed("oom-1", knob=1), failed("oom-2", knob=2)))
        assert lines["rows"] == "2: 2 blocked (2 open)"

    def test_a_full_lane_has_seven_lines(self) -> None:
        """So three of them, the faults and a prompt fit on a screen of 24."""
        found = list(text(Status([status_of(*FULL)] * 3, [FAULT, FAULT])))
        heads = [i for i, line in enumerate(found) if not line.text.startswith(" ")]
        assert heads == [0, 7, 14, 21]
        assert found[0] == found[7] == Brief("local-cluster  Home cluster")

    def test_faults_are_said_where_no_lane_can_be_read(self) -> None:
        found = list(text(Status([], [FAULT, FAULT])))
        assert found == [Brief("2 faults in the ledger: see `homegolf verify`")]
        (line,) = text(Status([], [FAULT]))
        assert line.text == "1 fault in the ledger: see `homegolf verify`"


class TestJson:
    """The state of each lane, for programs."""

    def test_a_lane(self) -> None:
        status, lane = status_of(*FULL), document_of(*FULL)
        assert lane["incumbent"] == lane["incumbent_detail"]["run_id"] == "winner"
        assert lane["lane_sha256"] == status.rules.sha256
        assert lane["counts"]["improvement"] == 2
        assert (lane["plateau"], lane["open_blockers"], lane["latest"]) == (
            "improving",
            ["oom"],
            "worse",
        )
        assert (lane["next"]["action"], lane["next"]["run_id"]) == ("fresh", "winner")
        assert lane["noise"]["basis"] == status.judged.state.noise.basis

    def test_an_empty_lane_has_no_incumbent_and_no_latest_row(self) -> None:
        lane = document_of()
        assert (lane["incumbent"], lane["incumbent_detail"], lane["latest"]) == (None, None, None)
        assert lane["plateau"] == "no_incumbent"

    def test_faults(self) -> None:
        assert json(Status([], [FAULT])) == {"lanes": {}, "findings": [finding_json(FAULT)]}

    @pytest.mark.parametrize("events", [(), (failed("oom"),), (BASELINE,), FULL])
    def test_it_is_json(self, events: tuple[Any, ...]) -> None:
        json_text.dumps(json(Status([status_of(*events)], [])), allow_nan=False)


def test_the_text_and_the_document_tell_of_the_same_run() -> None:
    events = (BASELINE, tried("next", MUCH_BETTER))
    assert lines_of(status_of(*events))["latest"].endswith(", the incumbent")
    assert document_of(*events)["latest"] == document_of(*events)["incumbent"] == "next"

"""A lane's scoreboard: its page and its JSON."""

import json
from typing import Any

import pytest

from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.views.blockers import blockers_table
from homegolf_git.core.views.layout import Section
from homegolf_git.core.views.scoreboard import (
    lane_sections,
    overview_table,
    scoreboard_json,
)
from homegolf_git.core.views.verdicts import verdict_json
from homegolf_git.shell.generated import board_of
from tests.build import failed
from tests.core.build import BASELINE
from tests.core.ledgers import cleared, strings, tried
from tests.core.views.build import FULL, NAME, judged


def sections(*events: Any, **rules: Any) -> dict[str, Section]:  # noqa: ANN401
    ledger, _ = judged(*events, **rules)
    return {section.heading: section for section in lane_sections(board_of(NAME, ledger))}


class TestBoard:
    """Tables of strings."""

    def test_rows_latest_first(self) -> None:
        table = sections(*FULL)["Rows"].table
        assert table is not None
        assert [row[1] for row in table.rows] == [e["run_id"] for e in reversed(FULL)]
        assert {len(row) for row in table.rows} == {len(table.headers)}

    def test_blockers(self) -> None:
        table = blockers_table(judged(*FULL)[1], 100)
        assert [row[:4] for row in table.rows] == [("oom", "2026-03-28", "oom", "export")]

    def test_overview(self) -> None:
        boards = {NAME: judged(*FULL)[0], LaneId("empty"): judged()[0]}
        rows = overview_table([board_of(*item) for item in boards.items()]).rows
        assert [row[:4] for row in rows] == [
            ("local-cluster", "winner", "1.0450", "6"),
            ("empty", "none yet", "", "0"),
        ]


class TestLanePage:
    """A lane's scoreboard, heading by heading; what there is nothing of has no heading."""

    def test_a_full_lane(self) -> None:
        found = sections(
            *FULL,
            claim="comparable",
            references=[{"name": "naive", "value": 1.2244}],
        )
        assert list(found) == [
            "local-cluster: Home cluster", "Verdicts", "Stop condition", "What improved the score",
            "Incumbents", "References", "Open blockers", "Rows",
        ]  # fmt: skip
        top = found["local-cluster: Home cluster"].lines
        assert any("comparable" in line for line in top)
        assert any("lower is better" in line for line in top)
        assert found["Stop condition"].lines[0].startswith("improving")
        waterfall = found["What improved the score"].table
        assert waterfall is not None
        assert waterfall.rows[0][:2] == ("baseline", "winner")
        incumbents = found["Incumbents"].table
        assert incumbents is not None
        assert [row[:3] for row in incumbents.rows] == [
            ("2", "winner", "improvement"),
            ("1", "baseline", "improvement"),
        ]

    @pytest.mark.parametrize("events", [(), (failed("oom"),)])
    def test_a_lane_without_an_incumbent(self, events: tuple[Any, ...]) -> None:
        found = sections(*events, metric={"unit": "", "direction": "maximize"})
        assert "Stop condition" not in found
        assert "What improved the score" not in found
        assert "Incumbents" not in found
        assert "in its own unit, higher is better" in "".join(next(iter(found.values())).lines)

    def test_nobody_left(self) -> None:
        table = sections(BASELINE, "baseline")["Incumbents"].table
        assert table is not None
        assert table.rows[0][1] == "nobody"

    def test_reasons_of_the_stop_condition(self) -> None:
        assert "(too_few)" in sections(BASELINE, *cleared(9, 9))["Stop condition"].lines[0]

    def test_latest_rows_only(self) -> None:
        rows = [tried(f"r{i}", [1.0651]) for i in range(101)]
        assert "Latest 100 rows" in sections(BASELINE, *rows)


class TestScoreboard:
    """The machine-readable scoreboard."""

    @pytest.mark.parametrize("events", [(), (failed("oom"),), (BASELINE,), FULL, (*FULL, "winner")])
    def test_any_lane(self, events: tuple[Any, ...]) -> None:
        ledger, found = judged(*events)
        board = scoreboard_json(board_of(NAME, ledger))
        assert board["schema"] == "homegolf/scoreboard/v1"
        assert board["rows_total"] == len(found.verdicts)
        assert board["rows"] == [verdict_json(verdict) for verdict in found.verdicts]
        assert {"state", "reasons", "p_upper"} <= set(board["plateau"])
        assert {"steps", "totals", "total"} <= set(board["deltas"])
        assert all(isinstance(text, str) for text in strings(board))
        json.dumps(board, allow_nan=False)

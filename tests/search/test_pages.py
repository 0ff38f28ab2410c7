"""What the pages and the documents say of a lane."""

import json
import re
from typing import Any

import pytest

from homegolf_git.core.judge.ledger import Judged, LaneLedger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.figures import counted, figure, gain, gain_text, score_text
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Noise
from homegolf_git.core.views.blockers import blockers_table
from homegolf_git.core.views.document import API, document
from homegolf_git.core.views.explain import explain
from homegolf_git.core.views.findings import finding_json, findings_json
from homegolf_git.core.views.lane import (
    counts,
    incumbent_json,
    incumbent_line,
    noise_line,
    reason_counts,
)
from homegolf_git.core.views.layout import Section
from homegolf_git.core.views.scoreboard import (
    lane_sections,
    overview_table,
    scoreboard_json,
)
from homegolf_git.core.views.verdicts import lane_json, verdict_json
from homegolf_git.shell.generated import board_of
from tests.core.build import MUCH_BETTER, MUCH_WORSE, SAME, failed, lane, run
from tests.search.build import BASELINE, LEAD, OPEN, cleared, landed_lane, strings, tried

NAME = LaneId("local-cluster")
METRIC = lane().metric
WINNER = tried("winner", MUCH_BETTER)
FULL = (
    BASELINE,
    tried("lead", LEAD),
    failed("oom", knob="oom", stage="export"),
    WINNER,
    run("bad", SAME, knob="bad", seeds_run=0),
    tried("worse", MUCH_WORSE, side="system", base="winner"),
)


def judged(*events: Any, **rules: Any) -> tuple[LaneLedger, Judged]:  # noqa: ANN401
    ledger = landed_lane(*events, rules=lane(**rules))
    return ledger, judge_lane(ledger)


def sections(*events: Any, **rules: Any) -> dict[str, Section]:  # noqa: ANN401
    ledger, _ = judged(*events, **rules)
    return {section.heading: section for section in lane_sections(board_of(NAME, ledger))}


class TestFigures:
    """Numbers as text and rounded for documents."""

    @pytest.mark.parametrize(
        ("value", "score", "difference"),
        [(None, "", ""), (1.06504, "1.0650", "+1.0650"), (-0.00216, "-0.0022", "-0.0022")],
    )
    def test_text(self, value: float | None, score: str, difference: str) -> None:
        assert score_text(value, METRIC) == score
        assert gain_text(value, METRIC) == difference

    @pytest.mark.parametrize(("n", "text"), [(0, "0 runs"), (1, "1 run"), (2, "2 runs")])
    def test_counted(self, n: int, text: str) -> None:
        assert counted(n, "run") == text

    def test_rounding(self) -> None:
        assert figure(None) is None
        assert gain(None) is None
        assert figure(0.12345678949) == 0.123456789
        assert figure(1.23456, 3) == 1.23
        assert gain(0.1 + 0.2) == 0.3

    def test_noise(self) -> None:
        assert "as declared" in noise_line(Noise(0.0007, 4, 0, "assumed"), METRIC)
        assert "measured on 9" in noise_line(Noise(0.0007, 13, 9, "measured"), METRIC)
        assert noise_line(Noise(0.0007, 4, 0, "weak"), replace(METRIC, unit="")).startswith(
            "0.00070 between"
        )


class TestReport:
    """Documents of the report API."""

    def test_a_document_names_its_version_and_command(self) -> None:
        assert document("log", {"a": 1}, is_ok=True) == {
            "api": API, "command": "log", "ok": True, "a": 1,
        }  # fmt: skip
        assert API == "homegolf/report/v1"

    def test_findings(self) -> None:
        item = finding("stray_file", "it lies about", "ledger/x", 3, "note")
        assert finding_json(item) == {
            "code": "stray_file",
            "severity": "note",
            "path": "ledger/x",
            "line": 3,
            "message": "it lies about",
            "fix": item.fix,
        }
        assert findings_json([item]) == [finding_json(item)]

    def test_a_verdict(self) -> None:
        ledger, found = judged(*FULL)
        rows = list(lane_json(ledger, found)["rows"])
        assert lane_json(ledger, found)["incumbent"] == "winner"
        assert lane_json(ledger, found)["lane_sha256"] == ledger.current.sha256
        assert [row["run_id"] for row in rows] == [event["run_id"] for event in FULL]
        wanted = {
            "run_id", "order", "class", "reason", "reasons", "flags", "delta", "incumbent_before",
            "incumbent_after", "attribution", "stats", "sentence",
        }  # fmt: skip
        stats = {
            "D", "se", "df", "t", "p_better", "p_worse", "alpha", "ucb95", "lcb95", "sigma", "nu",
            "basis", "n_incumbent", "n_challenger", "seeds_needed", "k", "look",
        }  # fmt: skip
        for row in rows:
            assert wanted <= set(row)
        compared = {row["run_id"]: row["stats"] for row in rows if row["stats"]}
        assert set(compared) == {"lead", "winner", "worse"}
        assert all(stats <= set(found) for found in compared.values())
        assert set(compared["lead"]["seeds_needed"]) == {"challenger", "incumbent"}
        assert compared["winner"]["seeds_needed"] is None
        json.dumps(rows, allow_nan=False)

    def test_counts(self) -> None:
        tally = judged(*FULL)[1].state.tally
        assert counts(tally) == {
            "improvement": 2, "noise": 1, "regression": 1, "blocked": 1, "invalid": 1,
        }  # fmt: skip
        assert counts({}) == dict.fromkeys(counts(tally), 0)
        found = reason_counts(tally | {"regression/worse": 2})
        assert next(iter(found)) == "regression/worse"
        assert found["improvement/baseline"] == 1


class TestBoard:
    """Tables of strings."""

    @pytest.mark.parametrize(
        ("events", "text"),
        [
            ((), "no run has landed"),
            ((failed("oom"),), "of 1 run none has a score that counts (1 blocked)"),
            ((BASELINE,), "baseline at 1.0650 bits/byte, the mean of 4 seeds"),
            ((run("one", [1.1]),), "one at 1.1000 bits/byte, 1 seed"),
        ],
    )
    def test_incumbent_line(self, events: tuple[Any, ...], text: str) -> None:
        assert text in incumbent_line(judged(*events)[1])

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

    def test_incumbent(self) -> None:
        assert incumbent_json(judged()[1]) is None
        found = incumbent_json(judged(*FULL)[1])
        assert (found["run_id"], found["ordinal"], found["seeds"]) == ("winner", 2, 3)
        assert (found["fresh_seeds"], found["is_confirmed"]) == (0, False)
        assert incumbent_json(judged(BASELINE)[1])["is_confirmed"] is True


class TestExplain:
    """A verdict in sentences, whatever it is."""

    @pytest.mark.parametrize("i", range(len(FULL)))
    def test_every_kind(self, i: int) -> None:
        ledger, found = judged(*FULL)
        lines = explain(found.verdicts[i], ledger.rows[i], ledger.current.lane)
        text = "\n".join(lines)
        assert found.verdicts[i].sentence in lines
        assert f"row {i + 1} of lane local-cluster" in text
        for flag in found.verdicts[i].flags:
            assert f"Flag {flag}" in text
        assert not re.search(r"\bnan\b|None", text)

    def test_a_picked_and_undecided_one(self) -> None:
        events = (BASELINE, tried("picked", [1.0625, 1.0633, 1.0629], seeds_run=7))
        ledger, found = judged(*events)
        text = "\n".join(explain(found.verdicts[1], ledger.rows[1], ledger.current.lane))
        assert "Corrected for picked seeds" in text
        assert "To decide it" in text or "64 seeds" in text
        assert "First measure the noise" in text

    def test_undecided_with_measured_noise(self) -> None:
        events = (BASELINE, *cleared(2, 2), tried("open", OPEN))
        ledger, found = judged(*events)
        text = "\n".join(explain(found.verdicts[-1], ledger.rows[-1], ledger.current.lane))
        assert "To decide it" in text
        assert "First measure" not in text

    def test_not_decidable(self) -> None:
        events = (BASELINE, tried("wild", [1.0560, 1.0650, 1.0590]))
        ledger, found = judged(*events)
        text = "\n".join(explain(found.verdicts[1], ledger.rows[1], ledger.current.lane))
        assert "raise delta_min" in text

    def test_not_confirmed_and_several_reasons(self) -> None:
        fresh = run("f", {i: 1.065 + i / 1e5 for i in range(11, 15)}, config=WINNER["config"])
        twice = run("twice", SAME, knob="z", seeds_run=0, train_seconds_budget=None)
        ledger, found = judged(BASELINE, WINNER, fresh, twice)
        text = "\n".join(explain(found.verdicts[2], ledger.rows[2], ledger.current.lane))
        assert "Fresh gain" in text
        assert "from winner to baseline" in text
        text = "\n".join(explain(found.verdicts[3], ledger.rows[3], ledger.current.lane))
        assert "All reasons: bounded_probe, undisclosed_seeds" in text

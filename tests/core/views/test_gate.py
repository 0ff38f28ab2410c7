"""What the gate found, for a terminal and for a job's page."""

from collections.abc import Mapping, Sequence

import pytest

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.advice import stop_call
from homegolf_git.core.search.backtest import Backtest, backtest
from homegolf_git.core.views.gate import SUMMARY_MAX, Gate, headline, markdown, text
from tests.build import Document
from tests.core.build import BASELINE, lane
from tests.core.ledgers import WINNER, landed_lane
from tests.core.views.build import NAME

ERROR = finding("row_edited", "it has landed", "ledger/x.yaml", 3, fix="restore it")
NOTE = finding("several_rows", "commit c adds 2 rows", severity="note", fix="one a commit")


def gate(
    *events: Document,
    findings: Sequence[Finding] = (),
    rejudged: Sequence[tuple[Verdict, Verdict]] = (),
    rules: Mapping[LaneId, Backtest] | None = None,
) -> Gate:
    """A pull request that brings the last row to the others."""
    before, after = (judge_lane(landed_lane(*found)) for found in (events[:-1], events))
    return Gate(
        findings=list(findings),
        verdicts=list(after.verdicts)[-1:],
        rejudged=list(rejudged),
        incumbents={NAME: (before.state.incumbent, after.state.incumbent)},
        calls={NAME: (stop_call(before.state), stop_call(after.state))} if events else {},
        states={NAME: after.state},
        rule_changes=dict(rules or {}),
    )


def anew() -> list[tuple[Verdict, Verdict]]:
    """A row that a retraction has judged anew."""
    was, now = (judge_lane(landed_lane(BASELINE, WINNER, *gone)) for gone in ((), ("winner",)))
    return [(was.verdicts[1], now.verdicts[1])]


class TestHeadline:
    """May it be merged, and what it brings."""

    @pytest.mark.parametrize(
        ("findings", "line"),
        [
            ([], "May be merged: 1 run, no error"),
            ([NOTE], "May be merged: 1 run, no error"),
            ([ERROR], "Not to be merged: 1 error"),
            ([ERROR, NOTE, ERROR], "Not to be merged: 2 errors"),
        ],
    )
    def test_errors_decide(self, findings: list[Finding], line: str) -> None:
        found = gate(BASELINE, findings=findings)
        assert headline(found) == line
        assert next(iter(text(found))) == line
        assert markdown(found).splitlines()[0].endswith(line)


class TestText:
    """Lines for a terminal."""

    def test_a_run_and_the_search(self) -> None:
        lines = list(text(gate(BASELINE, WINNER)))
        assert lines[1].startswith(
            "  winner in local-cluster: improvement/strict, delta +0.0200 bits/byte against "
            "baseline, changed: model. Won: 3 seeds average 0.0200 better"
        )
        assert lines[2] == "  search in local-cluster: inconclusive -> improving"
        assert lines[3].strip().startswith("Improving:")

    def test_a_run_without_a_gain_states_none(self) -> None:
        assert "delta" not in list(text(gate(BASELINE)))[1]

    def test_rows_that_are_judged_anew(self) -> None:
        lines = list(text(gate(rejudged=anew())))
        assert "  judged anew: winner: improvement/strict -> invalid/retracted" in lines
        assert "  incumbent in local-cluster: nobody -> nobody" in lines

    def test_who_holds_the_title_is_said_where_rows_are_judged_anew(self) -> None:
        shown = list(text(gate(BASELINE, WINNER, rejudged=anew())))
        assert "  incumbent in local-cluster: baseline -> winner" in shown
        assert not any("incumbent in" in line for line in text(gate(BASELINE, WINNER)))

    def test_rules_are_tested_on_the_rows_that_landed(self) -> None:
        ledger = landed_lane(BASELINE, WINNER)
        rules = {NAME: backtest(ledger, lane(decision={"delta_min": 0.1}))}
        line = list(text(gate(rules=rules)))[-1]
        assert line.startswith("  rules of local-cluster: verdicts that have landed stay.")
        assert "1 row of 2 would have come out otherwise" in line


class TestMarkdown:
    """The summary of a job's page."""

    def test_everything_that_was_found(self) -> None:
        ledger = landed_lane(BASELINE, WINNER)
        rules = {NAME: backtest(ledger, lane(decision={"delta_min": 0.1}))}
        text = markdown(
            gate(BASELINE, WINNER, findings=[NOTE, ERROR], rejudged=anew(), rules=rules)
        )
        lines = text.splitlines()
        assert lines[0] == "## ❌ Not to be merged: 1 error"
        assert lines[2].startswith("- `winner` in `local-cluster`: improvement/strict, delta")
        assert "- judged anew: `winner`: improvement/strict → invalid/retracted" in lines
        assert "- incumbent in `local-cluster`: `baseline` → `winner`" in lines
        assert any(line.startswith("- search in `local-cluster`: inconclusive →") for line in lines)
        assert any(line.startswith("- rules of `local-cluster`: verdicts") for line in lines)
        assert lines[-2:] == [
            "- ❌ `row_edited` `ledger/x.yaml:3`: it has landed. *Fix:* restore it.",
            "- ℹ️ `several_rows`: commit c adds 2 rows. *Fix:* one a commit.",  # noqa: RUF001
        ]

    def test_nothing_was_found(self) -> None:
        text = markdown(gate(BASELINE))
        assert text.startswith("## ✅ May be merged")
        assert "### Findings" not in text

    def test_underscores_mark_nothing_up(self) -> None:
        assert "no\\_incumbent → inconclusive" in markdown(gate(BASELINE))

    def test_many_findings_are_counted(self) -> None:
        found = gate(BASELINE, findings=[NOTE] * 52)
        assert markdown(found).count("`several_rows`") == 50
        assert markdown(found).endswith("- and 2 findings more\n")

    def test_a_long_one_is_cut_at_a_line(self) -> None:
        long = [finding("bug", f"{i} " + "x" * 2000, fix="y") for i in range(50)]
        text = markdown(gate(BASELINE, findings=long))
        assert len(text) <= SUMMARY_MAX
        head, _, tail = text.rpartition("\n\n")
        assert tail == "The rest is cut: see the job's log.\n"
        assert head.endswith("*Fix:* y.")

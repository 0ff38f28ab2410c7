"""The waterfall and its JSON."""

import pytest

from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.verdict import Side
from homegolf_git.core.search.deltas import DeltaLedger, DeltaStep, Gain
from homegolf_git.core.views.deltas import deltas_json, deltas_lines, deltas_table
from tests.core.build import lane
from tests.core.ledgers import near
from tests.core.search.build import NEW_T0, NEW_T1, OLD_T0, OLD_T1, TIMED_RULES, ledger


class TestThroughput:
    """Throughput against per-step quality, from four cells down to none."""

    def test_what_the_table_and_the_document_say(self) -> None:
        found = ledger(OLD_T0, NEW_T1, OLD_T1, NEW_T0, rules=TIMED_RULES)
        assert "throughput +0.0056, quality +0.0016" in str(deltas_table(found, lane().metric).rows)
        json = deltas_json(found)["steps"][0]["throughput"]
        assert (json["basis"], json["throughput"]) == ("four_cells", near(0.0056))
        bare = ledger(OLD_T0, NEW_T1, rules=TIMED_RULES)
        assert "unsplit" in str(deltas_table(bare, lane().metric).rows)


class TestTotals:
    """Totals name the sides that the rows name."""

    def lines(self, *sides: Side) -> list[str]:
        steps = [
            DeltaStep(RunId("a"), RunId("b"), Gain(0.1, 0.01), side, is_confirmed=True, shrunk=None,
                      ablation=None, throughput=None)
            for side in sides
        ]  # fmt: skip
        total = Gain(0.1, 0.01)
        found = DeltaLedger(steps, {"confounded": total}, total)
        return list(deltas_lines(found, lane().metric))

    @pytest.mark.parametrize(
        ("sides", "label"),
        [(("unknown",), "unknown"), (("confounded",), "confounded"),
         (("confounded", "unknown"), "confounded or unknown")],
    )  # fmt: skip
    def test_what_a_total_is_called(self, sides: tuple[Side, ...], label: str) -> None:
        assert self.lines(*sides)[0].startswith(f"{label}: +0.1")

"""The waterfall and its JSON."""

from homegolf_git.core.views.deltas import deltas_json, deltas_table
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

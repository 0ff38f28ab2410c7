"""Verdicts as JSON."""

import json

from homegolf_git.core.views.verdicts import lane_json
from tests.core.views.build import FULL, judged


class TestReport:
    """Documents of the report API."""

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

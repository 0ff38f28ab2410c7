"""Findings as JSON, and in the order in which they are shown."""

from homegolf_git.core.model.findings import Severity, finding
from homegolf_git.core.views.findings import finding_json, findings_json, worst_first


class TestReport:
    """Documents of the report API."""

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

    def test_worst_first_each_in_their_order(self) -> None:
        ranks: list[Severity] = ["note", "error", "warning", "error"]
        found = [finding("bug", str(i), severity=rank) for i, rank in enumerate(ranks, start=1)]
        assert [item.message for item in worst_first(found)] == ["2", "4", "3", "1"]

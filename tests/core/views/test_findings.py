"""Findings as JSON, and in the order in which they are shown."""

from homegolf_git.core.model.findings import finding
from homegolf_git.core.views.findings import finding_json, findings_json


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

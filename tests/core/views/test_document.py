"""The envelope of every JSON answer."""

from homegolf_git.core.views.document import API, document


class TestReport:
    """Documents of the report API."""

    def test_a_document_names_its_version_and_command(self) -> None:
        assert document("log", {"a": 1}, is_ok=True) == {
            "api": API, "command": "log", "ok": True, "a": 1,
        }  # fmt: skip
        assert API == "homegolf/report/v1"

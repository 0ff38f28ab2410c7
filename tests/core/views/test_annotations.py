"""Findings as workflow commands: nothing in a finding can begin another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.findings import Severity, finding
from homegolf_git.core.views.annotations import SHOWN, annotations

SHARP = st.text(st.sampled_from(list("a:,%\r\n=#[]")), max_size=8)


class TestAnnotations:
    """One command a finding, worst first; ten are shown."""

    @pytest.mark.parametrize(
        ("severity", "command"), [("error", "error"), ("warning", "warning"), ("note", "notice")]
    )
    def test_a_command_for_each_severity(self, severity: Severity, command: str) -> None:
        item = finding("stray_file", "it lies about", "ledger/x", 3, severity, fix="move it")
        assert list(annotations([item])) == [
            f"::{command} file=ledger/x,line=3,title=stray_file::it lies about%0Afix: move it"
        ]

    def test_what_has_no_place_names_none(self) -> None:
        [line] = annotations([finding("bug", "it failed", fix="report it")])
        assert line == "::error title=bug::it failed%0Afix: report it"

    def test_worst_first_and_the_rest_is_counted(self) -> None:
        notes = [finding("stray_file", f"n{i}", severity="note") for i in range(SHOWN)]
        lines = list(annotations([*notes, finding("bug", "worst")]))
        assert lines[0].startswith("::error title=bug::worst")
        assert lines[-1] == "::notice title=more findings::1 more findings: see the summary"
        assert len(lines) == SHOWN + 1
        assert len(list(annotations(notes))) == SHOWN

    def test_one_of_each_code_comes_before_many_of_one(self) -> None:
        many = [finding("generated_touched", f"n{i}") for i in range(SHOWN + 5)]
        lines = list(annotations([*many, finding("row_deleted", "gone")]))
        assert [line.partition("title=")[2].partition("::")[0] for line in lines[:3]] == [
            "generated_touched", "row_deleted", "generated_touched",
        ]  # fmt: skip

    @given(SHARP, SHARP, SHARP)
    def test_any_text_stays_within_its_command(self, path: str, message: str, fix: str) -> None:
        [line] = annotations([finding("bug", message, path, fix=fix)])
        assert "\n" not in line
        assert "\r" not in line
        head, _, text = line.removeprefix("::").partition("::")
        properties = head.removeprefix("error ").split(",")
        assert [item.partition("=")[0] for item in properties] == (
            ["file", "title"] if path else ["title"]
        )
        assert "##[" not in text

"""How answers are told: nothing that a row holds acts where it is shown."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.values import replace
from homegolf_git.core.views import gate as gate_view
from homegolf_git.core.views import log as log_view
from homegolf_git.errors import Exit
from homegolf_git.shell.reporters import Answer, Reporter, refusal
from tests.build import run
from tests.core.build import BASELINE
from tests.core.ledgers import landed_lane
from tests.core.views.test_gate import gate

RED = "\x1b[31m"
# Controls, line separators, and what turns or hides text; a line feed alone begins a line.
ACTIVE = [
    *map(chr, (*range(10), *range(11, 32), *range(127, 160))),
    *"\u2028\u2029\u202a\u202e\u2066\u2069\u200b\ufeff\ud800",
]
SHARP = st.text(st.sampled_from([*ACTIVE, "\n", "a", "[", "#"]), max_size=12)


def told(tell: Callable[[], None]) -> tuple[str, str]:
    """What goes to the two streams."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        tell()
    return out.getvalue(), err.getvalue()


def shown(answer: Answer[Any], reporter: Reporter | None = None) -> tuple[str, str]:
    return told(lambda: (reporter or Reporter()).show("check", answer))


def gate_answer(name: str) -> Answer[Any]:
    """The gate's answer to a row of that name, which breaks the contract."""
    return Answer(gate(BASELINE, run(name, seeds_run=0)), gate_view.text, gate_view.json)


def log_answer(summary: str) -> Answer[Any]:
    """A table with a row of that summary."""
    change = {"kind": "model", "summary": summary}
    ledger = landed_lane(run("baseline", change=change))
    rows = list(zip(ledger.rows, judge_lane(ledger).verdicts, strict=True))
    return Answer(rows, log_view.text, log_view.json)


def fault(text: str = "it failed", severity: Severity = "error") -> Finding:
    return finding("bug", text, f"ledger/{text}", 3, severity, fix=text)


def acts(text: str) -> bool:
    """Whether something in it would act on a terminal or on a runner that reads its log."""
    return any(character in text for character in ACTIVE) or "##[" in text


class TestNothingActs:
    """Whatever a row says is escaped once, where it is told."""

    def test_text_of_a_row_acts_on_no_terminal(self) -> None:
        lines, _ = shown(gate_answer(f"x{RED}"))
        assert "\x1b" not in lines
        assert "\\x1b[31m" in lines
        assert "\\\\x1b" not in lines

    @given(SHARP)
    def test_any_line(self, name: str) -> None:
        lines, _ = shown(gate_answer(name))
        assert not acts(lines)
        assert len(lines.splitlines()) == len(shown(gate_answer("x"))[0].splitlines())

    @given(SHARP)
    def test_any_cell_of_a_table(self, summary: str) -> None:
        lines, _ = shown(log_answer(summary))
        assert not acts(lines)
        assert len(lines.splitlines()) == 2

    @given(SHARP)
    def test_any_finding(self, text: str) -> None:
        _, lines = shown(refusal([fault(text)]))
        assert not acts(lines)
        assert len(lines.splitlines()) == 2

    @given(SHARP)
    def test_any_line_of_a_story(self, text: str) -> None:
        lines, _ = told(lambda: Reporter().say(text))
        assert not acts(lines)
        assert lines.count("\n") == 1

    @given(SHARP)
    def test_any_document(self, name: str) -> None:
        document, _ = shown(gate_answer(name), Reporter(as_json=True))
        assert document.isascii()
        assert document.replace("\n", "").isprintable()
        assert json.loads(document)["rows"][0]["run_id"] == name

    def test_what_is_made_for_another_program_goes_out_as_it_is(self) -> None:
        answer = replace(gate_answer("x"), text=gate_view.github, is_harmless=True)
        assert shown(answer)[0] == "".join(f"{line}\n" for line in gate_view.github(answer.result))


class TestReporter:
    """Text for people, one document for machines; findings beside the text."""

    def test_findings_and_text_go_apart(self) -> None:
        answer = replace(gate_answer("x"), findings=[fault()])
        out, err = shown(answer)
        assert out.startswith("May be merged")
        assert err == "ledger/it failed:3: error[bug]: it failed\n    fix: it failed\n"

    def test_a_finding_without_a_place(self) -> None:
        _, err = shown(refusal([finding("bug", "it failed", fix="report it")]))
        assert err == "error[bug]: it failed\n    fix: report it\n"

    def test_a_quiet_one_tells_errors_alone(self) -> None:
        found = [fault("worth knowing", "note"), fault("wrong", "warning"), fault("broken")]
        quiet = Reporter(is_quiet=True)
        out, err = shown(replace(gate_answer("x"), findings=found), quiet)
        assert out == ""
        assert [line.split(": ")[1] for line in err.splitlines() if "fix" not in line] == [
            "error[bug]"
        ]
        assert told(lambda: quiet.say("once upon a time")) == ("", "")

    @pytest.mark.parametrize(
        ("severity", "colour"), [("error", "31"), ("warning", "33"), ("note", "36")]
    )
    def test_a_colour_a_severity(self, severity: Severity, colour: str) -> None:
        _, err = shown(refusal([fault(severity=severity)]), Reporter(has_colour=True))
        assert f"\x1b[{colour}m{severity}[bug]\x1b[0m: it failed" in err

    @pytest.mark.parametrize(
        ("code", "is_ok"),
        [(Exit.OK, True), (Exit.PLATEAUED, True), (Exit.FINDINGS, False), (Exit.LOST_RACE, False)],
    )
    def test_a_document_says_whether_all_is_well(self, code: Exit, is_ok: bool) -> None:
        answer = replace(gate_answer("x"), code=code, findings=[fault()])
        out, err = shown(answer, Reporter(as_json=True))
        document = json.loads(out)
        assert (document["command"], document["ok"]) == ("check", is_ok)
        assert (err, out[-2:]) == ("", "}\n")
        assert told(lambda: Reporter(as_json=True).say("once upon a time")) == ("", "")

    def test_a_refusal_has_nothing_but_its_findings(self) -> None:
        answer = refusal([fault()])
        out, err = shown(answer)
        assert (answer.code, out) == (Exit.FINDINGS, "")
        assert "error[bug]" in err
        document = json.loads(shown(answer, Reporter(as_json=True))[0])
        assert [item["message"] for item in document["findings"]] == ["it failed"]

"""The renderer inside the comment workflow: it trusts nothing of a report, and gives little back."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from homegolf_git import comment as renderer
from tests.build import Document
from tests.e2e.world import BASE, BETTER, Ran, World
from tests.forge.script import OURS, THEIRS, step, workflow

WORKFLOWS = {"ours": OURS["comment"], "theirs": THEIRS["homegolf-comment"]}
BOTH = pytest.mark.parametrize("text", WORKFLOWS.values(), ids=WORKFLOWS)
SECRET = "ghs_0123456789abcdef"  # noqa: S105 - what must never be shown
GOOD: Document = {
    "api": "homegolf/report/v1", "command": "check", "ok": True, "findings": [],
    "rows": [{"run_id": "better", "class": "improvement", "sentence": "3 seeds average better"}],
    "plateau": {"home": {"before": {"state": "improving"}, "after": {"state": "plateaued"}}},
}  # fmt: skip


def render(folder: Path, report: bytes | None, text: str = WORKFLOWS["ours"]) -> Ran:
    """Run the step as the runner does: a file elsewhere, with a token in its environment.

    There are no packages but the standard library's.
    """
    if report is not None:
        (folder / "homegolf-check.json").write_bytes(report)
    script = folder.parent / f"{folder.name}-runner" / "step.py"
    script.parent.mkdir(exist_ok=True)
    script.write_text(step(text, "Render it"), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-S", str(script)], cwd=folder, capture_output=True,
        text=True, encoding="utf-8", check=False,
        env={"PATH": os.environ["PATH"], "GITHUB_TOKEN": SECRET, "GH_TOKEN": SECRET},
    )  # fmt: skip
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def comment(folder: Path, report: Document, text: str = WORKFLOWS["ours"]) -> str:
    """The comment that a report gives."""
    ran = render(folder, json.dumps(report).encode(), text)
    assert (ran.code, ran.said) == (0, "")
    return (folder / "comment.md").read_text(encoding="utf-8")


class TestGood:
    """What the gate says, in a few lines."""

    @BOTH
    def test_all_of_it(self, tmp_path: Path, text: str) -> None:
        assert comment(tmp_path, GOOD, text).splitlines() == [
            "<!-- homegolf-check -->",
            "### homegolf: may be merged",
            "",
            "- `better`: improvement. `3 seeds average better`",
            "- search in `home`: improving to plateaued",
        ]

    def test_refused(self, tmp_path: Path) -> None:
        finding = {"code": "row_edited", "path": "ledger/x.yaml", "message": "it has landed"}
        lines = comment(tmp_path, GOOD | {"ok": False, "findings": [finding]}).splitlines()
        assert lines[1] == "### homegolf: not to be merged"
        assert lines[-1] == "- `row_edited` `ledger/x.yaml` `it has landed`"

    def test_a_report_as_the_gate_writes_it(self, tmp_path: Path, world: World) -> None:
        world.record("base", BASE)
        world.git("switch", "--quiet", "--create", "mine")
        world.record("better", BETTER)
        report = world.answer("check", "--base", "main", "--head", "HEAD")
        text = comment(tmp_path, report)
        assert "- `better`: improvement. `Won: 3 seeds average 0.0200 better" in text
        assert "- search in `home`: inconclusive to improving" in text

    def test_the_renderers_are_the_same(self) -> None:
        assert step(WORKFLOWS["ours"], "Render it") == step(WORKFLOWS["theirs"], "Render it")

    def test_it_runs_only_for_pull_requests(self) -> None:
        for text in WORKFLOWS.values():
            job = workflow(text)["jobs"]["comment"]
            assert job["if"] == "github.event.workflow_run.event == 'pull_request'"


HOSTILE = [
    "<script>alert(1)</script>",
    "@everyone @org/team",
    "[x](http://e.vil) ![x](http://e.vil/x.png)",
    "`code` ``more`` ```",
    "line\n# heading\n\n- item\n\r\n> quote",
    "\x1b[31mred\x1b[0m \x00 \x07",
    "\u202egnp.exe\u202c \u200b \u2066",
    "--> <!-- homegolf-check -->",
    "#1 GH-1 org/repo#1 https://e.vil www.e.vil",
    "$(id) `id` ${{ secrets.GITHUB_TOKEN }}",
    "::error::x\n::add-path::/tmp",
    "| a | b |\n|---|---|",
    "\ud800 lone",
    "x" * 100_000,
    "`" * 5_000,
]


class TestHostile:
    """Every text is one code span on one line; nothing else of a report is shown."""

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_text_is_inert(self, tmp_path: Path, text: str) -> None:
        finding = dict.fromkeys(("code", "path", "message", "fix", "severity"), text)
        row = {"run_id": text, "class": "noise", "sentence": text, "lane": text}
        states = {"before": {"state": "improving"}, "after": {"state": "improving"}}
        report = GOOD | {"rows": [row], "findings": [finding], "plateau": {text: states}}
        lines = comment(tmp_path, report).split("\n")
        assert len(lines) == 7
        assert lines[:3] == ["<!-- homegolf-check -->", "### homegolf: may be merged", ""]
        for line, spans in zip(lines[3:6], (2, 1, 3), strict=True):
            assert line.isprintable()
            assert line.count("`") == 2 * spans
            outside = "".join(line.split("`")[::2])
            assert outside in {"- : noise. ", "- search in : improving to improving", "-   "}
            assert len(line) < 1_000

    def test_a_class_or_state_of_its_own_is_dropped(self, tmp_path: Path) -> None:
        states = {"before": {"state": "@team"}, "after": {"state": "improving"}}
        report = GOOD | {"rows": [{"run_id": "x", "class": "@team"}], "plateau": {"home": states}}
        assert "@team" not in comment(tmp_path, report)

    def test_ok_means_true_alone(self, tmp_path: Path) -> None:
        for value in (1, "true", "yes", [1], {"a": 1}, None):
            assert "not to be merged" in comment(tmp_path, GOOD | {"ok": value})

    def test_very_many_of_everything(self, tmp_path: Path) -> None:
        rows = [{"run_id": f"r{n}", "class": "noise", "sentence": "s" * 100} for n in range(2_000)]
        found = [{"code": "c", "path": "p" * 50, "message": "m" * 100} for _ in range(2_000)]
        state = {"before": {"state": "improving"}, "after": {"state": "improving"}}
        plateau = {f"lane{n}": state for n in range(2_000)}
        text = comment(tmp_path, GOOD | {"rows": rows, "findings": found, "plateau": plateau})
        assert len(text) <= 60_001
        assert len(text.splitlines()) <= 70

    @pytest.mark.parametrize(
        "part",
        [
            {"rows": "text"}, {"rows": {"a": 1}}, {"rows": [1, None, [], "x"]}, {"rows": None},
            {"rows": [{"class": "noise"}]}, {"rows": [{"class": "noise", "run_id": 5}]},
            {"rows": [{"class": ["noise"]}]}, {"rows": [{"class": {}}]},
            {"findings": 5}, {"findings": [[]]}, {"findings": [{"code": {}}]},
            {"plateau": []}, {"plateau": {"home": 5}}, {"plateau": {"home": {}}},
            {"plateau": {"home": {"before": 5, "after": None}}},
            {"plateau": {"home": {"before": {"state": []}, "after": {"state": {}}}}},
        ],
        ids=str,
    )  # fmt: skip
    def test_parts_of_another_shape_are_dropped(self, tmp_path: Path, part: Document) -> None:
        ran = render(tmp_path, json.dumps(GOOD | part).encode())
        assert (ran.code, ran.said) == (0, "")
        assert (tmp_path / "comment.md").stat().st_size < 1_000


class TestMalformed:
    """No comment, one line of why, and nothing of the environment."""

    @pytest.mark.parametrize(
        "data",
        [
            None, b"", b"{", b"[]", b"null", b"5", b'"text"', b"{}", b"\xff\xfe", b"\xef\xbb\xbf{}",
            b'{"api": "homegolf/report/v1"}', b'{"api": "homegolf/report/v1", "command": "verify"}',
            b'{"api": "homegolf/report/v2", "command": "check"}',
            b"[" * 100_000, b'{"a":' * 100_000, b"1" * 10_000, b" " * 2_000_001,
        ],
        ids=lambda data: repr(data)[:30],
    )  # fmt: skip
    @BOTH
    def test_is_refused(self, tmp_path: Path, data: bytes | None, text: str) -> None:
        ran = render(tmp_path, data, text)
        assert ran.code != 0
        assert not (tmp_path / "comment.md").exists()
        assert "Traceback" not in ran.said
        assert SECRET not in ran.said
        assert len(ran.err.splitlines()) == 1

    def test_a_link_or_a_folder_in_its_place(self, tmp_path: Path) -> None:
        (tmp_path / "homegolf-check.json").mkdir()
        ran = render(tmp_path, None)
        assert (ran.code, ran.err.splitlines()) == (1, ["no report, or one that is too large"])

    def test_code_beside_the_report_is_not_run(self, tmp_path: Path) -> None:
        """An artifact may hold any file, also one that is named as a module."""
        for name in ("json", "pathlib", "typing"):
            (tmp_path / f"{name}.py").write_text("raise SystemExit('pwned')\n")
        assert "may be merged" in comment(tmp_path, GOOD)


class TestOfThePackage:
    """The same, as the package's own functions."""

    def test_render_gives_what_the_step_writes(self, tmp_path: Path) -> None:
        assert renderer.render(json.dumps(GOOD).encode()) == comment(tmp_path, GOOD)

    @pytest.mark.parametrize(
        ("report", "why"),
        [(b"{", "the report is no JSON"), (b"\xff", "the report is no JSON"),
         (b"[" * 100_000, "the report is no JSON"), (b"[]", "the report is none of homegolf's"),
         (b'{"api": "homegolf/report/v1"}', "the report is none of homegolf's")],
    )  # fmt: skip
    def test_what_is_no_report_is_a_value_error(self, report: bytes, why: str) -> None:
        with pytest.raises(ValueError, match=why):
            renderer.render(report)

    def test_main_reads_one_file_and_writes_another(self, tmp_path: Path) -> None:
        with contextlib.chdir(tmp_path):
            with pytest.raises(SystemExit, match="no report, or one that is too large"):
                renderer.main()
            Path("homegolf-check.json").write_bytes(b"{")
            with pytest.raises(SystemExit, match="the report is no JSON"):
                renderer.main()
            Path("homegolf-check.json").write_text(json.dumps(GOOD))
            renderer.main()
        assert (tmp_path / "comment.md").read_text() == comment(tmp_path, GOOD)

    def test_it_is_cut_to_what_a_forge_takes(self) -> None:
        item = dict.fromkeys(("code", "path", "message"), "x" * 400)
        row = {"run_id": "x" * 400, "class": "noise", "sentence": "x" * 400}
        report = GOOD | {"findings": [item] * 400, "rows": [row] * 400}
        text = renderer.render(json.dumps(report).encode())
        assert len(text) <= 60_001

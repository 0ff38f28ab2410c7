"""The pages docs/findings.md and docs/commands.md are what the program says of itself.

`make golden` writes them anew.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from homegolf_git.cli.app import app
from homegolf_git.cli.main import run
from homegolf_git.core.model.findings import CODES

DOCS = Path(__file__).parents[2] / "docs"
WIDTH = "100"

FINDINGS_HEAD = """\
# Findings

For whoever was shown a code and wants to know it: what every finding means and how to mend it.

A finding is shown as `error[code]: message`, with the file and line where there is one, and with a fix. It is an error, a warning or a note; only errors make a command exit 1 or higher. The fix of a finding may say more than this page, because it knows the case. What the gate says of a pull request is in [submitting.md](submitting.md#what-the-gate-refuses) by topic, what `tags verify` says in [tags.md](tags.md#verify). Why a landed row does not count is in [rows.md](rows.md#invalid-reasons).

This page is written from `homegolf_git/core/model/findings.py` by `make golden`, and a test compares the two.

| code | meaning | how to mend it |
|---|---|---|
"""

COMMANDS_HEAD = """\
# Commands

For whoever wants to look up an option: the help text of every command.

Every command also takes `--repo PATH`, `--json`, `--quiet` and `--no-color`, before its name or behind it. `homegolf --version` prints the version. Exit codes are in [reading.md](reading.md#exit-codes).

This page is written from the program by `make golden`, and a test compares the two.
"""


def command_names() -> list[str]:
    """Every command that can be called, by the words that call it, in the order of the help."""

    def walk(command: object, words: tuple[str, ...]) -> Iterator[str]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield " ".join(words)
            return
        for name, item in inner.items():
            yield from walk(item, (*words, name))

    return list(walk(typer.main.get_command(app), ()))


def harmless(text: str) -> str:
    """Text for a table cell: outside of code spans, <name> is no tag of HTML."""
    parts = text.replace("|", "\\|").split("`")
    return "`".join(
        part if i % 2 else part.replace("<", "&lt;").replace(">", "&gt;")
        for i, part in enumerate(parts)
    )


def findings_page() -> str:
    lines = (
        f"| `{code}` | {harmless(CODES[code].title)} | {harmless(CODES[code].fix)} |"
        for code in sorted(CODES)
    )
    return FINDINGS_HEAD + "\n".join(lines) + "\n"


def compare(page: str, text: str) -> None:
    path = DOCS / page
    if os.environ.get("HOMEGOLF_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text, f"docs/{page} is stale: run `make golden`"


def help_of(words: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert run([*words.split(), "--help"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return "\n".join(line.rstrip() for line in said.out.strip().splitlines())


def test_every_code_is_explained() -> None:
    text = findings_page()
    compare("findings.md", text)
    assert all(f"| `{code}` |" in text for code in CODES)


def test_every_command_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", WIDTH)
    monkeypatch.delenv("TERMINAL_WIDTH", raising=False)
    names = command_names()
    assert {"check", "record", "tags sync"} <= set(names)
    parts = [COMMANDS_HEAD, f"## homegolf\n\n```text\n{help_of('', capsys)}\n```\n"]
    parts += [f"## {name}\n\n```text\n{help_of(name, capsys)}\n```\n" for name in names]
    compare("commands.md", "\n".join(parts))
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert all(f"\nUsage: homegolf {name}" in page for name in names)


def test_the_pages_are_listed() -> None:
    listed = (DOCS / "README.md").read_text(encoding="utf-8")
    for path in sorted(DOCS.glob("*.md")):
        assert path.name == "README.md" or f"({path.name}" in listed, path.name


def test_cells_are_inert() -> None:
    assert harmless("a|b <x> `<y>`") == "a\\|b &lt;x&gt; `<y>`"

"""The manual page man/homegolf.1 is what the program says of itself; `make golden` writes it anew."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.test_startup import COMMANDS
from tests.reference.manual import escaped, page

FOLDER = Path(__file__).parents[2] / "man"
PAGE = FOLDER / "homegolf.1"


def test_it_is_written_from_the_program() -> None:
    text = page()
    if os.environ.get("HOMEGOLF_GOLDEN") == "write":
        PAGE.write_text(text, encoding="utf-8", newline="\n")
    assert PAGE.read_text("utf-8") == text, "man/homegolf.1 is stale: run `make golden`"


def test_git_looks_for_the_same_page_by_another_name() -> None:
    assert (FOLDER / "git-homegolf.1").read_text("utf-8") == ".so man1/homegolf.1\n"


def test_nothing_in_a_text_is_a_request() -> None:
    assert escaped(".SH a\\b -c") == "\\&.SH a\\eb \\-c"


@pytest.mark.skipif(shutil.which("man") is None, reason="there is no man here")
def test_it_is_laid_out_without_a_complaint() -> None:
    ran = subprocess.run(
        ["man", "--warnings", "--no-hyphenation", "--local-file", PAGE],
        env={**os.environ, "MANWIDTH": "100", "MANPAGER": "cat", "LC_ALL": "C.UTF-8", "MANROFFOPT": ""},
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    assert ran.stderr == ""
    said = " ".join(ran.stdout.split())
    for name, command in COMMANDS.items():
        assert f"homegolf {name}" in said
        assert " ".join((command.help or "").split()) in said

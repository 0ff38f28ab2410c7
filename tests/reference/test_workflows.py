"""The files in .github/workflows are what their source gives for this repository.

`make golden` writes them anew.
"""

import os
from pathlib import Path

import pytest

from homegolf_git import comment
from homegolf_git.shell.workflows import fill, workflow_files, workflows_of_others
from tests.forge.script import REPOSITORY, step

# The program is in the checkout, which is the base's in the gate and main's in all others.
INSTALL = "- uses: ./ # zizmor: ignore[self-repository] it must be the one that is checked out\n"
HEAD = "# Written by `make golden` from examples/ledger/workflows; a change belongs there.\n"
FILES = workflow_files("", INSTALL, HEAD)


@pytest.mark.parametrize("name", FILES)
def test_a_workflow_is_what_its_source_gives(name: str) -> None:
    path = REPOSITORY / name
    if os.environ.get("HOMEGOLF_GOLDEN") == "write":
        path.write_bytes(FILES[name])
    assert path.read_bytes() == FILES[name], f"{name} is stale: run `make golden`"


def test_nothing_else_is_there_but_what_the_program_itself_needs() -> None:
    there = {path.relative_to(REPOSITORY).as_posix() for path in
             (REPOSITORY / ".github" / "workflows").iterdir()}  # fmt: skip
    own = {f".github/workflows/{name}.yml" for name in ("ci", "packages", "release")}
    assert there == FILES.keys() | own


@pytest.mark.parametrize("files", [FILES, workflows_of_others()], ids=["ours", "theirs"])
def test_the_renderer_is_the_file_of_the_package(files: dict[str, bytes]) -> None:
    (text,) = (data.decode() for name, data in files.items() if name.endswith("comment.yml"))
    assert step(text, "Render it") == Path(comment.__file__).read_text(encoding="utf-8")


def test_a_place_within_a_line() -> None:
    assert fill("name: <PREFIX>check # <PREFIX>\n", {"PREFIX": "a-"}) == "name: a-check # a-\n"


def test_a_place_of_its_own_line_keeps_its_indent() -> None:
    text = fill("a:\n  # <LINES>\nb\n", {"LINES": "one\n\n  two\n"})
    assert text == "a:\n  one\n\n    two\nb\n"
    assert fill("# <LINES>\nb\n", {"LINES": ""}) == "b\n"


def test_what_fills_a_place_has_none() -> None:
    assert fill("<A>\n# <B>\n", {"A": "<B>", "B": "# <A>\n"}) == "<B>\n# <A>\n"


def test_a_place_that_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        fill("<NOWHERE>", {})

"""Classes have colours on a terminal, and nowhere else (section 11)."""

import os
import pty
import re
import select
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.world import BASE, BETTER, WORSE, World, clean_environment, make_template

COLOURS = {
    "improvement/baseline": "32", "noise/replicate": "90", "regression/worse": "33", "blocked/oom": "35",
    "invalid/undisclosed_seeds": "2",
}  # fmt: skip
ESCAPE = "\x1b"


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A run of every class; nobody changes it."""
    root = tmp_path_factory.mktemp("classes")
    with clean_environment(root / "home"):
        world = make_template(root)
        world.record("base", BASE)
        world.record("again", {9: 1.2}, config={"model.knob": "base"}, base="base")
        world.record("worse", WORSE)
        world.record("wide", ())
        ran = world.homegolf("record", "--keep-invalid", str(world.row("bad", BETTER, seeds_run=0)))
        assert ran.code == 0, ran.said
        yield world


def on_a_terminal(world: World, *arguments: str, **environment: str) -> str:
    """What a command shows on a terminal of 120 columns."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    with subprocess.Popen(
        [sys.executable, "-m", "homegolf_git", *arguments],
        cwd=world.repo,
        env={**os.environ, "TERM": "xterm-256color", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        said = b""
        while process.poll() is None or select.select([ours], [], [], 0)[0]:
            if not select.select([ours], [], [], 0.05)[0]:
                continue
            try:
                said += os.read(ours, 1 << 16)
            except OSError:  # the other end is closed
                break
    os.close(ours)
    return said.decode().replace("\r\n", "\n")


def test_a_colour_a_class(classes: World) -> None:
    shown = on_a_terminal(classes, "verdicts", "--lane", "home")
    for name, colour in COLOURS.items():
        assert f"{ESCAPE}[{colour}m{name}{ESCAPE}[0m" in shown
    plain = re.sub(r"\x1b\[[0-9]+m", "", shown)
    assert plain == on_a_terminal(classes, "verdicts", "--lane", "home", "--no-color")
    assert max(map(len, plain.splitlines())) <= 120


def test_the_numbers_of_status(classes: World) -> None:
    shown = on_a_terminal(classes, "status")
    assert f"1 {ESCAPE}[32mimprovement{ESCAPE}[0m, 1 {ESCAPE}[90mnoise{ESCAPE}[0m" in shown


@pytest.mark.parametrize(
    ("more", "environment"),
    [
        (("--no-color",), {}),
        (("--json",), {}),
        ((), {"NO_COLOR": "1"}),
        ((), {"TERM": "dumb"}),
    ],
)
def test_whoever_wants_none_gets_none(
    classes: World, more: tuple[str, ...], environment: dict[str, str]
) -> None:
    assert ESCAPE not in on_a_terminal(classes, "log", *more, **environment)


def test_an_empty_variable_asks_for_nothing(classes: World) -> None:
    assert ESCAPE in on_a_terminal(classes, "log", NO_COLOR="")


@pytest.mark.parametrize("words", ["log", "status", "verdicts", "log --json"])
def test_none_where_it_is_piped(classes: World, tmp_path: Path, words: str) -> None:
    """Also when only standard error is a terminal."""
    target = tmp_path / "out"
    command = f"exec {sys.executable} -m homegolf_git {words} > {target}"
    ours, theirs = pty.openpty()
    subprocess.run(
        ["sh", "-c", command], cwd=classes.repo, env={**os.environ, "TERM": "xterm"}, stderr=theirs, check=True
    )  # fmt: skip
    os.close(theirs)
    os.close(ours)
    assert ESCAPE not in target.read_text("utf-8")

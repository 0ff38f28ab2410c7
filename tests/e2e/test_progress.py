"""Signs of life: on a terminal only, when work takes over a second (section 11)."""

import os
import pty
import subprocess
import sys

import pytest

from homegolf_git.shell import progress
from homegolf_git.shell.progress import Progress
from tests.e2e.world import BASE, World


def on_a_terminal(world: World, *words: str) -> str:
    """What a command writes to a terminal that is its standard error."""
    script = (
        "import sys\nfrom homegolf_git.shell import progress\nprogress._FROM = -1.0\n"
        "from homegolf_git.cli.main import run\nsys.exit(run(sys.argv[1:]))\n"
    )
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", script, *words],
        cwd=world.repo, env={**os.environ, **world.environment},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        said = b""
        try:
            while chunk := os.read(ours, 4096):
                said += chunk
        except OSError:  # the other side has gone
            pass
    os.close(ours)
    assert process.returncode == 0
    return said.decode()


def test_it_is_shown_and_taken_away_again(world: World) -> None:
    world.record("base", BASE)
    said = on_a_terminal(world, "verify")
    assert "1 rows read" in said
    assert "judging home" in said
    assert said.endswith("\r\x1b[K")


@pytest.mark.parametrize("flag", ["--quiet", "--json"])
def test_not_where_silence_is_asked_for(world: World, flag: str) -> None:
    world.record("base", BASE)
    assert on_a_terminal(world, "verify", flag) == ""


def test_not_in_a_file(world: World) -> None:
    world.record("base", BASE)
    assert world.process("verify").err == ""


def test_not_before_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Progress(is_wanted=True)
    monkeypatch.setattr(progress, "_FROM", 1e9)
    line.show("x")
    line.clear()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress, "_FROM", -1.0)
    line.show("x")
    assert capsys.readouterr().err.endswith("x")
    line.clear()
    assert capsys.readouterr().err.endswith("\r\x1b[K")

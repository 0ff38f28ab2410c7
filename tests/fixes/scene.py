"""How a finding is met and its fix followed to the letter; the table of all that are."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.build import Document
from tests.e2e.world import World
from tests.hostile.pulls import Pull

OnWorld = Callable[[World], object]
OnPull = Callable[[Pull], object]

# Situations by the code that they lead to; a code may have several.
WORLDS: dict[str, list[OnWorld]] = {}
PULLS: dict[str, list[OnPull]] = {}

_COMMANDS = re.compile(r"`((?:git|homegolf|rm|mv|mkdir|echo|chmod) [^`]*)`")
_BIN = str(Path(sys.executable).parent)


def situation(code: str) -> Callable[[OnWorld], OnWorld]:
    """Take a situation in a small ledger into the table."""

    def take(play: OnWorld) -> OnWorld:
        WORLDS.setdefault(code, []).append(play)
        return play

    return take


def proposal(code: str) -> Callable[[OnPull], OnPull]:
    """Take a situation of a pull request into the table."""

    def take(play: OnPull) -> OnPull:
        PULLS.setdefault(code, []).append(play)
        return play

    return take


def commands_of(item: Document) -> list[str]:
    """The commands that a finding advises, in their order."""
    return _COMMANDS.findall(item["fix"])


def found(world: World, code: str, *words: str, says: str = "") -> Document:
    """The finding with this code that a command gives; its fix says these words."""
    ran = world.homegolf(*words, "--json")
    items = [item for item in ran.json()["findings"] if item["code"] == code]
    assert items, (code, ran.said)
    assert items[0]["fix"], code
    assert says in items[0]["fix"], (code, items[0]["fix"])
    return dict(items[0])


def gone(world: World, code: str, *words: str) -> None:
    """The command gives the code no more, and nothing else stands in its way."""
    ran = world.homegolf(*words, "--json")
    assert ran.code in {0, 10}, (code, ran.said)
    assert code not in [item["code"] for item in ran.json().get("findings", ())], ran.said


def shell(world: World, command: str, **environment: str) -> None:
    """Run a command as a user does, in the work tree."""
    path = f"{_BIN}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["sh", "-c", command],
        cwd=world.repo,
        env={**os.environ, "PATH": path, "GIT_EDITOR": "true", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, (command, ran.stdout, ran.stderr)


def follow(world: World, item: Document, *, only: str = "", filled: Document | None = None, **environment: str) -> None:  # fmt: skip
    """Run the commands of a fix; `only` those that begin so, with its placeholders filled in."""
    commands = [command for command in commands_of(item) if command.startswith(only)]
    assert commands, item
    for command in commands:
        text = command
        for name, value in (filled or {}).items():
            text = text.replace(name, value)
        shell(world, text, **environment)

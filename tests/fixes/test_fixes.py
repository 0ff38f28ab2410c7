"""Every code has a situation in which its fix helps, or a reason why no program can follow it."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from homegolf_git.cli.app import app
from homegolf_git.core.model.findings import CODES
from tests.e2e.world import World
from tests.fixes import (
    branches,
    captures,
    clones,
    documents,
    imports,
    landed,
    loops,
    proposals,
    remotes,
    rows,
    tagged,
    trusted,
)
from tests.fixes.scene import PULLS, WORLDS
from tests.hostile.pulls import Pull

# Why no program can do what the fix says.
REASONS = {
    "bug": "a report goes to a person",
    "demo_failed": "what the trainer or git said is different each time, and is shown",
    "no_numpy": "a package has to come from an index",
    "no_optuna": "as above",
    "no_pyarrow": "as above",
    "no_ssh_keygen": "a program has to be installed",
    "no_resources": "a limit of the system has to be raised, or others have to end",
    "old_git": "git itself has to be replaced",
    "row_added_again": "nothing is asked: it says which of two rows counts",
    "unjudged": "no row that its schema admits is known to raise",
}
ROOMS = (
    branches,
    captures,
    clones,
    documents,
    imports,
    landed,
    loops,
    proposals,
    remotes,
    rows,
    tagged,
    trusted,
)
SOURCE = Path(__file__).parents[2] / "homegolf_git"


@pytest.mark.parametrize(("code", "number"), [(c, n) for c in WORLDS for n in range(len(WORLDS[c]))])  # fmt: skip
def test_the_fix_helps(world: World, code: str, number: int) -> None:
    WORLDS[code][number](world)


@pytest.mark.parametrize(("code", "number"), [(c, n) for c in PULLS for n in range(len(PULLS[c]))])
def test_the_fix_helps_a_pull_request(pull: Pull, code: str, number: int) -> None:
    PULLS[code][number](pull)


def test_every_code_has_a_situation_or_a_reason() -> None:
    assert len(ROOMS) > 0
    tried = {*WORLDS, *PULLS, *rows.TEXTS}
    assert tried | REASONS.keys() == CODES.keys()
    assert tried.isdisjoint(REASONS)
    assert not [reason for reason in REASONS.values() if not reason]


def test_every_command_and_option_of_an_advice_exists() -> None:
    """Of every text in the source that has `homegolf ...` in it, and of every fix."""
    command = typer.main.get_command(app)
    texts = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")]
    called = {words for text in texts for words in re.findall(r"`homegolf ([^`{}]+)`", text)}
    assert len(called) > 10
    for words in called:
        here, rest = command, words.split()
        while rest and (inner := getattr(here, "commands", None)) is not None:
            if rest[0].startswith("-"):
                break
            assert rest[0] in inner, words
            here, rest = inner[rest[0]], rest[1:]
        options = {name for item in here.params for name in (*item.opts, *item.secondary_opts)}
        for word in rest:
            if word.startswith("--"):
                assert word in options | {"--help"}, words
    known = {name for item in _commands(command) for part in item.params for name in (*part.opts, *part.secondary_opts)}  # fmt: skip
    for code, item in CODES.items():
        spans = item.fix.split("`")
        said = " ".join([*spans[::2], *(span for span in spans[1::2] if "homegolf " in span)])
        assert set(re.findall(r"--[a-z-]+[a-z]", said)) <= known | {"--help"}, code


def _commands(command: Any) -> list[Any]:  # noqa: ANN401 - typer's own
    inner = getattr(command, "commands", {})
    return [command, *(item for below in inner.values() for item in _commands(below))]

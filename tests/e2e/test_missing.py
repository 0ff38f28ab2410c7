"""What a call lacks is named at once, each with the option that states it."""

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import typer

from homegolf_git.cli.app import app
from tests.e2e.world import World

REPORT = Path(__file__).parents[1] / "fixtures" / "receipts" / "submission_naive_baseline.json"


def needs(command: Any, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], list[str]]:  # noqa: ANN401 - typer's own
    """What each command needs: an option by its name, an argument by what stands for it."""
    inner = getattr(command, "commands", None)
    if inner is None:
        wanted = [item for item in command.params if item.required]
        names = [item.opts[0] if item.opts[0].startswith("-") else item.metavar for item in wanted]
        return {words: names} if names else {}
    return {key: value for name, item in inner.items() for key, value in needs(item, (*words, name)).items()}  # fmt: skip


NEEDS = needs(typer.main.get_command(app))


def missing(world: World, *words: str) -> tuple[int, set[str]]:
    """How a call ends, and what its findings ask for."""
    ran = world.homegolf(*words, "--json")
    found = [item for item in ran.json()["findings"] if item["code"] == "missing_option"]
    assert all(item["message"] for item in found)
    return ran.code, {re.split(r"[ ]", item["fix"].removeprefix("give "))[0] for item in found}


def test_several_commands_need_something() -> None:
    assert {("retract",), ("promote",), ("transfer",), ("check",)} <= NEEDS.keys()


@pytest.mark.parametrize("words", NEEDS, ids=" ".join)
def test_with_any_part_given_the_rest_is_named(world: World, words: tuple[str, ...]) -> None:
    names = NEEDS[words]
    for count in range(len(names)):
        for given in combinations(names, count):
            stand_ins = [name for name in names if not name.startswith("-")]
            if [name for name in given if name in stand_ins] != stand_ins[
                : len({*given} & {*stand_ins})
            ]:
                continue  # arguments are known by their places
            call = [part for name in given for part in ((name, "x") if name.startswith("-") else ("x",))]  # fmt: skip
            assert missing(world, *words, *call) == (2, set(names) - set(given))


def test_help_is_shown_though_something_is_missing(world: World) -> None:
    ran = world.homegolf("retract", "--help")
    assert (ran.code, "Usage: homegolf retract" in ran.out) == (0, True)


def test_a_drafted_row(world: World) -> None:
    """What no machine knows is named once, and with that it lands."""
    words = ("--receipt", str(REPORT), "--lane", "home")
    (item,) = world.answer("draft", *words)["findings"]
    assert (item["code"], "--set" in item["message"]) == ("unstated", True)
    assert "empty_config" in world.homegolf("record", *words).said
    ran = world.homegolf("record", *words, "--set", "model.knob=1")
    assert ran.code == 0, ran.said


def test_several_lanes(world: World) -> None:
    world.lane("other")
    words = ("record", "--failure", "oom", "--summary", "x", "--set", "model.knob=1")
    assert missing(world, *words) == (2, {"--lane"})
    assert world.homegolf(*words, "--lane", "home").code == 0

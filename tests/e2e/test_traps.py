"""A setting at a time: no program is run, no other bytes land, and a refusal names the setting."""

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e.settings import EACH, FAULTS, PROGRAMS, REFUSALS
from tests.e2e.world import BASE, BETTER, WORSE, Ran, World, executable

SETTINGS = EACH if os.environ.get("HOMEGOLF_LONG") else FAULTS
ROW = "ledger/home/runs/2026-03/next.yaml"


def grown(world: World) -> World:
    """A row, a remote that has it, and what settings name."""
    world.record("first", BASE)
    remote = world.root / "remote.git"
    world.git("clone", "--quiet", "--bare", str(world.repo), str(remote))
    world.git("remote", "add", "origin", str(remote))
    world.git("fetch", "--quiet", "origin")
    (world.root / "elsewhere").mkdir()
    trap = executable(world.root / "trap", f"echo \"$0 $@\" >> '{world.root}/canary'; exit 1")
    (world.root / "attributes").write_text("*.txt filter=t diff=t merge=t\n", encoding="utf-8")
    (world.root / "included").write_text(f"[core]\n\tfsmonitor = {trap}\n", encoding="utf-8")
    return world


def put(world: World, name: str, value: str) -> None:
    for word in ("TRAP", "ELSEWHERE", "ATTRIBUTES", "INCLUDED"):
        value = value.replace(word, str(world.root / word.lower()))
    world.git("config", "--replace-all", name, value)


def unset(world: World, name: str) -> None:
    world.git("config", "--file", ".git/config", "--unset-all", name)


def words(world: World) -> list[tuple[str, ...]]:
    return [
        ("record", str(world.row("next", BETTER))),
        ("tags", "sync", "--push", "origin"),
        ("submit", str(world.row("sent", WORSE))),
        ("verdicts",),
    ]


def refused(ran: Ran) -> bool:
    codes = set(ran.codes()) if ran.code else set()
    assert ran.code in {0, 1, 4}, ran.said
    assert codes <= REFUSALS, ran.said
    return ran.code != 0


@pytest.mark.parametrize(("name", "value"), SETTINGS)
def test_one_setting(world: World, name: str, value: str) -> None:
    grown(world)
    calls = words(world)
    put(world, name, value)
    refusals = [call for call in calls if refused(world.homegolf(*call, "--json"))]
    unset(world, name)
    assert not (world.root / "canary").exists()
    for call in calls if refusals else ():
        ran = world.homegolf(*call)
        assert ran.code == 0, ran.said
    landed = world.git("show", f"main:{ROW}")
    assert landed == Path(calls[0][1]).read_text(encoding="utf-8").rstrip("\n")
    assert world.answer("verify")["findings"] == []
    assert world.git("for-each-ref", "refs/homegolf/new", "refs/homegolf/fetch") == ""
    assert "incumbents/home/0002" in world.git("ls-remote", "--tags", "origin")
    assert world.git("ls-remote", "origin", "refs/heads/run/sent")


@pytest.mark.parametrize("where", ["--global", "--local", "--worktree"])
def test_no_program_is_run(world: World, where: str) -> None:
    """All of those that settings name, at once, wherever they are set."""
    grown(world)
    calls = words(world)
    if where == "--worktree":
        world.git("config", "extensions.worktreeConfig", "true")
    for name in PROGRAMS:
        world.git("config", where, name, str(world.root / "trap"))
    for call in (*calls, ("status",), ("verify",), ("scoreboard",), ("doctor", "--fix")):
        ran = world.homegolf(*call)
        assert ran.code == 0, ran.said
    assert not (world.root / "canary").exists()
    shutil.rmtree(world.root / "remote.git")

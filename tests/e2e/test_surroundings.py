"""Bad surroundings of a process: the command works or says what is wrong, and nothing is half-written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.world import BASE, GIT, World

WORKS: dict[str, tuple[dict[str, str | None], str]] = {
    "nobody at home": ({"HOME": None, "USER": None, "LOGNAME": None}, ""),
    "a home that is a file": ({"HOME": "/dev/null"}, ""),
    "no folder for temporary files": ({"TMPDIR": "/nowhere"}, ""),
    "a locale that is none": ({"LC_ALL": "xx_YY", "PYTHONUTF8": "0"}, ""),
    "the C locale": ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, ""),
    "no assertions": ({"PYTHONOPTIMIZE": "2"}, ""),
    "a width that is no number": ({"COLUMNS": "x" * 9}, ""),
    "everything closed": ({}, "exec 0<&- 1>&- 2>&-;"),
    "a narrow umask": ({}, "umask 077;"),
}


def run(world: World, words: tuple[str, ...], changes: dict[str, str | None], before: str = "") -> subprocess.CompletedProcess[str]:  # fmt: skip
    """A command in other surroundings, behind what a shell does first."""
    environment = {**os.environ, **{name: value or "" for name, value in changes.items()}}
    for name in [name for name, value in changes.items() if value is None]:
        environment.pop(name, None)
    script = f'{before} exec "{sys.executable}" -m homegolf_git "$@"'
    return subprocess.run(
        ["/bin/sh", "-c", script, "sh", *words],
        cwd=world.repo, env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.parametrize("what", WORKS)
def test_it_works(world: World, what: str) -> None:
    row = str(world.row("first", BASE, change={"kind": "model", "summary": "größer"}))
    ran = run(world, ("record", row), *WORKS[what])
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False), ran.stderr
    assert world.git("status", "--porcelain") == ""
    assert world.answer("verify")["findings"] == []


def path_of_a_file(root: Path) -> str:
    (root / "file").touch()
    return str(root / "file")


def path_of_what_cannot_be_run(root: Path) -> str:
    (root / "tools" / "git").mkdir(parents=True)
    return str(root / "tools")


@pytest.mark.parametrize("place", [path_of_a_file, path_of_what_cannot_be_run, lambda _: ""])
def test_a_path_without_git(world: World, place: object) -> None:
    row = str(world.row("first", BASE))
    before = world.state()
    assert callable(place)
    ran = run(world, ("record", row), {"PATH": place(world.root)})
    assert (ran.returncode, "error[no_git]" in ran.stderr, "install git" in ran.stderr) == (4, True, True), ran.stderr  # fmt: skip
    assert world.state() == before


def test_a_path_with_nothing_but_git(world: World) -> None:
    (world.root / "tools").mkdir()
    (world.root / "tools" / "git").symlink_to(GIT)
    row = str(world.row("first", BASE))
    assert run(world, ("record", row), {"PATH": str(world.root / "tools")}).returncode == 0
    assert world.answer("verify")["findings"] == []


@pytest.mark.parametrize("name", ["two\nlines", "at its end\n"], ids=["inside", "at its end"])
@pytest.mark.parametrize("words", [("record", "ROW"), ("status",), ("init", "--lane", "other"), ("doctor", "--fix")])  # fmt: skip
def test_a_path_with_a_line_feed(world: World, name: str, words: tuple[str, ...]) -> None:
    row = str(world.row("first", BASE))
    there = World(world.root, world.root / name, world.home, world.count)
    world.repo.rename(there.repo)
    before = sorted(str(path) for path in world.root.rglob("*"))
    ran = there.homegolf(*(row if word == "ROW" else word for word in words))
    assert (ran.code, "error[line_feed]" in ran.err) == (4, True), ran.said
    assert sorted(str(path) for path in world.root.rglob("*")) == before


@pytest.mark.parametrize("name", ["-a", "a:b%c", "a'b\"c\\d", "at its end ", os.fsdecode(b"a\xffb")], ids=ascii)  # fmt: skip
def test_another_odd_path(world: World, name: str) -> None:
    there = World(world.root, world.root / name, world.home, world.count)
    row = str(world.row("first", BASE))
    world.repo.rename(there.repo)
    for words in (("record", row), ("tags", "sync"), ("scoreboard",), ("verify",)):
        ran = there.homegolf(*words)
        assert ran.code == 0, ran.said
    assert {path.name for path in world.root.iterdir()} == {name, "home", "inbox"}


# What a shell does first, or the environment holds; the code, and words of the fix.
TOLD: dict[str, tuple[dict[str, str | None], str, str, str]] = {
    "a folder that is gone": ({}, "mkdir g; cd g; rmdir ../g;", "no_repository", "run `cd`"),
    "little memory": ({}, "ulimit -v 45000;", "no_resources", "`ulimit -a`"),
    "few open files": ({}, "ulimit -n 12;", "no_resources", "`ulimit -a`"),
    "a date that is none": ({"GIT_COMMITTER_DATE": "x"}, "", "no_identity", "`unset GIT_COMMITTER_DATE`"),
    "an author without a name": ({"GIT_AUTHOR_NAME": ""}, "", "no_identity", "`unset GIT_AUTHOR_NAME`"),
    "settings that are no number": ({"GIT_CONFIG_COUNT": "x"}, "", "bad_git_config", "`unset GIT_CONFIG_COUNT`"),
    "a setting without a name": ({"GIT_CONFIG_COUNT": "1"}, "", "bad_git_config", "`unset GIT_CONFIG_COUNT`"),
    "the system's settings": (
        {"GIT_CONFIG_SYSTEM": "bad", "GIT_CONFIG_NOSYSTEM": "0"}, "echo '[' >bad;",
        "bad_git_config", "correct line 1 of bad",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TOLD)
def test_what_is_wrong_is_told(world: World, what: str) -> None:
    row = str(world.row("first", BASE))
    before = world.head
    environment, first, code, fix = TOLD[what]
    ran = run(world, ("record", row), environment, first)
    assert ran.returncode == 4, ran.stderr
    assert f"error[{code}]" in ran.stderr
    assert fix in ran.stderr
    assert world.head == before
    # The fix: it is not there any more.
    assert run(world, ("record", row), {}).returncode == 0
    assert world.answer("verify")["findings"] == []


def test_what_git_calls_itself_with(world: World) -> None:
    """GitPython runs git when it is imported."""
    row = str(world.row("first", BASE))
    ran = run(world, ("record", row), {"GIT_INTERNAL_SUPER_PREFIX": "x/", "GIT_DIR": "/nowhere"})
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("zone", [":/nowhere", "XYZ-99:99:99", "\n", "Pacific/Kiritimati"])
def test_a_time_zone(world: World, zone: str) -> None:
    """An instant is what is compared, wherever it is read."""
    world.record("base", BASE)
    row = str(world.row("first", BASE))
    assert run(world, ("record", row), {"TZ": zone}).returncode == 0
    there = run(world, ("verdicts", "--json"), {"TZ": zone})
    assert there.stdout == run(world, ("verdicts", "--json"), {"TZ": "UTC"}).stdout

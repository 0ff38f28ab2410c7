"""The tutorial is run as it is written: in an empty home and folder, with a forge over HTTP."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import wheel
from tests.e2e.installed import link_packages
from tests.e2e.world import clean_environment, executable
from tests.forge.forge import RULES, Forge, serve
from tests.reference.test_examples import begin
from tests.reference.walkthrough import WELL, Came, Shown, masked, pairs, steps, walk, written_anew

__all__ = ["wheel"]

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
THEIRS = "https://github.com/ada/"


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    """A forge with one more repository, empty, that stands in for the reader's own."""
    with clean_environment(tmp_path / "home"):
        world = begin(tmp_path)
        world.commit("Else", {"else": "x\n"})
        with serve(world) as served:
            golf = served.bare.with_name("golf.git")
            world.git("init", "--quiet", "--bare", "--initial-branch=main", str(golf))
            world.git("--git-dir", str(golf), "config", "http.receivepack", "true")
            executable(golf / "hooks" / "pre-receive", RULES)
            yield served


@pytest.fixture
def environment(tmp_path: Path, forge: Forge, wheel: Path) -> dict[str, str]:
    """An empty home; packages come from a folder, and every program of the system but `gh` is there."""
    home, tools, packages = (tmp_path / name for name in ("reader", "tools", "packages"))
    for folder in (home, tools, packages):
        folder.mkdir()
    link_packages(packages)
    for place in ("/bin", "/usr/bin", "/usr/local/bin"):
        for program in Path(place).glob("*") if Path(place).is_dir() else ():
            if program.name != "gh" and not (tools / program.name).is_symlink():
                (tools / program.name).symlink_to(program)
    (tools / "python3").unlink(missing_ok=True)
    executable(tools / "python3", f"exec '{sys.executable}' \"$@\"")
    address = forge.url.rpartition("/")[0]
    (home / ".gitconfig").write_text(f'[url "{address}/"]\n\tinsteadOf = {THEIRS}\n', "utf-8")
    return {
        "HOME": str(home), "PATH": str(tools), "TMPDIR": str(tmp_path), "LANG": "C.UTF-8",
        "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent), "PIP_NO_DEPS": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_CONFIG_FILE": os.devnull,
        # The packages that it depends on; the program itself is not among them.
        "PYTHONPATH": str(packages),
    }  # fmt: skip


def ran(
    page: str, forge: Mapping[str, str], folder: Path, environment: Mapping[str, str]
) -> list[tuple[Shown, Came]]:
    """What a page shows of its commands beside what came of them, in a folder that is there."""
    notes = folder.with_name("notes")
    notes.mkdir()
    todo = list(steps(page, forge))
    return pairs(todo, walk(todo, folder, environment, notes))


def test_it_runs_as_it_is_written(
    tmp_path: Path, forge: Forge, environment: dict[str, str]
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    golf = forge.bare.with_name("golf.git")
    merge = f"git --git-dir '{golf}' update-ref refs/heads/homegolf refs/heads/run/thrice"
    (tmp_path / "fresh").mkdir()
    came = ran(page, {"merge run/thrice": merge}, tmp_path / "fresh", environment)
    ours = f"https://{forge.url.split('/')[2]}/"
    found = [
        (shown, answer._replace(output=answer.output.replace(ours, THEIRS)))
        for shown, answer in came
    ]
    if os.environ.get("HOMEGOLF_GOLDEN") == "write":
        PAGE.write_text(written_anew(page, found), encoding="utf-8", newline="\n")
        return
    for shown, answer in found:
        assert masked(answer.output) == masked(shown.output), shown.command
        assert answer.code in WELL, (shown.command, answer)


class TestReadme:
    """Its minute is run as well, in the repository of some trainer."""

    def test_a_verdict_on_a_run_of_ones_own(self, tmp_path: Path) -> None:
        readme = PAGE.parents[1] / "README.md"
        minute = readme.read_text("utf-8").partition("in a minute\n")[2].partition("\n## ")[0]
        with clean_environment(tmp_path / "home"):
            world = begin(tmp_path)
            world.commit("Trainer", {"train.py": "print('val_bpb: 1.0744')\n"})
            path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
            assert ran(minute, {}, world.repo, {**os.environ, "PATH": path}) == []
            (row,) = world.verdicts("local-cluster")
        assert (row["class"], row["reason"]) == ("improvement", "baseline")


class TestWalkthrough:
    """A page that says other than what comes is told from one that says it."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        place = tmp_path / "fresh"
        place.mkdir()
        return place

    def test_commands_share_a_shell(self, folder: Path) -> None:
        page = "```sh\nmkdir a && cd a\nexport B=c\n```\n\n```console\n$ echo $B \\\n  d\nc d\n$ ls; pwd -P | sed 's|.*/||'\na\n```\n"
        found = ran(page, {}, folder, os.environ)
        assert [shown.output for shown, _ in found] == [came.output for _, came in found]
        assert written_anew(page, found) == page

    def test_another_output_is_seen_and_can_be_taken_over(self, folder: Path) -> None:
        page = "```console\n$ echo a\nb\n$ echo 0123abcd\n4567abcd\n```\n"
        found = ran(page, {}, folder, os.environ)
        assert [masked(came.output) == masked(shown.output) for shown, came in found] == [
            False,
            True,
        ]
        assert written_anew(page, found) == page.replace("\nb\n", "\na\n")

    def test_what_fails_is_named(self, folder: Path) -> None:
        with pytest.raises(AssertionError, match="it failed: false"):
            ran("```sh\nfalse\n```\n```console\n$ echo a\na\n```\n", {}, folder, os.environ)

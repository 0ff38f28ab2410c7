"""The workflow files: clean to both linters, pinned, without rights, and the same for others."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.world import GIT
from tests.forge.script import BIN, EXAMPLES, REPOSITORY, WORKFLOWS, workflow

OURS = sorted(WORKFLOWS.glob("*.yml"))
THEIRS = sorted(EXAMPLES.glob("*.yml"))
ALL = [*OURS, *THEIRS]
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
PAIRS = [(WORKFLOWS / f"{path.stem.removeprefix('homegolf-')}.yml", path) for path in THEIRS]


def named(path: Path) -> str:
    return path.stem


def tool(name: str) -> str:
    """A linter of the development requirements; there are no wheels of it for every platform."""
    found = shutil.which(name, path=str(BIN))
    if found is None:
        pytest.skip(f"{name} has no wheel for this platform (see requirements/dev.in)")
    return found


def steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in document["jobs"].values() for step in job["steps"]]


class TestLinters:
    """Both are silent."""

    @pytest.mark.parametrize("path", ALL, ids=named)
    def test_actionlint(self, path: Path) -> None:
        # Whatever shellcheck a machine has must not decide: it is asked for nothing.
        command = [tool("actionlint"), "-no-color", "-shellcheck=", "-pyflakes=", str(path)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
        assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")

    def test_zizmor(self, tmp_path: Path) -> None:
        """In a repository laid out as forges want it, which is what zizmor looks for."""
        for folder, paths in (("ours", OURS), ("theirs", THEIRS)):
            place = tmp_path / folder / ".github" / "workflows"
            place.mkdir(parents=True)
            for path in paths:
                shutil.copy(path, place)
        shutil.copy(REPOSITORY / "action.yml", tmp_path / "ours")
        subprocess.run([GIT, "init", "--quiet", str(tmp_path)], check=True)
        command = [tool("zizmor"), "--offline", "--no-progress", "--color=never", "--quiet",
                   "ours", "theirs"]  # fmt: skip
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert ran.returncode == 0, ran.stdout + ran.stderr


class TestRights:
    """No right without a job that needs it, and no code of a stranger with one."""

    @pytest.mark.parametrize("path", ALL, ids=named)
    def test_none_on_top(self, path: Path) -> None:
        assert workflow(path)["permissions"] == {}

    @pytest.mark.parametrize("path", ALL, ids=named)
    def test_every_job_says_its_own(self, path: Path) -> None:
        may_write = {"publish": {"contents"}, "comment": {"pull-requests"}}
        for name, job in workflow(path)["jobs"].items():
            writes = {right for right, level in job["permissions"].items() if level != "read"}
            assert writes == may_write.get(name, set())
            assert job["timeout-minutes"] <= 30

    @pytest.mark.parametrize("path", [*ALL, REPOSITORY / "action.yml"], ids=named)
    def test_never_pull_request_target(self, path: Path) -> None:
        assert "pull_request_target" not in path.read_text(encoding="utf-8")

    @pytest.mark.parametrize("path", [*ALL, REPOSITORY / "action.yml"], ids=named)
    def test_every_action_is_pinned(self, path: Path) -> None:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "uses:" in line and not re.search(r"uses: \./?(\s|$)", line):
                assert PINNED.search(line), line

    @pytest.mark.parametrize("path", [*ALL, REPOSITORY / "action.yml"], ids=named)
    def test_no_expression_in_a_script(self, path: Path) -> None:
        """Values reach a script through its environment alone."""
        document = workflow(path)
        found = steps(document) if "jobs" in document else document["runs"]["steps"]
        assert [step["run"] for step in found if "${{" in step.get("run", "")] == []

    @pytest.mark.parametrize("path", ALL, ids=named)
    def test_only_publish_keeps_a_credential(self, path: Path) -> None:
        keeps = [
            step["with"]["persist-credentials"]
            for step in steps(workflow(path))
            if step.get("uses", "").startswith("actions/checkout@")
        ]
        assert all(keep is path.stem.endswith("publish") for keep in keeps)

    @pytest.mark.parametrize("path", [p for p in ALL if p.stem.endswith("check")], ids=named)
    def test_the_gate_checks_out_the_base_only(self, path: Path) -> None:
        """On a pull request the branch it goes to, in a queue the commit its group is built on."""
        (checkout,) = (
            step for step in steps(workflow(path))
            if step.get("uses", "").startswith("actions/checkout@")
        )  # fmt: skip
        assert checkout["with"]["ref"] == (
            "${{ github.event.merge_group.base_sha || github.base_ref }}"
        )
        text = path.read_text(encoding="utf-8")
        assert "secrets." not in text
        assert not re.search(r"git (checkout|switch|merge|worktree|reset)\b", text)

    @pytest.mark.parametrize("path", [p for p in ALL if p.stem.endswith("check")], ids=named)
    def test_the_gate_is_never_filtered(self, path: Path) -> None:
        """A required check that does not run is waited for forever."""
        assert workflow(path)["on"] == {"pull_request": None, "merge_group": None}

    @pytest.mark.parametrize("path", [p for p in ALL if p.stem.endswith("comment")], ids=named)
    def test_the_comment_checks_out_nothing(self, path: Path) -> None:
        uses = [step["uses"].split("@")[0] for step in steps(workflow(path)) if "uses" in step]
        assert uses == ["actions/download-artifact"]


class TestGivenToOthers:
    """What `homegolf init` writes does what this repository's own workflows do."""

    def test_every_workflow_but_our_own_tests(self) -> None:
        assert {ours.stem for ours, _ in PAIRS} == {path.stem for path in OURS} - {"ci"}

    @pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda path: path.stem)
    def test_the_same_triggers_and_rights(self, ours: Path, theirs: Path) -> None:
        mine, other = workflow(ours), workflow(theirs)
        text = repr(mine["on"]).replace("workflows/publish.yml", "workflows/homegolf-publish.yml")
        assert text.replace("['check']", "['homegolf-check']") == repr(other["on"])
        for part in ("permissions", "concurrency"):
            assert mine.get(part) == other.get(part)
        assert mine["jobs"].keys() == other["jobs"].keys()
        for name, job in mine["jobs"].items():
            for part in job.keys() | other["jobs"][name].keys():
                if part != "steps":
                    assert job[part] == other["jobs"][name][part]

    @pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda path: path.stem)
    def test_the_same_steps(self, ours: Path, theirs: Path) -> None:
        """But for the program, which comes from pip there and from the checkout here."""
        own = {"Install homegolf", "Judge it by the base"}
        mine, other = (
            [step for step in steps(workflow(path)) if step.get("name") not in own
             and step.get("uses") != "./"]
            for path in (ours, theirs)
        )  # fmt: skip
        assert mine == other

    def test_the_gate_asks_the_same_of_the_program(self) -> None:
        action = workflow(REPOSITORY / "action.yml")
        (mine,) = (
            step["run"] for step in action["runs"]["steps"]
            if step["name"] == "Check the pull request"
        )  # fmt: skip
        (other,) = (
            step["run"] for step in steps(workflow(EXAMPLES / "homegolf-check.yml"))
            if step.get("name") == "Judge it by the base"
        )  # fmt: skip
        for text in (mine, other):
            assert re.findall(r"--format (\w+)", text) == ["json", "markdown", "github"]
            assert text.rstrip().splitlines()[-1] == 'homegolf check "$@" --format github'

    def test_pins_are_the_same_everywhere(self) -> None:
        found: dict[str, set[str]] = {}
        for path in ALL:
            for name, pin in re.findall(
                r"uses: ([\w./-]+)@([0-9a-f]{40} # \S+)", path.read_text(encoding="utf-8")
            ):
                found.setdefault(name, set()).add(pin)
        assert {name: len(pins) for name, pins in found.items()} == dict.fromkeys(found, 1)

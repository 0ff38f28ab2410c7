"""The workflow files: clean to both linters, pinned, without rights, and the same for others."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.world import GIT
from tests.forge.script import BIN, OURS, REPOSITORY, THEIRS, step, steps, workflow

ALL = {**OURS, **THEIRS}
ACTION = (REPOSITORY / "action.yml").read_text(encoding="utf-8")
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
OF_THE_PROGRAM = {"ci", "packages", "release"}  # which no ledger needs
PAIRS = [(name.removeprefix("homegolf-"), name) for name in THEIRS]


def of_each(**named: str) -> pytest.MarkDecorator:
    """A test of each text, by its name."""
    return pytest.mark.parametrize("text", named.values(), ids=named)


def tool(name: str) -> str:
    """A linter of the development requirements; there are no wheels of it for every platform."""
    found = shutil.which(name, path=str(BIN))
    if found is None:
        pytest.skip(f"{name} has no wheel for this platform (see requirements/dev.in)")
    return found


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two repositories laid out as forges want it, which is what the linters look for."""
    root = tmp_path_factory.mktemp("linted")
    for folder, texts in (("ours", OURS), ("theirs", THEIRS)):
        place = root / folder / ".github" / "workflows"
        place.mkdir(parents=True)
        for name, text in texts.items():
            (place / f"{name}.yml").write_text(text, encoding="utf-8")
        subprocess.run([GIT, "init", "--quiet", str(root / folder)], check=True)
    (root / "ours" / "action.yml").write_text(ACTION, encoding="utf-8")
    return root


class TestLinters:
    """Both are silent."""

    @pytest.mark.parametrize("name", ALL)
    def test_actionlint(self, laid_out: Path, name: str) -> None:
        (path,) = laid_out.glob(f"*/.github/workflows/{name}.yml")
        # Whatever shellcheck a machine has must not decide: it is asked for nothing.
        command = [tool("actionlint"), "-no-color", "-shellcheck=", "-pyflakes=", str(path)]
        ran = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=path.parents[2]
        )
        assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")

    def test_zizmor(self, laid_out: Path) -> None:
        command = [tool("zizmor"), "--offline", "--no-progress", "--color=never", "--quiet",
                   "ours", "theirs"]  # fmt: skip
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=laid_out)
        assert ran.returncode == 0, ran.stdout + ran.stderr


class TestRights:
    """No right without a job that needs it, and no code of a stranger with one."""

    @of_each(**ALL)
    def test_none_on_top(self, text: str) -> None:
        assert workflow(text)["permissions"] == {}

    @of_each(**ALL)
    def test_every_job_says_its_own(self, text: str) -> None:
        may_write = {
            "publish": {"contents"}, "comment": {"pull-requests"}, "deploy": {"pages", "id-token"},
            "attest": {"id-token", "attestations"}, "index": {"id-token"}, "page": {"contents"},
        }  # fmt: skip
        for name, job in workflow(text)["jobs"].items():
            writes = {right for right, level in job["permissions"].items() if level != "read"}
            assert writes == may_write.get(name, set())
            assert job["timeout-minutes"] <= 30

    @of_each(**ALL, action=ACTION)
    def test_never_pull_request_target(self, text: str) -> None:
        assert "pull_request_target" not in text

    @of_each(**ALL, action=ACTION)
    def test_every_action_is_pinned(self, text: str) -> None:
        for line in text.splitlines():
            if "uses:" in line and not re.search(r"uses: \./?(\s|$)", line):
                assert PINNED.search(line), line

    @of_each(**ALL, action=ACTION)
    def test_no_expression_in_a_script(self, text: str) -> None:
        """Values reach a script through its environment alone."""
        document = workflow(text)
        found = steps(document) if "jobs" in document else document["runs"]["steps"]
        assert [each["run"] for each in found if "${{" in each.get("run", "")] == []

    @pytest.mark.parametrize("name", ALL)
    def test_only_publish_keeps_a_credential(self, name: str) -> None:
        keeps = [
            each["with"]["persist-credentials"]
            for each in steps(workflow(ALL[name]))
            if each.get("uses", "").startswith("actions/checkout@")
        ]
        assert all(keep is name.endswith("publish") for keep in keeps)

    @of_each(ours=OURS["check"], theirs=THEIRS["homegolf-check"])
    def test_the_gate_checks_out_the_base_only(self, text: str) -> None:
        """On a pull request the branch it goes to, in a queue the commit its group is built on."""
        (checkout,) = (
            each for each in steps(workflow(text))
            if each.get("uses", "").startswith("actions/checkout@")
        )  # fmt: skip
        assert checkout["with"]["ref"] == (
            "${{ github.event.merge_group.base_sha || github.base_ref }}"
        )
        assert "secrets." not in text
        assert not re.search(r"git (checkout|switch|merge|worktree|reset)\b", text)

    @of_each(ours=OURS["check"], theirs=THEIRS["homegolf-check"])
    def test_the_gate_is_never_filtered(self, text: str) -> None:
        """A required check that does not run is waited for forever."""
        assert workflow(text)["on"] == {"pull_request": None, "merge_group": None}

    @of_each(ours=OURS["comment"], theirs=THEIRS["homegolf-comment"])
    def test_the_comment_checks_out_nothing(self, text: str) -> None:
        uses = [each["uses"].split("@")[0] for each in steps(workflow(text)) if "uses" in each]
        assert uses == ["actions/download-artifact"]


class TestRelease:
    """What is released comes from one build, by a job that may do nothing else."""

    JOBS: dict[str, Any] = workflow(OURS["release"])["jobs"]

    def test_a_tag_of_a_version_starts_it_and_nothing_else(self) -> None:
        """Tags of incumbents and promotions are none."""
        assert workflow(OURS["release"])["on"] == {"push": {"tags": ["v*"]}}

    def test_only_what_was_tested_is_attested_and_published(self) -> None:
        runs = [each.get("run", "") for each in self.JOBS["build"]["steps"]]
        assert runs.index("make test") < runs.index("make build")
        assert [job.get("needs") for job in self.JOBS.values()] == [
            None,
            "build",
            "attest",
            "index",
        ]

    def test_jobs_with_rights_run_nothing_of_the_repository(self) -> None:
        for name in ("attest", "index", "page"):
            uses = [each.get("uses", "") for each in self.JOBS[name]["steps"]]
            assert not [each for each in uses if each.startswith(("actions/checkout", "./"))]

    def test_no_password(self) -> None:
        assert "secrets." not in OURS["release"]
        assert self.JOBS["index"]["environment"] == "release"


class TestGivenToOthers:
    """What `homegolf init` writes does what this repository's own workflows do."""

    def test_every_workflow_but_those_of_the_program(self) -> None:
        assert {ours for ours, _ in PAIRS} == OURS.keys() - OF_THE_PROGRAM

    @pytest.mark.parametrize(("ours", "theirs"), PAIRS)
    def test_the_same_triggers_and_rights(self, ours: str, theirs: str) -> None:
        mine, other = workflow(OURS[ours]), workflow(THEIRS[theirs])
        text = repr(mine["on"]).replace(f"workflows/{ours}.yml", f"workflows/{theirs}.yml")
        assert text.replace("['check']", "['homegolf-check']") == repr(other["on"])
        for part in ("permissions", "concurrency"):
            assert mine.get(part) == other.get(part)
        assert mine["jobs"].keys() == other["jobs"].keys()
        for name, job in mine["jobs"].items():
            for part in job.keys() | other["jobs"][name].keys():
                if part != "steps":
                    assert job[part] == other["jobs"][name][part]

    @pytest.mark.parametrize(("ours", "theirs"), PAIRS)
    def test_the_same_steps(self, ours: str, theirs: str) -> None:
        """But for the program, which comes from pip there and from the checkout here."""
        mine, other = (
            [each for each in steps(workflow(text))
             if each.get("name") != "Install homegolf" and each.get("uses") != "./"]
            for text in (OURS[ours], THEIRS[theirs])
        )  # fmt: skip
        assert mine == other

    @pytest.mark.parametrize(
        "name", sorted(ALL.keys() - OF_THE_PROGRAM - {"comment", "homegolf-comment"})
    )
    def test_the_program_is_installed_alone(self, name: str) -> None:
        """This repository's action gets no input: it installs, and the script is the one of all."""
        (install,) = (
            each for each in steps(workflow(ALL[name]))
            if each.get("name") == "Install homegolf" or each.get("uses") == "./"
        )  # fmt: skip
        assert "with" not in install

    def test_the_gate_is_asked_once_and_the_same(self) -> None:
        texts = [step(OURS["check"], "Judge it by the base")]
        texts += [
            each["run"] for each in workflow(ACTION)["runs"]["steps"]
            if each["name"] == "Check the pull request"
        ]  # fmt: skip
        asked = 'homegolf check "$@" --format github --summary "$GITHUB_STEP_SUMMARY"'
        for text in texts:
            assert text.count("homegolf check") == 1
            assert text.rstrip().splitlines()[-1] == asked
            assert "--report " in text

    def test_pins_are_the_same_everywhere(self) -> None:
        found: dict[str, set[str]] = {}
        for text in ALL.values():
            for name, pin in re.findall(r"uses: ([\w./-]+)@([0-9a-f]{40} # \S+)", text):
                found.setdefault(name, set()).add(pin)
        assert {name: len(pins) for name, pins in found.items()} == dict.fromkeys(found, 1)

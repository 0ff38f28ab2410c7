"""The workflow files executed by act on this machine, with a forge on 127.0.0.1.

Actions that are fetched from elsewhere have small stand-ins in `actions/`; everything else, the
composite action and the scripts, runs as it is.
"""

import os
import re
import shutil
import subprocess
from importlib.metadata import distribution
from pathlib import Path
from textwrap import indent

import pytest

from tests.e2e.world import BASE, BEST, BETTER, World
from tests.forge.forge import Forge
from tests.forge.runner import PYTHON, Runner, copy
from tests.forge.script import REPOSITORY, require_jq
from tests.forge.service import Pull, Repository, Service

pytestmark = pytest.mark.act

PROGRAM = ("homegolf_git", "schemas", "examples", "requirements", ".github", "action.yml",
           "pyproject.toml", "README.md", "LICENSE")  # fmt: skip
BOTH = pytest.mark.parametrize("runner", ["ours", "theirs"], indirect=True)


@pytest.fixture(scope="session")
def requirements(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with what the program needs, taken from the one the tests run in."""
    place = tmp_path_factory.mktemp("runner") / "program"
    subprocess.run([str(PYTHON / "python3"), "-m", "venv", str(place)], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    for name in ("run", "build"):
        text = (REPOSITORY / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        for required in re.findall(r"^([\w.-]+)==", text, re.MULTILINE):
            for file in distribution(required).files or ():
                source, target = Path(str(file.locate())), packages / file
                if ".." not in file.parts and source.is_file():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(source, target)
    return place


@pytest.fixture(scope="session")
def wheel(requirements: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as other repositories install it."""
    place = tmp_path_factory.mktemp("wheel")
    source = place / "source"
    for name in PROGRAM:
        copy(REPOSITORY / name, source / name)
    command: list[str | Path] = [requirements / "bin" / "python", "-m", "pip", "wheel", "--quiet", "--no-deps",
               "--no-build-isolation", "--disable-pip-version-check", "--wheel-dir", place, source]  # fmt: skip
    subprocess.run(command, check=True, env=os.environ | {"PYTHONWARNINGS": ""})
    (found,) = place.glob("*.whl")
    return found


@pytest.fixture
def runner(
    request: pytest.FixtureRequest, world: World, forge: Forge, requirements: Path
) -> Runner:
    """A repository with a baseline and with workflows: this one's, or those of `init`."""
    kind = getattr(request, "param", "ours")
    if kind == "ours":
        for name in PROGRAM:
            copy(REPOSITORY / name, world.repo / name)
        world.git("add", "--all")
        world.git("commit", "--quiet", "--message", "The program")
        wheel = None
    else:
        assert world.homegolf("init", "--lane", "home").code == 0
        world.git("add", "--all")
        world.git("commit", "--quiet", "--message", "Workflows")
        wheel = request.getfixturevalue("wheel")
    world.record("base", BASE)
    world.git("push", "--quiet", "origin", "main")
    (world.root / "tools").mkdir()
    (world.root / "tools" / "python").symlink_to(PYTHON / "python3")  # as runners have it
    return Runner(forge, requirements, kind, wheel)


def submit(world: World, name: str, scores: tuple[float, ...]) -> str:
    ran = world.homegolf("submit", str(world.row(name, scores)))
    assert ran.code == 0, ran.said
    return f"run/{name}"


class TestCheck:
    """The gate, on pull requests and in a merge queue."""

    @BOTH
    def test_a_good_and_a_bad_pull_request(self, runner: Runner, world: World) -> None:
        refs = runner.forge.refs()
        ran = runner.pull_request(submit(world, "better", BETTER))
        assert ran.code == 0, ran.said
        report = runner.report()
        assert report["ok"]
        assert [row["class"] for row in report["rows"]] == ["improvement"]

        world.git("switch", "--quiet", "--create", "bad")
        path = "ledger/home/runs/2026-03/base.yaml"
        text = (world.repo / path).read_text(encoding="utf-8")
        world.commit("Mend it", {path: text.replace("1.2001", "1.3001")})
        world.git("push", "--quiet", "origin", "bad")
        ran = runner.pull_request("bad")
        assert ran.code == 1, ran.said
        assert f"::error file={path}" in ran.said
        assert [item["code"] for item in runner.report()["findings"]] == ["row_edited"]
        assert {name: runner.forge.refs()[name] for name in refs} == refs

    def test_nothing_of_the_head_is_run(self, runner: Runner, world: World) -> None:
        """A pull request that replaces program, action and workflows, and would be let in by them."""
        mark = world.root / "pwned"
        world.git("switch", "--quiet", "--create", "evil")
        place, text = world.place("evil", BEST)
        program = f"open({str(mark)!r}, 'w').close()\nraise SystemExit(0)\n"
        script = f"runs: {{using: composite, steps: [{{shell: bash, run: touch {mark}}}]}}\n"
        world.commit("run(home): evil", {
            place: text, "homegolf_git/__init__.py": program, "homegolf_git/__main__.py": program,
            "sitecustomize.py": program, "action.yml": f"name: x\n{script}",
            ".gitattributes": "* filter=x diff=x\n[attr]x filter=x\n",
            ".githooks/post-checkout": f"#!/bin/sh\ntouch {mark}\n",
            "requirements/run.txt": "no-such-package==1\n",
            "schemas/run-v1.schema.json": "{}",
        })  # fmt: skip
        world.git("push", "--quiet", "origin", "evil")
        ran = runner.pull_request("evil")
        assert ran.code == 1, ran.said
        assert "mixed_change" in [item["code"] for item in runner.report()["findings"]]
        assert not mark.exists()

    def test_two_groups_of_a_queue(self, runner: Runner, world: World) -> None:
        for name, scores in (("first", BEST), ("second", BETTER)):
            submit(world, name, scores)
        queue = runner.forge.clone("queue")
        heads = [queue.head]
        for name in ("first", "second"):
            queue.git("merge", "--quiet", "--no-ff", "--message", "Queue", f"origin/run/{name}")
            heads.append(queue.head)
        queue.git("push", "--quiet", "origin", f"{heads[2]}:refs/heads/queued")
        ran = runner.group(heads[1], heads[2])
        assert ran.code == 0, ran.said
        assert "second in home: regression/worse" in ran.said
        assert "first in home" not in ran.said


class TestPublish:
    """Publishing and the audit of what was published."""

    @BOTH
    def test_publish_twice_and_audit(self, runner: Runner, world: World) -> None:
        world.record("better", BETTER)
        world.git("push", "--quiet", "origin", "main")
        before = runner.forge.main
        ran = runner.publish()
        assert ran.code == 0, ran.said
        assert runner.forge.git("rev-list", "--count", f"{before}..main") == "1"
        assert runner.forge.git("log", "-1", "--format=%an: %s", "main").endswith(
            "Write the scoreboards"
        )
        assert set(runner.forge.tags()) == {
            "incumbents/home/0001", "incumbents/home/0002", "incumbent/home",
        }  # fmt: skip
        refs = runner.forge.refs()
        ran = runner.publish()
        assert ran.code == 0, ran.said
        assert "nothing changed" in ran.said
        assert runner.forge.refs() == refs
        ran = runner.run("audit", "workflow_dispatch", {})
        assert ran.code == 0, ran.said

    def test_an_audit_that_finds_something(self, runner: Runner) -> None:
        """Nothing was published, so the tags are missing."""
        ran = runner.run("audit", "workflow_dispatch", {})
        assert ran.code == 1, ran.said
        assert "tag_missing" in ran.said


class TestAction:
    """The composite action in a workflow of one's own, as docs/maintaining.md shows it."""

    def test_the_example_of_the_documentation(self, runner: Runner, world: World) -> None:
        page = (REPOSITORY / "docs" / "maintaining.md").read_text(encoding="utf-8")
        (example,) = re.findall("```yaml\n(- uses: OWNER/.*?)```", page, re.DOTALL)
        example = example.replace("OWNER/homegolf_git@COMMIT", "./")
        path = ".github/workflows/check.yml"
        text = (world.repo / path).read_text(encoding="utf-8")
        start, end = (text.index(f"      - {name}") for name in ("uses: ./", "name: Keep"))
        own = text[:start] + indent(example, "      ") + text[end:]
        world.commit("A workflow of our own", {path: own})
        world.git("push", "--quiet", "origin", "main")
        ran = runner.pull_request(submit(world, "better", BETTER))
        assert ran.code == 0, ran.said
        assert [row["class"] for row in runner.report()["rows"]] == ["improvement"]


class TestComment:
    """The report is shown on the pull request that has the head which was checked."""

    @BOTH
    def test_a_new_and_a_renewed_comment(self, runner: Runner, world: World) -> None:
        """On a pull request from a fork, whose commits the repository knows nothing of."""
        require_jq()
        branch = submit(world, "better", BETTER)
        head = runner.forge.git("rev-parse", branch)
        assert runner.pull_request(branch, is_fork=True).code == 0
        repositories = {"team/ledger": Repository(), "ada/ledger": Repository([head])}
        service = Service(world.root / "service.json", "team/ledger", repositories)
        service.pulls = [Pull(1, "ada/ledger", branch, [head])]
        service.install(world.root / "tools")
        payload = {"workflow_run": {
            "id": 5, "event": "pull_request", "conclusion": "success", "pull_requests": [],
            "head_sha": head, "head_branch": branch,
            "head_repository": {"full_name": "ada/ledger", "owner": {"login": "ada"}},
        }}  # fmt: skip
        ran = runner.run("comment", "workflow_run", payload)
        assert ran.code == 0, ran.said
        assert service.writes() == ["POST repos/team/ledger/issues/1/comments"]
        (shown,) = service.comments
        assert shown.body.startswith("<!-- homegolf-check -->\n### homegolf: may be merged\n")
        assert "`better`: improvement." in shown.body
        assert runner.run("comment", "workflow_run", payload).code == 0
        assert service.writes()[1:] == [f"PATCH repos/team/ledger/issues/comments/{shown.id}"]

"""The workflow files executed by act on this machine, with a forge on 127.0.0.1.

Actions that are fetched from elsewhere have small stand-ins in `actions/`; everything else, the
composite action and the scripts, runs as it is.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.build import Document
from tests.e2e.world import BASE, BEST, BETTER, Ran, World, executable
from tests.forge.forge import Forge
from tests.forge.script import BIN, REPOSITORY

pytestmark = pytest.mark.act

ACTIONS = Path(__file__).parent / "actions"
PROGRAM = ("homegolf_git", "schemas", "examples", "requirements", ".github", "action.yml",
           "pyproject.toml", "README.md", "LICENSE")  # fmt: skip
PYTHON = Path(sys.base_prefix) / "bin"
BOTH = pytest.mark.parametrize("runner", ["ours", "theirs"], indirect=True)
_USES = re.compile(r"uses: (?P<name>actions/(?P<short>[\w-]+)@[0-9a-f]{40})")


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


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@dataclass(slots=True)
class Runner:
    """A forge whose repository has workflows, and act to run them."""

    forge: Forge
    program: Path
    kind: str  # `ours`: the program's own repository; `theirs`: one that `homegolf init` made
    wheel: Path | None = None
    count: int = 0

    def run(self, name: str, event: str, payload: Document) -> Ran:
        """Run a workflow of main for an event."""
        act = shutil.which("act", path=str(BIN))
        if act is None:
            pytest.skip("act has no wheel for this platform (see requirements/dev.in)")
        self.count += 1
        root = self.forge.world.root / f"act-{self.count}"
        root.mkdir()
        clone = self.forge.clone(f"act-{self.count}/main")
        (root / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        prefix = "homegolf-" if self.kind == "theirs" else ""
        workflow = clone.repo / ".github" / "workflows" / f"{prefix}{name}.yml"
        command = [
            act, event, "--workflows", str(workflow), "--eventpath", str(root / "event.json"),
            "--platform", "ubuntu-latest=-self-hosted", "--no-cache-server", "--no-skip-checkout",
            "--pull=false", "--action-cache-path", str(root / "cache"), "--secret", "GITHUB_TOKEN=not-a-token",
            "--env", f"TEST_FORGE={self.forge.url}", "--env", f"TEST_PROGRAM={self.program}",
            "--env", f"TEST_ARTIFACTS={self.artifacts}", "--env", "PIP_NO_INDEX=1",
        ]  # fmt: skip
        for found in _USES.finditer(workflow.read_text(encoding="utf-8")):
            command += ["--local-repository", f"{found['name']}={ACTIONS / found['short']}"]
        if self.wheel:
            command += ["--var", f"HOMEGOLF_REQUIREMENT={self.wheel}"]
        tools = self.forge.world.root / "tools"
        environment = {
            name: value
            for name, value in os.environ.items()
            if name != "PYTHONWARNINGS" and not name.startswith("GIT_")
        }
        environment["PATH"] = f"{tools}:{PYTHON}:{os.environ['PATH']}"
        ran = subprocess.run(
            command, cwd=clone.repo, env=environment, capture_output=True, text=True,
            encoding="utf-8", check=False,
        )  # fmt: skip
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    @property
    def artifacts(self) -> Path:
        """Where the stand-ins keep artifacts."""
        return self.forge.world.root / "artifacts"

    def report(self) -> Document:
        """The report that the check kept."""
        path = self.artifacts / "homegolf-check" / "homegolf-check.json"
        found: Document = json.loads(path.read_text(encoding="utf-8"))
        return found

    def pull_request(self, branch: str) -> Ran:
        """Run the check on a pull request of a branch."""
        number = self.forge.pull(branch)
        head, base = (self.forge.git("rev-parse", name) for name in (branch, "main"))
        return self.run("check", "pull_request", {
            "action": "opened", "number": number,
            "pull_request": {"number": number, "head": {"ref": branch, "sha": head},
                             "base": {"ref": "main", "sha": base}},
        })  # fmt: skip

    def group(self, base: str, head: str) -> Ran:
        """Run the check on a group of a merge queue."""
        name = "refs/heads/gh-readonly-queue/main/pr-1"
        self.forge.git("update-ref", name, head)
        return self.run("check", "merge_group", {
            "action": "checks_requested",
            "merge_group": {"head_ref": name, "head_sha": head, "base_ref": "refs/heads/main",
                            "base_sha": base},
        })  # fmt: skip

    def publish(self) -> Ran:
        """Run the publishing of main."""
        return self.run("publish", "push", {"ref": "refs/heads/main"})


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


class TestComment:
    """The report is shown on the pull request that has the head which was checked."""

    def test_a_new_and_a_renewed_comment(self, runner: Runner, world: World) -> None:
        branch = submit(world, "better", BETTER)
        assert runner.pull_request(branch).code == 0
        log, old = world.root / "asked", world.root / "old"
        executable(
            world.root / "tools" / "gh",
            f"""
printf '%s\\n' "$*" >> {log}
case "$*" in
  *commits/*) echo 1 ;;
  *--paginate*) if [ -f {old} ]; then echo 77; fi ;;
  *body=@comment.md*) cp comment.md {world.root}/shown.md ;;
esac""",
        )
        payload = {"workflow_run": {
            "id": 5, "event": "pull_request", "conclusion": "success",
            "head_sha": runner.forge.git("rev-parse", branch),
        }}  # fmt: skip
        ran = runner.run("comment", "workflow_run", payload)
        assert ran.code == 0, ran.said
        shown = (world.root / "shown.md").read_text(encoding="utf-8")
        assert shown.startswith("<!-- homegolf-check -->\n### homegolf: may be merged\n")
        assert "`better`: improvement." in shown
        assert "--method POST" in log.read_text()
        old.touch()
        assert runner.run("comment", "workflow_run", payload).code == 0
        assert "--method PATCH" in log.read_text()
        assert "/issues/comments/77" in log.read_text()

"""init --from autoresearch: a small trainer that scatters under a fixed seed, from its clone to verdicts."""

import os
import shutil
from pathlib import Path

import jsonschema
import pytest

from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.datafiles import schema
from tests.build import Document
from tests.e2e.world import Ran, World, executable

FILES = Path(__file__).parents[1] / "fixtures" / "autoresearch"
RULES = "ledger/autoresearch/lane.yaml"
INIT = ("init", "--from", "autoresearch")


def trainer(world: World, *names: str, below: str = "") -> World:
    """A clone of such a repository with these of its files."""
    there = World(world.root, world.root / "trainer", world.home)
    (there.repo / below).mkdir(parents=True)
    there.git("init", "--quiet", "--initial-branch=master")
    for name in names or ("train.py", "prepare.py", "program.md"):
        shutil.copyfile(FILES / name, there.repo / below / name)
    there.write(".gitignore", "__pycache__/\nrun.log\nresults.tsv\n")
    there.git("add", "--all")
    there.git("commit", "--quiet", "--message", "baseline")
    return there


@pytest.fixture
def clone(world: World) -> World:
    return trainer(world)


def edited(world: World, name: str, old: str, new: str, *, message: str) -> None:
    """A commit of one edit."""
    path = world.repo / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    world.commit(message, {name: text.replace(old, new)})


def lane_of(world: World, branch: str = "homegolf") -> Document:
    loaded = rowyaml.load((world.git("show", f"{branch}:{RULES}") + "\n").encode())
    assert loaded.findings == []
    return dict(loaded.value or {})


def captured(world: World, *words: str, code: int) -> Document:
    ran = world.homegolf("capture", "--json", *words)
    assert ran.code == code, ran.said
    answer: Document = ran.json()
    jsonschema.Draft7Validator(schema("report-v1")).validate(answer)
    return answer


class TestFromCloneToVerdicts:
    """`homegolf init --from autoresearch`, then `homegolf capture`."""

    def test_a_loop(self, clone: World) -> None:
        clone.commit("Keep bytecode out", {})
        began = clone.homegolf(*INIT)
        assert began.code == 0, began.said
        assert "next: homegolf capture" in began.out
        assert clone.git("status", "--porcelain") == "?? homegolf.md"  # and no workflow
        assert clone.homegolf("doctor").code == 0

        first = captured(clone, code=0)
        assert (first["reason"], first["lane"]) == ("baseline", "autoresearch")
        row = clone.answer("show", first["run_id"])["row"]
        (result,) = row["results"]
        assert {"val_bpb", "train_seconds", "steps"} <= result.keys()
        assert {"peak_vram_mb", "total_tokens_m", "depth"} <= result["extra"].keys()
        assert (row["change"]["summary"], row["source"]["dirty"]) == ("Keep bytecode out", False)

        again = captured(clone, "--summary", "once more", code=0)
        assert (again["decision"], again["reason"]) == ("keep", "replicate")

        # What people and agents read may change under a lane.
        clone.commit("Read homegolf.md", {"program.md": "Read homegolf.md and do as it says.\n", "homegolf.md": (clone.repo / "homegolf.md").read_bytes()})  # fmt: skip
        edited(clone, "train.py", "SMOOTHING = 0.05", "SMOOTHING = 50", message="more smoothing")
        worse = captured(clone, "--lane", "autoresearch", code=20)
        assert (worse["class"], worse["reason"]) == ("regression", "worse")
        back(clone)
        assert clone.homegolf("judge").code == 20
        assert clone.homegolf("seen", "--lane", "autoresearch", "smoothing more").code == 1
        assert clone.homegolf("seen", "--lane", "autoresearch", "two characters").code == 0
        assert clone.answer("next")["actions"][0]["action"] in {"noise", "fresh", "idea"}

        edited(clone, "prepare.py", "CHARACTERS = 5_000", "CHARACTERS = 500", message="easier")
        assert captured(clone, code=22)["reason"] == "eval_changed"
        back(clone)
        # Under another seed: the trainer scatters, and yet it may print the very digits of before.
        reseeded = (clone.repo / "train.py").read_text("utf-8").replace("SEED = 42", "SEED = 43")
        clone.commit("a helper", {"helper.py": "x = 1\n", "train.py": reseeded})
        assert captured(clone, code=22)["reason"] == "outside_editable"
        back(clone)

        edited(clone, "train.py", "DEPTH = 1 ", "DEPTH = 2 ", message="two characters")
        won = captured(clone, code=0)
        assert (won["class"], won["delta"] > 0.1) == ("improvement", True)
        edited(clone, "train.py", "SEED = 42", "SEED = 1 / 0", message="no seed")
        assert captured(clone, code=23)["class"] == "blocked"
        back(clone)

        assert len(clone.verdicts("autoresearch")) == 7
        assert clone.homegolf("verify").code == 0
        assert clone.incumbent("autoresearch") == won["run_id"]

    def test_the_folder_of_a_larger_repository(self, world: World) -> None:
        there = trainer(world, below="loops/gpt")
        there.commit("More", {"model.py": "x\n"})
        inner = World(there.root, there.repo / "loops" / "gpt", there.home)
        assert inner.homegolf(*INIT).code == 0
        contract = lane_of(there)["contract"]
        assert contract["frozen_paths"] == ["loops/gpt/prepare.py"]
        assert contract["editable_paths"] == ["loops/gpt/train.py", "loops/gpt/*.md"]
        assert (inner.repo / "homegolf.md").is_file()
        captured(inner, code=0)
        inner.commit("Tell", {"homegolf.md": "other\n", "train.py": "print('val_bpb: 9.5')\n"})
        assert captured(inner, code=20)["reason"] == "worse"


def back(world: World) -> None:
    """What an agent does with an idea that was dropped."""
    world.git("reset", "--quiet", "--hard", "HEAD~1")
    world.git("clean", "-fdxq")


class TestRules:
    """What the lane file says of the trainer that is here."""

    def test_budget_digest_and_command(self, clone: World) -> None:
        assert clone.homegolf(*INIT).code == 0
        rules = lane_of(clone)
        assert rules["contract"]["train_seconds_max"] == 2.5
        assert rules["contract"]["editable_paths"] == ["train.py", "*.md"]
        assert rules["decision"]["repeats"] == "count"
        assert rules["capture"]["command"].removeprefix("python").lstrip("3") == " train.py"
        assert rules["capture"]["patterns"].keys() >= {"val_bpb", "train_seconds", "extra.peak_vram_mb"}  # fmt: skip

    def test_a_project_of_uv(self, clone: World, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = clone.root / "bin"
        executable(folder / "uv", "exit 0")
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        clone.commit("Lock", {"uv.lock": "version = 1\n"})
        assert clone.homegolf(*INIT).code == 0
        assert lane_of(clone)["capture"]["command"] == "uv run train.py"

    def test_another_metric_branch_and_lane(self, clone: World) -> None:
        words = ("--metric", "score", "--direction", "maximize", "--unit", "", "--branch", "runs")
        ran = clone.homegolf(*INIT, *words, "--lane", "gpu")
        assert ran.code == 0, ran.said
        text = clone.git("show", "runs:ledger/gpu/lane.yaml")
        assert 'score: "^score: *(-?[0-9.]+)$"' in text
        assert "--lane gpu" in (clone.repo / "homegolf.md").read_text(encoding="utf-8")

    def test_again_it_changes_nothing(self, clone: World) -> None:
        clone.homegolf(*INIT)
        (clone.repo / "homegolf.md").write_text("mine\n")
        before = clone.state()
        ran = clone.homegolf(*INIT)
        assert (ran.code, clone.state()) == (0, before)
        assert f"left {RULES}" in ran.out

    def test_in_a_second_clone_the_branch_comes_from_the_remote(self, clone: World) -> None:
        clone.homegolf(*INIT)
        there = clone.clone("second")
        assert there.homegolf(*INIT).code == 0
        assert there.git("rev-parse", "homegolf") == clone.git("rev-parse", "homegolf")


class TestLog:
    """The runs of a results.tsv come in apart from the new ones."""

    @pytest.mark.parametrize("is_tracked", [False, True])
    def test_one_command_imports_it(self, clone: World, *, is_tracked: bool) -> None:
        shutil.copyfile(FILES / "results.tsv", clone.repo / "results.tsv")
        if is_tracked:
            clone.git("add", "--force", "results.tsv")
            clone.git("commit", "--quiet", "--message", "Results")
        ran = clone.homegolf(*INIT)
        (command,) = [line for line in ran.out.splitlines() if "homegolf import" in line]
        done = clone.homegolf(*command.partition("homegolf ")[2].split())
        assert done.code == 0, done.said
        assert len(clone.verdicts("autoresearch-past")) == 3
        assert clone.verdicts("autoresearch") == []
        editable = lane_of(clone)["contract"]["editable_paths"]
        assert ("results.tsv" in editable) is is_tracked
        assert clone.homegolf("doctor").code == 0
        assert "self_scored" not in done.said
        assert captured(clone, code=0)["lane"] == "autoresearch"  # the one that has a command

    def test_a_header_alone_holds_no_runs(self, clone: World) -> None:
        clone.write("results.tsv", "commit\tval_bpb\tmemory_gb\tstatus\tdescription\n")
        assert "homegolf import" not in clone.homegolf(*INIT).out
        assert clone.homegolf("status").out.count("autoresearch") == 1


class TestRefusals:
    """Nothing is written where it is no such repository."""

    def refused(self, there: World) -> Ran:
        before = there.state()
        ran = there.homegolf(*INIT, "--json")
        assert (ran.code, there.state()) == (1, before), ran.said
        return ran

    @pytest.mark.parametrize("there", ["train.py", "prepare.py", "program.md"])
    def test_a_file_is_missing(self, world: World, there: str) -> None:
        (item,) = self.refused(trainer(world, there)).json()["findings"]
        missing = {"train.py", "prepare.py"} - {there}
        assert item["code"] == "not_autoresearch"
        assert all(f"no {name}" in item["message"] for name in missing)

    def test_a_file_is_not_committed_as_it_stands(self, clone: World) -> None:
        clone.write("prepare.py", "TIME_BUDGET = 1\n")
        assert self.refused(clone).codes() == ["not_autoresearch"]

    def test_a_file_that_git_is_not_to_have(self, clone: World) -> None:
        clone.git("rm", "--quiet", "--cached", "prepare.py")
        clone.write(".gitignore", "prepare.py\n")
        clone.git("commit", "--quiet", "--all", "--message", "Hide it")
        assert self.refused(clone).codes() == ["not_autoresearch"]

    def test_no_commit_no_work_tree_no_such_kind(self, world: World) -> None:
        world.git("init", "--quiet", "--bare", "../bare.git")
        world.git("init", "--quiet", "../empty")
        assert World(world.root, world.root / "bare.git", world.home).homegolf(*INIT).code == 4
        assert World(world.root, world.root / "empty", world.home).homegolf(*INIT).code == 4
        assert world.homegolf("init", "--from", "elsewhere").code == 2

    def test_a_ledger_in_the_folder_of_the_branch(self, world: World) -> None:
        for name in ("train.py", "prepare.py"):
            world.commit(name, {name: (FILES / name).read_bytes()})
        assert world.homegolf(*INIT, "--json").codes() == ["ledger_elsewhere"]

"""What a captured run is told, and what mends it."""

import os
import re
from pathlib import Path

from homegolf_git.shell.files import rowyaml
from tests.build import Document
from tests.e2e.test_branch import with_rules
from tests.e2e.test_capture import CAPTURE, GREEDY, WELL, beside, kept, with_scorer
from tests.e2e.world import World, executable
from tests.fixes.scene import follow, found, gone, shell, situation

PATTERNS = {**CAPTURE["patterns"], "seed": "^seed: ([0-9]+)$"}


def captured(
    world: World, *words: str, options: tuple[str, ...] = ()
) -> tuple[int, list[Document]]:
    """How a capture ends, and its findings."""
    ran = world.homegolf("capture", "--json", *options, "--", *words)
    return ran.code, ran.json()["findings"]


def told(world: World, code: str, script: str, *options: str) -> Document:
    """The finding with this code that a capture gives, which keeps nothing."""
    _, found = captured(world, "sh", "-c", script, options=("--no-record", *options))
    (item,) = [item for item in found if item["code"] == code]
    return item


def well(world: World, code: str, script: str, *options: str) -> None:
    """A capture gives the code no more, and is kept."""
    ended, found = captured(world, "sh", "-c", script, options=options)
    assert (ended, code in [item["code"] for item in found]) == (0, False), found


@situation("no_command")
def a_command_that_is_not_there(world: World) -> None:
    there = beside(world)
    _, (item,) = captured(there, "./train.sh")
    assert item["code"] == "no_command"
    executable(there.root / "bin" / "train.sh", WELL)
    assert "give its path" in item["fix"]
    ended, found = captured(there, "../bin/train.sh")
    assert (ended, found) == (0, [])


@situation("seed_ignored")
def a_trainer_with_a_seed_of_its_own(world: World) -> None:
    there = beside(world, capture={**CAPTURE, "patterns": PATTERNS})
    item = told(there, "seed_ignored", f"echo seed: 7; {WELL}", "--seed", "5")
    assert "HOMEGOLF_SEED" in item["fix"]
    well(there, "seed_ignored", f"echo seed: $HOMEGOLF_SEED; {WELL}", "--seed", "5")


@situation("score_differs")
def a_trainer_that_prints_a_better_number(world: World) -> None:
    there = with_scorer(world)
    item = told(there, "score_differs", GREEDY, "--artifact", "model.pt")
    assert "look at how the trainer evaluates" in item["fix"]
    well(there, "score_differs", GREEDY.replace("1.1", "1.2"), "--artifact", "model.pt")


@situation("contended")
def a_device_that_another_process_uses(world: World) -> None:
    """A small script stands for the driver, which says the same."""
    there = beside(world)
    driver = world.root / "bin" / "nvidia-smi"
    names = 'case "$1" in *name) echo RTX 4080;; *) echo %s;; esac'
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{driver.parent}{os.pathsep}{before}"
    try:
        executable(driver, names % "4711")
        item = told(there, "contended", WELL)
        assert "4711" in item["message"]
        assert "when nothing else does" in item["fix"]
        executable(driver, names % "")
        well(there, "contended", WELL)
    finally:
        os.environ["PATH"] = before


@situation("source_changed")
def an_editor_beside_the_run(world: World) -> None:
    there = beside(world)
    edit = f"echo 3 >{there.repo / 'train.py'}; {WELL}"
    item = told(there, "source_changed", edit)
    assert "git worktree add" in item["fix"]
    there.git("checkout", "--quiet", "train.py")
    shell(there, "git worktree add --quiet --detach ../apart")
    apart = World(world.root, world.root / "apart", world.home)
    well(apart, "source_changed", edit)


@situation("no_scorer_revision")
def a_clone_without_the_scorer(world: World) -> None:
    there = with_scorer(world)
    clone = there.clone("clone")
    clone.homegolf("init", "--branch", "homegolf")
    there.commit("Newer scorer", {"score.py": (there.repo / "score.py").read_text() + "\n"})
    scorer = {"command": "python3 score.py {artifact} {seed}", "report": "score.json"}
    with_rules(clone, "newer", capture={**CAPTURE, "scorer": {**scorer, "revision": there.head}})
    item = told(clone, "no_scorer_revision", GREEDY, "--artifact", "model.pt")
    follow(clone, item, only="git fetch")
    well(clone, "no_scorer_revision", GREEDY, "--artifact", "model.pt")


@situation("capture_left")
def a_run_without_its_score(world: World) -> None:
    there = with_scorer(world)
    _, found = captured(
        there, "sh", "-c", "echo broken >model.pt", options=("--artifact", "model.pt")
    )
    (item,) = [item for item in found if item["code"] == "capture_left"]
    Path(there.repo / "model.pt").write_text("1.2")
    follow(there, item)
    gone(there, "capture_left", "capture", "--resume")
    assert kept(there) == []


@situation("ambiguous_metric")
def a_number_on_the_way_and_one_at_the_end(world: World) -> None:
    there = beside(world)
    item = told(there, "ambiguous_metric", f"echo val_bpb: 1.3; {WELL}")
    assert "print the final value once" in item["fix"]
    well(there, "ambiguous_metric", f"echo step val_bpb: 1.3; {WELL}")


@situation("score_not_found")
def a_lane_that_looks_for_nothing(world: World) -> None:
    there = beside(world, capture={})
    item = told(there, "score_not_found", "echo val_bpb: 1.2")
    advised = re.search(r"`capture: (.*)`", item["fix"])
    assert advised
    loaded = rowyaml.load(f"capture: {advised[1]}\n".encode()).value
    assert loaded is not None
    with_rules(there, "capture", "", **loaded)
    well(there, "score_not_found", "echo val_bpb: 1.2")


@situation("score_not_found")
def a_trainer_that_prints_it_elsewhere(world: World) -> None:
    there = beside(world)
    item = told(there, "score_not_found", "echo final bpb 1.2")
    assert CAPTURE["patterns"]["val_bpb"] in item["fix"]
    well(there, "score_not_found", WELL)


@situation("capture_damaged")
def a_capture_on_a_disk_that_failed(world: World) -> None:
    there = with_scorer(world)
    captured(there, "sh", "-c", "echo broken >model.pt", options=("--artifact", "model.pt"))
    (name,) = [name for name in kept(there) if name.endswith(".session")]
    file = there.repo / ".git" / "homegolf" / "captures" / name
    file.write_bytes(file.read_bytes()[:40])
    item = found(there, "capture_damaged", "doctor")
    assert there.homegolf("capture", "--resume").code == 0
    assert "capture_damaged" in there.homegolf("capture", "--resume").said
    item = found(there, "capture_damaged", "doctor", says="rm")
    assert Path(item["path"]).read_bytes() == file.with_suffix(".damaged").read_bytes()
    follow(there, item)
    gone(there, "capture_damaged", "doctor")

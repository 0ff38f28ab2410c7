"""What a loop is told, and what mends it."""

import json

from tests.build import Document
from tests.e2e.test_capture import WELL, beside
from tests.e2e.world import World, executable
from tests.fixes.scene import found, gone, shell, situation

RUN = f"sh -c '{WELL}'"
FEW = ("--run", RUN, "--max-runs", "2")


def queue(world: World, *ideas: Document) -> str:
    path = world.root / "ideas.jsonl"
    path.write_text("".join(json.dumps(idea) + "\n" for idea in ideas))
    return str(path)


@situation("bad_queue")
def an_idea_with_a_typo(world: World) -> None:
    there = beside(world)
    ideas = queue(there, {"config": {"lr": 1}}, {"confg": {"lr": 2}})
    item = found(there, "bad_queue", "loop", "--queue", ideas, *FEW, says="one JSON object a line")
    assert (item["line"], "did you mean config?" in item["message"]) == (2, True)
    queue(there, {"config": {"lr": 1}}, {"config": {"lr": 2}})
    gone(there, "bad_queue", "loop", "--queue", ideas, *FEW)


@situation("bad_space")
def a_range_that_is_none(world: World) -> None:
    there = beside(world)
    space = there.root / "space.yaml"
    space.write_text("space: {lr: {low: 2, high: 1}}\n")
    item = found(there, "bad_space", "loop", "--optuna", str(space), *FEW, says="low: 0.0001")
    space.write_text(item["fix"].split("`")[1] + "\n")
    gone(there, "bad_space", "loop", "--optuna", str(space), *FEW)


@situation("tampered")
def an_agent_that_deletes_the_ledger(world: World) -> None:
    there = beside(world)
    agent = there.root / "bin" / "agent"
    words = ("loop", "--agent", str(agent), "--run", RUN, "--max-runs")
    executable(agent, "git branch -D homegolf")
    item = found(there, "tampered", *words, "12", says="look at what the agent did")
    assert "the ledger" in item["message"]
    assert len(there.verdicts()) == 1
    executable(agent, "echo more >>train.py")
    gone(there, "tampered", *words, "12")


@situation("not_a_rerun")
def a_source_that_moved_on(world: World) -> None:
    there = beside(world)
    ideas = queue(there, {"config": {"lr": 1}})
    gone(there, "not_a_rerun", "loop", "--queue", ideas, *FEW)
    there.commit("Newer", {"train.py": "print('two')\n"})
    words = ("loop", "--queue", ideas, "--run", RUN, "--max-runs")
    item = found(there, "not_a_rerun", *words, "4", says="put back what differs")
    assert "the source" in item["message"]
    shell(there, "git reset --quiet --hard HEAD~")
    gone(there, "not_a_rerun", *words, "6")

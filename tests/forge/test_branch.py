"""A ledger with a branch of its own, over HTTP: submitted to, published, caught up with, and its workflows."""

import pytest

from homegolf_git.shell.workflows import workflows_of_others
from tests.e2e.test_branch import COPY, REF, at, listed, others, trainer, with_rules
from tests.e2e.world import BASE, BEST, BETTER, LANE, World
from tests.forge.forge import Forge
from tests.forge.script import run_step, step, workflow

FILES = {
    name.rpartition("-")[2]: data.decode() for name, data in workflows_of_others("homegolf").items()
}


@pytest.fixture
def world(world: World) -> World:
    """A trainer's repository, and its ledger with a row."""
    there = trainer(world)
    assert there.homegolf("init", "--lane", LANE, "--branch", "homegolf").code == 0
    with_rules(there)
    there.record("base", BASE)
    return there


def user(forge: Forge, name: str, count: int = 30) -> World:
    """A clone in the middle of other work, which follows the ledger's branch."""
    there = forge.clone(name)
    there.count = count
    assert there.homegolf("init", "--branch", "homegolf").code == 0
    there.git("switch", "--quiet", "--create", "topic")
    there.write("train.py", "two\n")
    there.git("add", "train.py")
    there.write("train.py", "three\n")
    return there


class TestSubmit:
    """Rows are proposed to the ledger's branch."""

    def test_a_branch_of_the_ledger_s_and_nothing_else_touched(self, forge: Forge) -> None:
        clone = user(forge, "user")
        clone.hook("pre-commit", "exit 1")
        before, refs, ledger = others(clone), forge.refs(), at(clone)
        answer = clone.answer("submit", str(clone.row("better", BETTER)))
        assert [row["class"] for row in answer["rows"]] == ["improvement"]
        assert forge.refs().keys() - refs.keys() == {"refs/heads/run/better"}
        assert forge.git("rev-parse", "run/better^") == forge.git("rev-parse", "homegolf")
        assert forge.git("diff", "--name-only", "homegolf", "run/better") == (
            f"ledger/{LANE}/runs/2026-03/better.yaml"
        )
        assert at(clone) == at(clone, COPY) == ledger
        left = [line for line in others(clone)[2].splitlines() if "run/better" not in line]
        assert [others(clone)[:2], "\n".join(left), others(clone)[3:]] == [before[:2], before[2], before[3:]]  # fmt: skip
        assert clone.git("worktree", "list", "--porcelain").count("worktree ") == 1
        gate = clone.answer("check", "--base", "origin/homegolf", "--head", "origin/run/better")
        assert gate["rows"] == answer["rows"]

    def test_a_dry_run_leaves_nothing(self, forge: Forge) -> None:
        clone = user(forge, "user")
        before, refs = clone.state(), forge.refs()
        answer = clone.answer("submit", str(clone.row("better", BETTER)), "--dry-run")
        assert (answer["ok"], answer["branch"]) == (True, None)
        assert (clone.state(), forge.refs()) == (before, refs)

    def test_another_base(self, forge: Forge) -> None:
        clone = user(forge, "user")
        ran = clone.homegolf("submit", str(clone.row("better", BETTER)), "--base", "main")
        assert ran.code != 0

    def test_from_a_bare_clone(self, forge: Forge) -> None:
        forge.clone("bare.git", "--bare")
        bare = World(forge.world.root, forge.world.root / "bare.git", forge.world.home, 30)
        bare.git("fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*")
        assert bare.homegolf("init", "--branch", "homegolf").code == 0
        bare.answer("submit", str(bare.row("better", BETTER)))
        assert "refs/heads/run/better" in forge.refs()


class TestPublish:
    """Tags and scoreboards go to the branch of the remote."""

    def test_from_a_clone_that_lags_behind(self, world: World, forge: Forge) -> None:
        clone = user(forge, "user")
        world.record("better", BETTER)
        world.git("push", "--quiet", "origin", "homegolf")
        before = others(clone)
        answer = clone.answer("publish", "--push", "origin")
        assert answer["verified"] == at(world)
        head = forge.git("rev-parse", "homegolf")
        assert at(clone) == at(clone, COPY) == head == answer["commit"]
        assert others(clone)[:2] + others(clone)[3:] == before[:2] + before[3:]
        assert {"incumbents/home/0002", "incumbent/home"} <= set(forge.tags())
        assert clone.homegolf("scoreboard", "--check").code == 0
        assert clone.homegolf("tags", "verify").code == 0
        assert clone.answer("publish", "--push", "origin")["commit"] is None

    def test_rows_of_its_own_come_first(self, forge: Forge) -> None:
        clone = user(forge, "user")
        clone.record("better", BETTER)
        assert "ahead_of_remote" in clone.homegolf("publish", "--push", "origin").err
        clone.git("push", "--quiet", "origin", "homegolf")
        assert clone.homegolf("publish", "--push", "origin").code == 0

    def test_two_at_once(self, world: World, forge: Forge) -> None:
        """A row lands on the forge in the middle of a push: the race is run again."""
        clone = user(forge, "user")
        world.record("better", BETTER)

        def land() -> None:
            world.git("push", "--quiet", "origin", "homegolf")

        forge.interrupt("writing", land)
        assert clone.homegolf("publish", "--push", "origin").code == 0
        assert "better" in listed(forge_world(forge))
        assert clone.homegolf("scoreboard", "--check").code == 0

    def test_a_rewritten_line_is_refused(self, world: World, forge: Forge) -> None:
        clone = user(forge, "user")
        assert clone.homegolf("verify").code == 0
        world.git("update-ref", REF, f"{REF}~1")
        world.git("update-ref", COPY, REF)
        world.record("another", BEST)
        world.git("push", "--quiet", "--force", "origin", "homegolf")
        ran = clone.homegolf("publish", "--push", "origin", "--json")
        assert (ran.code, ran.codes()) == (1, ["rewritten_history"])


def forge_world(forge: Forge) -> World:
    """The bare repository, as one in which git is run."""
    return World(forge.world.root, forge.bare, forge.world.home)


class TestWorkflows:
    """What runs where: CI checks the branch out, and reads HEAD."""

    def test_each_lies_on_the_branch_that_forges_run_it_from(self, world: World) -> None:
        there = world.git("ls-tree", "--name-only", f"{REF}:.github/workflows").splitlines()
        assert there == ["homegolf-check.yml", "homegolf-pages.yml", "homegolf-publish.yml"]
        beside = sorted(path.name for path in (world.repo / ".github/workflows").iterdir())
        assert beside == ["homegolf-audit.yml", "homegolf-comment.yml"]

    def test_what_sets_them_off(self) -> None:
        assert workflow(FILES["publish.yml"])["on"]["push"]["branches"] == ["homegolf"]
        (checkout, *_) = [
            each["with"]
            for each in workflow(FILES["audit.yml"])["jobs"]["audit"]["steps"]
            if "with" in each
        ]
        assert checkout["ref"] == "homegolf"

    def test_the_publish_step(self, world: World, forge: Forge) -> None:
        runner = forge.clone("runner", "--branch", "homegolf")
        ran = run_step(runner, step(FILES["publish.yml"], "Publish"))
        assert ran.code == 0, ran.said
        world.git("fetch", "--quiet", "origin", "homegolf:homegolf")
        assert world.homegolf("scoreboard", "--check").code == 0

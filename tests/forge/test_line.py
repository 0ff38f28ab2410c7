"""The hook that the documents give for the line: a server that keeps it takes no merge that turns it."""

import re
import subprocess

import pytest

from tests.e2e.world import BASE, BEST, BETTER, GIT, WORSE, World, executable
from tests.forge.forge import Forge
from tests.forge.script import REPOSITORY


def documented() -> str:
    """The script as a reader copies it."""
    text = (REPOSITORY / "docs" / "maintaining.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```sh\n#!/bin/sh\n(# hooks/update.*?)```", text, re.DOTALL)
    return str(script)


@pytest.fixture
def hub(world: World, forge: Forge) -> Forge:
    """A forge that takes whatever is no force push, with the hook, and a first run on its main."""
    (forge.bare / "hooks" / "pre-receive").unlink(missing_ok=True)
    executable(forge.bare / "hooks" / "update", documented())
    world.record("base", BASE)
    world.git("push", "--quiet", "origin", "main")
    return forge


def two(hub: Forge) -> tuple[World, World]:
    """Two clones that have each recorded a run; the first one has pushed."""
    first, second = hub.clone("first"), hub.clone("second")
    first.record("better", BETTER, base="base")
    first.git("push", "--quiet", "origin", "main")
    second.count = 10
    second.record("best", BEST, base="base")
    return first, second


def refused(world: World, *words: str) -> bool:
    """Whether a push of these is refused by the hook."""
    ran = subprocess.run(
        [GIT, "push", "origin", *words], cwd=world.repo, capture_output=True, text=True, check=False
    )
    return ran.returncode != 0 and "remote: homegolf: " in ran.stderr


class TestRefused:
    """What would turn main, or take back what landed."""

    def test_a_foxtrot(self, hub: Forge) -> None:
        _, second = two(hub)
        before = hub.main
        second.git("pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")
        assert refused(second, "main")
        assert hub.main == before

    def test_commits_on_top_do_not_hide_it(self, hub: Forge) -> None:
        _, second = two(hub)
        second.git("pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")
        second.record("worse", WORSE)
        assert refused(second, "main")

    def test_nor_does_another_merge(self, hub: Forge) -> None:
        _, second = two(hub)
        second.git("pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")
        second.git("switch", "--quiet", "--create", "side", "HEAD~1")
        second.commit("Code", {"code.py": "x\n"})
        second.git("switch", "--quiet", "main")
        second.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
        assert refused(second, "main")

    def test_a_branch_that_took_main_in_is_not_pushed_as_main(self, hub: Forge) -> None:
        _, second = two(hub)
        second.git("switch", "--quiet", "--create", "side")
        second.git("fetch", "--quiet", "origin")
        second.git("merge", "--quiet", "--no-edit", "origin/main")
        assert refused(second, "side:main")
        assert not refused(second, "side")

    def test_a_step_back_and_the_end_of_main(self, hub: Forge) -> None:
        first, _ = two(hub)
        assert refused(first, "--force", "HEAD~1:main")
        hub.git("config", "receive.denyDeleteCurrent", "ignore")
        assert refused(first, ":main")


class TestTaken:
    """Honest pushes."""

    def test_a_rebase(self, hub: Forge) -> None:
        """What `init` asks for makes of the foxtrot an honest push."""
        _, second = two(hub)
        second.git("config", "pull.rebase", "true")
        second.git("pull", "--quiet", "origin", "main")
        second.git("push", "--quiet", "origin", "main")
        reader = hub.clone("reader")
        assert reader.homegolf("verify").code == 0
        assert reader.outcomes()["better"] == "improvement/strict"

    @pytest.mark.parametrize("how", ["--no-ff", "--squash", "--ff-only"])
    def test_a_branch_that_is_merged(self, hub: Forge, how: str) -> None:
        first, second = two(hub)
        second.git("push", "--quiet", "origin", "HEAD:side")
        first.git("fetch", "--quiet", "origin")
        if how == "--ff-only":
            first.git("reset", "--quiet", "--hard", "HEAD~1")
            hub.git("update-ref", "refs/heads/main", first.head)
        first.git("merge", "--quiet", "--no-edit", how, "origin/side")
        if how == "--squash":
            first.git("commit", "--quiet", "--message", "Squashed")
        first.git("push", "--quiet", "origin", "main")

    def test_publishing(self, hub: Forge) -> None:
        two(hub)
        ran = hub.clone("runner").process("publish", "--push", "origin")
        assert ran.code == 0, ran.said

    def test_a_main_that_is_new(self, hub: Forge) -> None:
        first, _ = two(hub)
        hub.git("update-ref", "-d", "refs/heads/main")
        first.git("push", "--quiet", "origin", "main")

"""The publish workflow's own steps: a catch-up job that may run twice, be killed and run again."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.world import BASE, BEST, BETTER, WORSE, Ran, World, clean_environment, executable
from tests.forge.forge import Forge, serve
from tests.forge.script import OURS, THEIRS, Kill, run_step, step

WORKFLOWS = {"ours": OURS["publish"], "theirs": THEIRS["homegolf-publish"]}
BOTH = pytest.mark.parametrize("text", WORKFLOWS.values(), ids=WORKFLOWS)
SECOND = "incumbents/home/0002"
POINTER = "incumbent/home"


@pytest.fixture
def landed(world: World, forge: Forge) -> Forge:
    """Three rows and two incumbents on main; nothing is published."""
    land(world)
    return forge


def land(world: World) -> None:
    for name, scores in (("base", BASE), ("better", BETTER), ("worse", WORSE)):
        world.record(name, scores)
    world.git("push", "--quiet", "origin", "main")


def publish(clone: World, text: str = WORKFLOWS["ours"], kill: Kill | None = None) -> Ran:
    return run_step(clone, step(text, "Publish"), kill=kill, BRANCH="main")


def assert_published(forge: Forge, name: str = "reader") -> World:
    """What a reader clones is whole and right."""
    reader = forge.clone(name)
    assert reader.homegolf("verify").code == 0
    assert reader.homegolf("tags", "verify").code == 0
    assert reader.homegolf("scoreboard", "--check").code == 0
    return reader


class TestOnce:
    """Tags, scoreboards and one commit."""

    @BOTH
    def test_tags_and_one_commit(self, landed: Forge, text: str) -> None:
        before = landed.main
        ran = publish(landed.clone("runner"), text)
        assert ran.code == 0, ran.said
        assert landed.git("rev-list", "--count", f"{before}..main") == "1"
        changed = landed.git("diff", "--name-only", before, "main").splitlines()
        assert set(changed) >= {"ledger/SCOREBOARD.md", "ledger/home/scoreboard.json"}
        assert all("/runs/" not in name for name in changed)
        assert set(landed.tags()) == {"incumbents/home/0001", SECOND, POINTER}
        assert_published(landed)

    def test_the_commit_is_no_row_to_the_gate(self, landed: Forge, world: World) -> None:
        """A pull request opened before the commit stays green behind it."""
        assert world.homegolf("submit", str(world.row("best", BEST))).code == 0
        assert publish(landed.clone("runner")).code == 0
        world.git("fetch", "--quiet", "origin")
        answer = world.answer("check", "--base", "origin/main", "--head", "origin/run/best")
        assert answer["findings"] == []
        assert [row["class"] for row in answer["rows"]] == ["improvement"]

    def test_a_ledger_without_a_row(self, forge: Forge) -> None:
        assert publish(forge.clone("runner")).code == 0
        assert forge.tags() == {}
        assert_published(forge)


class TestTwice:
    """Run again, nothing is committed, pushed or moved."""

    @BOTH
    @pytest.mark.parametrize("is_fresh", [False, True], ids=["same clone", "fresh clone"])
    def test_the_second_run_changes_nothing(
        self, landed: Forge, text: str, *, is_fresh: bool
    ) -> None:
        runner = landed.clone("runner")
        assert publish(runner, text).code == 0
        refs, pushes = landed.refs(), landed.pushes
        ran = publish(landed.clone("again") if is_fresh else runner, text)
        assert ran.code == 0, ran.said
        assert ran.out.splitlines()[-1] == "nothing changed"
        assert (landed.refs(), landed.pushes) == (refs, pushes)

    def test_what_the_work_tree_holds_is_not_committed(self, landed: Forge) -> None:
        runner = landed.clone("runner")
        runner.write("ledger/home/SCOREBOARD.md", "half a fi")
        runner.write("README.md", "half a fi")
        assert publish(runner).code == 0
        assert landed.git("ls-tree", "--name-only", "main", "README.md") == ""
        assert runner.git("status", "--porcelain") == "?? README.md"
        assert_published(landed)


class TestKilled:
    """Killed at any point and run again, it ends where an undisturbed run ends."""

    KILLS = (
        Kill("before", "fetch"),
        Kill("after", "fetch"),
        Kill("before", f"-- {SECOND}"),  # one tag made, the second not
        Kill("after", f"-- {POINTER}"),  # all made, none pushed
        Kill("before", "--atomic"),
        Kill("after", "--atomic"),
        Kill("after", "fast-import"),  # the commit is made
        Kill("before", "--no-recurse-submodules -- origin"),
        Kill("before", "update-ref -m"),  # it is pushed, and not known here
        Kill("after", "update-ref -m"),
        Kill("before", "update-index --add"),
        Kill("after", "update-index --add"),
        Kill("after", "homegolf publish --push origin"),
    )

    @pytest.fixture(scope="class")
    @staticmethod
    def expected(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
        """Every ref after an undisturbed run; dates are fixed, so the objects are always the same."""
        root = tmp_path_factory.mktemp("undisturbed")
        shutil.copytree(template, root, dirs_exist_ok=True)
        with clean_environment(root / "home"):
            world = World(root, root / "repo", root / "home")
            with serve(world) as forge:
                land(world)
                assert publish(forge.clone("runner")).code == 0
                return forge.refs()

    @pytest.mark.parametrize("kill", KILLS, ids=str)
    def test_and_run_again(self, landed: Forge, expected: dict[str, str], kill: Kill) -> None:
        runner = landed.clone("runner")
        publish(runner, kill=kill)
        killed = landed.refs()
        assert publish(runner).code == 0
        assert landed.refs() == expected
        assert runner.git("status", "--porcelain") == ""
        assert runner.git("for-each-ref", "refs/homegolf") == ""
        # And from what the kill left on the forge, a fresh clone ends there as well.
        for name, oid in expected.items():
            landed.git(
                "update-ref", *([name, killed[name]] if name in killed else ["-d", name, oid])
            )
        assert landed.refs() == killed
        assert publish(landed.clone("fresh")).code == 0
        assert landed.refs() == expected

    def test_with_a_later_row_landed_in_between(self, landed: Forge, world: World) -> None:
        runner = landed.clone("runner")
        publish(runner, kill=Kill("after", "--atomic"))
        world.record("best", BEST)
        world.git("push", "--quiet", "origin", "main")
        assert publish(runner).code == 0
        reader = assert_published(landed)
        assert reader.git("log", "-1", "--format=%s", POINTER) == "run(home): best"


class TestRaces:
    """Main or the tags move while it runs: it fetches and tries again, and gives up at last."""

    def test_main_moves_while_the_scoreboards_are_written(
        self, landed: Forge, world: World
    ) -> None:
        """Its push of main is refused, and the next round takes the new row in."""
        assert publish(landed.clone("first")).code == 0
        world.git("pull", "--quiet", "--ff-only")
        world.record("slower", WORSE)  # no new tag: the one push is that of main
        world.git("push", "--quiet", "origin", "main")
        runner = landed.clone("runner")
        world.record("best", BEST)
        landed.interrupt("listing", lambda: world.git("push", "--quiet", "origin", "main"))
        ran = publish(runner)
        assert ran.code == 0, ran.said
        reader = assert_published(landed)
        assert reader.incumbent() == "best"

    def test_main_moves_while_the_tags_are_pushed(self, landed: Forge, world: World) -> None:
        runner = landed.clone("runner")
        world.record("best", BEST)
        landed.interrupt("writing", lambda: world.git("push", "--quiet", "origin", "main"))
        ran = publish(runner)
        assert ran.code == 0, ran.said
        assert assert_published(landed).incumbent() == "best"

    def test_somebody_else_pushed_the_tags(self, landed: Forge) -> None:
        other = landed.clone("other")
        other.environment = {"GIT_COMMITTER_NAME": "Other"}
        landed.interrupt("writing", lambda: other.process("tags", "sync", "--push", "origin"))
        ran = publish(landed.clone("runner"))
        assert ran.code == 0, ran.said
        assert landed.git("for-each-ref", "--format=%(taggername)", "refs/tags").split() == [
            "Other"
        ] * len(landed.tags())
        assert_published(landed)

    def test_it_gives_up_with_5(self, landed: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
        """Somebody is always first."""
        monkeypatch.setattr("homegolf_git.commands.publish.TRIES", 3)
        executable(
            landed.bare / "hooks" / "update",
            """
[ "$1" = refs/heads/main ] || exit 0
unset GIT_QUARANTINE_PATH
git update-ref "$1" "$(git commit-tree -p "$2" -m First "$2^{tree}")"
""",
        )
        before = landed.main
        ran = landed.clone("runner").homegolf("publish", "--push", "origin")
        assert ran.code == 5
        assert "lost_race" in ran.said
        assert landed.git("rev-list", "--count", f"{before}..main") == "3"

    def test_a_branch_that_nobody_may_push_to_is_no_race(self, landed: Forge) -> None:
        executable(landed.bare / "hooks" / "update", '[ "$1" != refs/heads/main ]')
        runner = landed.clone("runner")
        ran = publish(runner)
        assert ran.code == 4
        assert "push_failed" in ran.err
        assert runner.head == landed.main
        assert runner.git("status", "--porcelain") == ""

    def test_a_forged_tag_ends_it_and_nothing_is_pushed(self, landed: Forge) -> None:
        landed.git("tag", "--annotate", "--message=mine", "incumbents/home/0001", "main")
        before = landed.refs()
        ran = publish(landed.clone("runner"))
        assert ran.code == 1
        assert "incumbents/home/0001" in ran.err
        assert landed.refs() == before

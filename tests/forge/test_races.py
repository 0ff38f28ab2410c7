"""Two writers: numbered tags and main are won by one, the pointer moves from where it was seen."""

import pytest

from tests.e2e.world import BASE, BEST, BETTER, World
from tests.forge.forge import Forge, Stage

FIRST, SECOND, THIRD = (f"incumbents/home/000{n}" for n in (1, 2, 3))
POINTER = "incumbent/home"
STAGES: tuple[Stage, ...] = ("listing", "writing")


@pytest.fixture
def landed(world: World, forge: Forge) -> Forge:
    """A forge with two incumbents on main and no tag."""
    world.record("base", BASE)
    world.record("better", BETTER)
    world.git("push", "--quiet", "origin", "main")
    return forge


def ahead(forge: Forge, name: str, tagger: str) -> World:
    """A clone whose tags are objects of their own, because somebody else makes them."""
    clone = forge.clone(name)
    clone.environment = {"GIT_COMMITTER_NAME": tagger}
    return clone


def sync(clone: World) -> tuple[int, list[str]]:
    ran = clone.process("tags", "sync", "--push", "origin", "--json")
    return ran.code, ran.codes()


class TestRulesets:
    """The stand-ins for a forge's rulesets hold, or the other tests would show nothing."""

    def test_a_numbered_tag_is_write_once(self, landed: Forge, world: World) -> None:
        assert world.answer("tags", "sync", "--push", "origin")["ok"]
        before = landed.refs()
        for refspec in (f"+{SECOND}:{FIRST}", f":{FIRST}"):
            name = ":".join(f"refs/tags/{part}" if part.strip("+") else "" for part in
                            refspec.removeprefix("+").split(":"))  # fmt: skip
            ran = world.git("push", "--quiet", "origin", f"+{name}" if name[0] != ":" else name,
                            code=1)  # fmt: skip
            assert ran == ""
        assert landed.refs() == before

    def test_main_is_neither_forced_nor_deleted(self, landed: Forge, world: World) -> None:
        before = landed.refs()
        world.git("push", "--quiet", "origin", "+HEAD~1:refs/heads/main", code=1)
        world.git("push", "--quiet", "origin", ":refs/heads/main", code=1)
        assert landed.refs() == before

    def test_a_forge_without_a_race_takes_everything(self, landed: Forge, world: World) -> None:
        answer = world.answer("tags", "sync", "--push", "origin")
        assert answer["created"] == [FIRST, SECOND]
        assert set(landed.tags()) == {FIRST, SECOND, POINTER}
        assert landed.pushes == 2  # main before, and all tags in one


class TestTwoTaggers:
    """The forge refuses the second, which exits 5 and succeeds when it is run again."""

    @pytest.mark.parametrize("stage", STAGES)
    def test_for_one_number(self, landed: Forge, stage: Stage) -> None:
        one, other = ahead(landed, "one", "One"), ahead(landed, "other", "Other")
        won: list[tuple[int, list[str]]] = []
        landed.interrupt(stage, lambda: won.append(sync(one)))
        assert sync(other) == (5, ["lost_race"])
        assert won == [(0, [])]
        assert other.git("tag", "--list") == ""  # what it made is taken back
        winners = landed.tags()
        assert sync(other) == (0, [])
        assert landed.tags() == winners
        assert other.git("rev-parse", FIRST, SECOND, POINTER).split() == [
            winners[name] for name in (FIRST, SECOND, POINTER)
        ]
        assert other.homegolf("tags", "verify").code == 0

    @pytest.mark.parametrize("stage", STAGES)
    def test_with_different_rows(self, landed: Forge, world: World, stage: Stage) -> None:
        """The one that knows more wins; the other's older pointer does not come back."""
        old = ahead(landed, "old", "Old")
        world.record("best", BEST)
        world.git("push", "--quiet", "origin", "main")
        new = ahead(landed, "new", "New")
        landed.interrupt(stage, lambda: sync(new))
        assert sync(old)[0] == 5
        tags = landed.tags()
        assert sync(old)[0] == 0  # it has nothing to add
        assert landed.tags() == tags
        assert landed.git("log", "-1", "--format=%s", POINTER) == "run(home): best"

    def test_a_number_that_an_outsider_took_stays(self, landed: Forge, world: World) -> None:
        """A tag that is not the rows' own is reported and never overwritten."""
        landed.git("tag", "--annotate", "--message=mine", FIRST, "main")
        before = landed.tags()
        answer = world.answer("tags", "sync", "--push", "origin", code=1)
        assert answer["findings"][0]["path"] == FIRST
        assert landed.tags() == before


class TestPointer:
    """The pointer is moved only by compare-and-swap."""

    @pytest.fixture
    def tagged(self, landed: Forge, world: World) -> Forge:
        assert sync(world) == (0, [])
        world.record("best", BEST)
        world.git("push", "--quiet", "origin", "main")
        return landed

    @pytest.mark.parametrize("stage", STAGES)
    def test_moved_meanwhile_it_is_not_overwritten(
        self, tagged: Forge, world: World, stage: Stage
    ) -> None:
        before = tagged.tags()
        tagged.interrupt(
            stage, lambda: tagged.git("update-ref", f"refs/tags/{POINTER}", before[FIRST])
        )
        assert sync(world) == (5, ["lost_race"])
        assert tagged.tags() == before | {POINTER: before[FIRST]}  # and no third number either
        assert sync(world) == (0, [])
        assert tagged.git("log", "-1", "--format=%s", POINTER) == "run(home): best"
        assert {name: tagged.tags()[name] for name in (FIRST, SECOND)} == {
            name: before[name] for name in (FIRST, SECOND)
        }

    @pytest.mark.parametrize("stage", STAGES)
    def test_deleted_meanwhile_it_is_not_written(
        self, tagged: Forge, world: World, stage: Stage
    ) -> None:
        tagged.interrupt(stage, lambda: tagged.git("update-ref", "-d", f"refs/tags/{POINTER}"))
        assert sync(world) == (5, ["lost_race"])
        assert set(tagged.tags()) == {FIRST, SECOND}
        assert sync(world) == (0, [])
        assert set(tagged.tags()) == {FIRST, SECOND, THIRD, POINTER}

    def test_tag_and_pointer_are_one_transaction(self, tagged: Forge, world: World) -> None:
        """A forge that refuses one of them has none."""
        before = tagged.tags()
        hook = tagged.bare / "hooks" / "update"
        hook.write_text(f'#!/bin/sh\n[ "$1" != "refs/tags/{POINTER}" ]\n')
        hook.chmod(0o755)
        assert sync(world) == (4, ["push_failed"])
        assert tagged.tags() == before
        hook.unlink()
        assert sync(world) == (0, [])
        assert set(tagged.tags()) == {FIRST, SECOND, THIRD, POINTER}


class TestTwoPushersOfMain:
    """The second has to fetch, and its row is then judged behind the first's."""

    @pytest.mark.parametrize("stage", STAGES)
    def test_the_second_is_refused_and_judged_anew(self, landed: Forge, stage: Stage) -> None:
        one, other = landed.clone("one"), landed.clone("other")
        row = one.row("best", BEST, finished_at="2026-03-20T10:00:00Z")
        late = other.row("late", (1.1602, 1.1598, 1.1601), finished_at="2026-03-20T11:00:00Z")
        assert one.homegolf("record", str(row)).code == 0
        assert other.homegolf("record", str(late)).code == 0
        assert other.outcomes()["late"] == "improvement/strict"
        landed.interrupt(stage, lambda: one.git("push", "--quiet", "origin", "main"))
        other.git("push", "--quiet", "origin", "main", code=1)
        assert landed.main == one.head
        other.git("pull", "--quiet", "--rebase")
        other.git("push", "--quiet", "origin", "main")
        assert landed.main == other.head
        assert other.outcomes()["best"] == "improvement/strict"
        assert other.outcomes()["late"].startswith("noise/")


class TestShallow:
    """Part of a history cannot be judged."""

    @pytest.mark.parametrize(
        "command",
        ["verify", "verdicts", "tags sync", "tags verify", "scoreboard", "status",
         "check --base HEAD --head HEAD", "plateau --lane home"],
    )  # fmt: skip
    def test_refused_with_the_command_that_deepens_it(self, landed: Forge, command: str) -> None:
        clone = landed.clone("shallow", "--depth=1")
        before = clone.state()
        ran = clone.homegolf(*command.split(), "--json")
        assert (ran.code, ran.codes()) == (4, ["shallow"])
        fix = ran.json()["findings"][0]["fix"]
        assert "git fetch --unshallow" in fix
        assert clone.state() == before

    def test_submit_is_refused_and_leaves_nothing(self, landed: Forge) -> None:
        clone = landed.clone("shallow", "--depth=1")
        before, refs = clone.state(), landed.refs()
        ran = clone.homegolf("submit", str(clone.row("best", BEST)), "--json")
        assert (ran.code, ran.codes()) == (4, ["shallow"])
        assert (clone.state(), landed.refs()) == (before, refs)

    def test_deepened_it_is_judged(self, landed: Forge, world: World) -> None:
        clone = landed.clone("shallow", "--depth=1")
        clone.git("fetch", "--quiet", "--unshallow")
        assert clone.verdicts() == world.verdicts()

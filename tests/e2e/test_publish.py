"""`homegolf publish`: tags, scoreboards and one commit, here or on a remote."""

from pathlib import Path

import pytest

from tests.e2e.test_mainline import CODE, clone, foxtrot, hub, pull, push, verified
from tests.e2e.world import BASE, BEST, BETTER, WORSE, World

__all__ = ["hub"]

BOARD = "ledger/home/SCOREBOARD.md"


def said_of_head(world: World) -> str:
    """The head that the commit of scoreboards says it rests on."""
    return world.git("log", "-1", "--format=%(trailers:key=Homegolf-Verified,valueonly)").strip()


def is_clean(world: World) -> bool:
    return world.git("status", "--porcelain") == ""


class TestHere:
    """Without a remote."""

    def test_tags_and_one_commit(self, world: World) -> None:
        world.record("base", BASE)
        before = world.head
        answer = world.answer("publish")
        assert answer["created"] == ["incumbents/home/0001"]
        assert answer["commit"] == world.head
        assert world.git("rev-parse", "HEAD~1") == before == answer["verified"]
        assert said_of_head(world) == before
        changed = world.git("diff", "--name-only", "HEAD~1").splitlines()
        assert sorted(changed) == sorted(answer["written"])
        assert is_clean(world)
        for words in (("scoreboard", "--check"), ("tags", "verify"), ("verify",)):
            assert world.homegolf(*words).code == 0

    def test_twice_changes_nothing(self, world: World) -> None:
        world.record("base", BASE)
        assert "committed" in world.homegolf("publish").out
        before = world.state()
        ran = world.homegolf("publish")
        assert (ran.code, ran.out) == (0, "nothing changed\n")
        assert world.state() == before

    def test_files_changed_by_hand_are_written_anew(self, world: World) -> None:
        world.record("base", BASE)
        world.write(BOARD, "mine")
        world.write("notes.txt", "mine")
        assert world.homegolf("publish").code == 0
        assert world.git("status", "--porcelain") == "?? notes.txt"

    def test_a_file_of_verdicts_that_is_not_wanted_any_more(self, world: World) -> None:
        world.record("base", BASE)
        name = "ledger/home/verdicts/2020-01.jsonl"
        world.commit("Stale", {name: "{}\n"})
        answer = world.answer("publish")
        assert answer["removed"] == [name]
        assert not (world.repo / name).exists()
        assert is_clean(world)

    def test_a_link_is_not_followed(self, world: World) -> None:
        world.record("base", BASE)
        there = world.root / "there"
        there.write_text("theirs")
        (world.repo / BOARD).symlink_to(there)
        before = world.head
        ran = world.homegolf("publish", "--json")
        assert (ran.code, ran.codes()) == (1, ["symlink"])
        assert (world.head, there.read_text()) == (before, "theirs")

    @pytest.mark.parametrize("how", ["detached", "staged_changes"])
    def test_refused_like_other_commits(self, world: World, how: str) -> None:
        world.record("base", BASE)
        if how == "detached":
            world.git("switch", "--quiet", "--detach")
        else:
            world.write("notes.txt", "mine")
            world.git("add", "notes.txt")
        before = world.state()
        ran = world.homegolf("publish", "--json")
        assert (ran.code, ran.codes()) == (4, [how])
        assert world.state() == before

    def test_a_fault_of_the_tags_comes_first(self, world: World) -> None:
        world.record("base", BASE)
        world.git("tag", "--annotate", "--message=mine", "incumbents/home/0001")
        before = world.state()
        ran = world.homegolf("publish", "--json")
        assert (ran.code, ran.codes()) == (1, ["tag_unreadable"])
        assert world.state() == before


class TestLine:
    """It remembers the line, and refuses another one as `verify` does."""

    def test_a_turned_line(self, hub: World) -> None:
        theirs = foxtrot(hub)
        assert hub.homegolf("publish").code == 0
        known = hub.git("rev-parse", "HEAD~1")
        before = theirs.state()
        for words in ((), ("--push", "origin")):
            ran = theirs.homegolf("publish", *words, "--json")
            assert (ran.code, ran.codes()) == (1, [CODE])
        assert theirs.state() == before
        hub.git("reset", "--quiet", "--hard", known)
        push(theirs)
        before = hub.state()
        ran = hub.homegolf("publish", "--push", "origin", "--json")  # nothing of it was taken in
        assert (ran.code, ran.codes()) == (1, [CODE])
        assert hub.state() == before

    def test_what_it_published_it_remembers(self, hub: World) -> None:
        assert hub.homegolf("publish", "--push", "origin").code == 0
        theirs = clone(hub, "theirs")
        theirs.git("reset", "--quiet", "--hard", "HEAD~2")
        theirs.record("best", BEST)
        theirs.git("push", "--quiet", "--force", "origin", "main")
        ran = hub.homegolf("publish", "--push", "origin", "--json")
        assert (ran.code, ran.codes()) == (1, [CODE])

    @pytest.mark.parametrize("words", [("verify",), ("publish",), ("check",)], ids=str)
    def test_a_fresh_clone_reads_it_in_the_commit_of_the_scoreboards(
        self, hub: World, words: tuple[str, ...]
    ) -> None:
        """Somebody leaves a row out of history and makes all that came behind anew."""
        hub.record("worse", WORSE)
        hub.record("better", BETTER, base="base")
        push(hub)
        assert hub.homegolf("publish", "--push", "origin").code == 0
        known = hub.git("rev-parse", "HEAD~1")
        forger = clone(hub, "forger")
        forger.git("rebase", "--quiet", "--onto", "HEAD~3", "HEAD~2")
        forger.git("push", "--quiet", "--force", "origin", "main")
        fresh = clone(hub, "fresh")
        if words == ("check",):
            fresh.git("branch", "pull")
            words = ("check", "--base", "origin/main", "--head", "pull")
        ran = fresh.homegolf(*words, "--json")
        assert (ran.code, CODE in ran.codes()) == (1, True)
        (found,) = (item for item in ran.json()["findings"] if item["code"] == CODE)
        assert known[:12] in found["message"]

    def test_the_new_line_may_be_meant(self, hub: World) -> None:
        self.test_a_fresh_clone_reads_it_in_the_commit_of_the_scoreboards(hub, ("verify",))
        fresh = World(hub.root, hub.root / "fresh", hub.home, 20)
        assert fresh.homegolf("verify", "--accept-history").code == 0
        assert verified(fresh) == []
        fresh.record("best", BEST)
        push(fresh)
        tag = "incumbents/home/0002"  # is on the old line
        fresh.git("tag", "--delete", tag)
        fresh.git("push", "--quiet", "origin", f":refs/tags/{tag}")
        assert fresh.homegolf("publish", "--push", "origin").code == 0
        assert verified(clone(hub, "newer")) == []  # the latest commit of scoreboards counts

    def test_a_publication_that_was_rebased_is_well(self, hub: World) -> None:
        """It names what the remote had, not what was made here."""
        theirs = clone(hub, "theirs")
        theirs.record("better", BETTER, base="base")
        assert theirs.homegolf("publish").code == 0
        hub.record("worse", WORSE)
        push(hub)
        pull(theirs, "--rebase")
        push(theirs)
        assert verified(clone(hub, "fresh")) == []


class TestPush:
    """With a remote."""

    def test_it_takes_in_what_landed_there(self, hub: World) -> None:
        theirs = clone(hub, "theirs")
        theirs.record("better", BETTER, base="base")
        push(theirs)
        landed = theirs.head
        answer = hub.answer("publish", "--push", "origin")
        assert answer["verified"] == landed
        assert hub.git("rev-parse", "HEAD~1") == landed
        assert hub.git("ls-remote", "origin", "refs/heads/main").split()[0] == hub.head
        assert is_clean(hub)

    def test_what_nobody_else_has_is_not_pushed(self, hub: World) -> None:
        hub.record("better", BETTER, base="base")
        before = hub.state()
        ran = hub.homegolf("publish", "--push", "origin", "--json")
        assert (ran.code, ran.codes()) == (1, ["ahead_of_remote"])
        assert hub.state() == before

    def test_scoreboards_that_were_not_sent(self, hub: World) -> None:
        assert hub.homegolf("publish").code == 0
        answer = hub.answer("publish", "--push", "origin")
        assert answer["commit"] is None
        assert hub.git("ls-remote", "origin", "refs/heads/main").split()[0] == hub.head

    def test_scoreboards_that_were_not_sent_and_are_late(self, hub: World) -> None:
        assert hub.homegolf("publish").code == 0
        theirs = clone(hub, "theirs")
        theirs.record("better", BETTER, base="base")
        push(theirs)
        hub.answer("publish", "--push", "origin")
        assert hub.git("rev-parse", "HEAD~1") == theirs.head
        assert hub.git("log", "--merges", "--format=%H") == ""
        assert is_clean(hub)

    def test_a_change_of_the_user_is_not_lost(self, hub: World) -> None:
        theirs = clone(hub, "theirs")
        theirs.commit("Notes", {"notes.txt": "theirs\n"})
        push(theirs)
        hub.write("notes.txt", "mine\n")
        before = hub.state()
        ran = hub.homegolf("publish", "--push", "origin", "--json")
        assert (ran.code, ran.codes()) == (4, ["in_the_way"])
        assert hub.state() == before

    def test_a_remote_that_is_not_there(self, hub: World) -> None:
        for remote in ("nowhere", "--all", str(Path("..") / "nothing")):
            ran = hub.homegolf("publish", f"--push={remote}", "--json")
            assert (ran.code, ran.codes()) == (4, ["fetch_failed"])

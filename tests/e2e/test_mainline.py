"""The line that verdicts rest on: who turns it, by a merge the wrong way round or a reset, is found out."""

import json
from pathlib import Path

import pytest

from tests.e2e.world import BASE, BEST, BETTER, WORSE, Ran, World

CODE = "rewritten_history"
MEMORY = ".git/homegolf/verified.json"


def verified(world: World, code: int = 0) -> list[str]:
    """Codes of the errors of `verify`, which must end with `code`."""
    ran = world.homegolf("verify", "--json")
    assert ran.code == code, ran.said
    return [item["code"] for item in ran.json()["findings"] if item["severity"] == "error"]


def publish(world: World) -> None:
    """What the publishing job does."""
    assert world.homegolf("scoreboard").code == 0
    world.git("add", "--all", "--", "ledger")
    world.git("commit", "--quiet", "--message", "Write the scoreboards")


def push(world: World) -> None:
    world.git("push", "--quiet", "origin", "main")


def pull(world: World, *how: str) -> None:
    world.git("pull", "--quiet", "--no-edit", *how, "origin", "main")


@pytest.fixture
def hub(world: World) -> World:
    """The world follows a bare repository, to which it has pushed a first run."""
    world.record("base", BASE)
    world.git("clone", "--quiet", "--bare", ".", "../hub.git")
    world.git("remote", "add", "origin", "../hub.git")
    world.git("fetch", "--quiet", "origin")
    world.git("branch", "--quiet", "--set-upstream-to=origin/main", "main")
    return world


def clone(hub: World, name: str) -> World:
    return hub.clone(name, source=str(Path(hub.root / "hub.git")))


def foxtrot(hub: World, *, publishes: bool = False) -> World:
    """Somebody records, pulls with a merge and pushes, while a better run is on main; that clone."""
    theirs = clone(hub, "theirs")
    hub.record("better", BETTER, base="base")
    if publishes:
        publish(hub)
    push(hub)
    theirs.count = 10
    theirs.record("best", BEST, base="base")
    pull(theirs, "--no-rebase")
    return theirs


class TestFoxtrot:
    """A merge that makes a side branch of main."""

    def test_who_pushes_it_is_told_before(self, hub: World) -> None:
        theirs = foxtrot(hub)
        assert verified(theirs, 1) == [CODE]
        (found,) = theirs.homegolf("verify", "--json").json()["findings"]
        assert "merge " + theirs.head[:12] in found["message"]
        for commit in (hub.head, theirs.head):
            assert commit[:12] in found["message"]
        assert f"git rebase {hub.head[:12]}" in found["fix"]
        assert "--accept-history" in found["fix"]

    def test_the_rebase_that_it_names_mends_it(self, hub: World) -> None:
        theirs = foxtrot(hub)
        theirs.git("rebase", "--quiet", hub.head[:12])
        assert verified(theirs) == []
        push(theirs)
        pull(hub, "--ff-only")
        assert verified(hub) == []
        assert hub.outcomes()["better"] == "improvement/strict"

    def test_who_has_verified_main_finds_it_out(self, hub: World) -> None:
        theirs = foxtrot(hub)
        assert verified(hub) == []
        known, before = hub.head, hub.outcomes()
        push(theirs)
        pull(hub, "--ff-only")
        assert hub.outcomes()["better"] != before["better"]  # why it matters
        assert verified(hub, 1) == [CODE]
        assert verified(hub, 1) == [CODE]  # once more: it is not taken for verified
        (found,) = hub.homegolf("verify", "--json").json()["findings"]
        assert known[:12] in found["message"]
        hub.git("reset", "--quiet", "--hard", known)
        assert verified(hub) == []

    def test_commits_on_top_do_not_hide_it(self, hub: World) -> None:
        theirs = foxtrot(hub)
        assert verified(hub) == []
        merge = theirs.head
        theirs.record("worse", WORSE)
        theirs.record("worst", WORSE, config={"model.knob": 9})
        push(theirs)
        pull(hub, "--ff-only")
        (found,) = hub.homegolf("verify", "--json").json()["findings"]
        assert f"merge {merge[:12]}" in found["message"]

    @pytest.mark.parametrize("base", ["main", "origin/main", "HEAD", "refs/heads/main"])
    def test_the_gate_refuses_it_as_a_base(self, hub: World, base: str) -> None:
        theirs = foxtrot(hub)
        assert verified(hub) == []
        push(theirs)
        pull(hub, "--ff-only")
        hub.git("branch", "pull", "main~1")
        ran = hub.homegolf("check", "--base", base, "--head", "pull", "--json")
        assert (ran.code, ran.codes()) == (1, [CODE])
        path = hub.row("new1", WORSE)
        ran = hub.homegolf("submit", "--dry-run", "--json", str(path))
        assert (ran.code, ran.codes()) == (1, [CODE])

    def test_the_gate_knows_a_branch_at_any_remote(self, hub: World) -> None:
        theirs = foxtrot(hub)
        assert verified(hub) == []
        push(theirs)
        hub.git("remote", "rename", "origin", "upstream")
        hub.git("fetch", "--quiet", "upstream")
        for base in ("upstream/main", "refs/remotes/upstream/main"):
            ran = hub.homegolf("check", "--base", base, "--head", "main", "--json")
            assert (ran.code, ran.codes()) == (1, [CODE])

    def test_it_may_be_meant(self, hub: World) -> None:
        theirs = foxtrot(hub)
        assert verified(hub) == []
        push(theirs)
        pull(hub, "--ff-only")
        for world in (hub, theirs):
            assert world.homegolf("verify", "--accept-history").code == 0
            assert verified(world) == []
            world.record(f"later-{world.repo.name}", WORSE, config={"model.knob": world.repo.name})
            assert verified(world) == []
        hub.git("switch", "--quiet", "--create", "pull")
        hub.record("pulled", WORSE, config={"model.knob": 5})
        assert hub.homegolf("check", "--base", "main", "--head", "pull").code == 0


class TestPublished:
    """A clone without a memory can tell by the scoreboards, which main alone publishes."""

    def test_a_fresh_clone_finds_it_out(self, hub: World) -> None:
        theirs = foxtrot(hub, publishes=True)
        published = hub.head
        push(theirs)
        fresh = clone(hub, "fresh")
        (found,) = fresh.homegolf("verify", "--json").json()["findings"]
        assert found["code"] == CODE
        assert published[:12] in found["message"]
        assert verified(clone(hub, "other"), 1) == [CODE]

    def test_it_may_be_meant(self, hub: World) -> None:
        push(foxtrot(hub, publishes=True))
        fresh = clone(hub, "fresh")
        assert fresh.homegolf("verify", "--accept-history").code == 0
        assert verified(fresh) == []

    @pytest.mark.parametrize("how", ["--no-ff", "--squash"])
    def test_main_merges_branches_that_began_before_it_published(
        self, hub: World, how: str
    ) -> None:
        hub.git("switch", "--quiet", "--create", "side")
        hub.record("better", BETTER, base="base")
        hub.git("switch", "--quiet", "main")
        publish(hub)
        hub.git("merge", "--quiet", "--no-edit", how, "side")
        hub.git("commit", "--quiet", "--allow-empty", "--message", "Squashed")
        push(hub)
        assert verified(clone(hub, "fresh")) == []

    def test_a_branch_that_took_main_in_is_merged(self, hub: World) -> None:
        hub.git("switch", "--quiet", "--create", "side")
        hub.record("better", BETTER, base="base")
        hub.git("switch", "--quiet", "main")
        publish(hub)
        hub.git("switch", "--quiet", "side")
        hub.git("merge", "--quiet", "--no-edit", "main")
        hub.git("switch", "--quiet", "main")
        hub.git("merge", "--quiet", "--no-edit", "--no-ff", "side")
        push(hub)
        assert verified(clone(hub, "fresh")) == []
        assert verified(hub) == []

    def test_work_beside_a_scoreboard_is_no_publication(self, hub: World) -> None:
        hub.git("switch", "--quiet", "--create", "side")
        hub.commit("Both", {"ledger/SCOREBOARD.md": "x\n", "code.py": "x\n"})
        hub.commit("Neither", {"code.py": "y\n"})
        hub.git("switch", "--quiet", "main")
        hub.git("merge", "--quiet", "--no-edit", "--no-ff", "side")
        assert verified(hub) == []

    def test_what_git_cannot_read_is_not_passed_over(self, hub: World) -> None:
        """A tree of the side branch alone is gone: whether it published cannot be told."""
        push(foxtrot(hub, publishes=True))
        fresh = clone(hub, "fresh")
        tree = hub.git("rev-parse", "HEAD^{tree}")
        (fresh.repo / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
        ran = fresh.homegolf("verify", "--json")
        assert (ran.code, ran.codes()) == (4, ["missing_objects"])
        assert tree in ran.json()["findings"][0]["message"]


class TestRewritten:
    """History that does not come from the head that was verified."""

    def test_a_reset(self, world: World) -> None:
        world.record("base", BASE)
        world.record("better", BETTER)
        assert verified(world) == []
        known = world.head
        world.git("reset", "--quiet", "--hard", "HEAD~1")
        world.record("best", BEST)
        assert verified(world, 1) == [CODE]
        (found,) = world.homegolf("verify", "--json").json()["findings"]
        assert known[:12] in found["message"]
        assert f"git reset --hard {known[:12]}" in found["fix"]
        world.git("branch", "pull")
        assert world.homegolf("check", "--base", "main", "--head", "pull", "--json").codes() == [CODE]  # fmt: skip
        world.git("reset", "--quiet", "--hard", known)
        assert verified(world) == []

    def test_a_forced_push(self, hub: World) -> None:
        assert verified(hub) == []
        theirs = clone(hub, "theirs")
        theirs.git("reset", "--quiet", "--hard", "HEAD~1")
        theirs.record("best", BEST)
        theirs.git("push", "--quiet", "--force", "origin", "main")
        hub.git("fetch", "--quiet", "origin")
        hub.git("reset", "--quiet", "--hard", "origin/main")
        assert verified(hub, 1) == [CODE]
        assert hub.homegolf("verify", "--accept-history").code == 0
        assert verified(hub) == []

    def test_a_history_that_begins_anew(self, world: World) -> None:
        world.record("base", BASE)
        assert verified(world) == []
        world.git("checkout", "--quiet", "--orphan", "new")
        world.git("commit", "--quiet", "--message", "Anew")
        world.git("branch", "--quiet", "--force", "main", "new")
        world.git("switch", "--quiet", "main")
        assert CODE in verified(world, 1)

    def test_what_nobody_else_has_may_be_rebased(self, hub: World) -> None:
        theirs = clone(hub, "theirs")
        theirs.count = 10
        theirs.record("best", BEST, base="base")
        assert verified(theirs) == []
        hub.record("better", BETTER, base="base")
        push(hub)
        pull(theirs, "--rebase")
        assert verified(theirs) == []
        push(theirs)
        assert verified(theirs) == []


class TestNotRefused:
    """A clone that lags behind, and branches of their own."""

    def test_an_older_head(self, world: World) -> None:
        world.record("base", BASE)
        world.record("better", BETTER)
        assert verified(world) == []
        known = world.head
        world.git("reset", "--quiet", "--hard", "HEAD~1")
        assert verified(world) == []
        assert world.homegolf("check", "--base", "main", "--head", known).code == 0
        world.record("best", BEST)  # the memory was not set back
        assert verified(world, 1) == [CODE]

    def test_a_branch_that_takes_main_in(self, world: World) -> None:
        world.record("base", BASE)
        assert verified(world) == []
        world.git("switch", "--quiet", "--create", "side", "main")
        world.record("better", BETTER)
        assert verified(world) == []
        world.git("switch", "--quiet", "main")
        world.record("worse", WORSE)
        assert verified(world) == []
        world.git("switch", "--quiet", "side")
        world.git("merge", "--quiet", "--no-edit", "main")
        assert verified(world) == []
        world.git("switch", "--quiet", "main")
        world.git("merge", "--quiet", "--no-edit", "--no-ff", "side")
        assert verified(world) == []

    def test_a_branch_that_follows_main_by_another_name(self, hub: World) -> None:
        hub.git("switch", "--quiet", "--create", "side", "--track", "origin/main")
        hub.record("mine", WORSE)
        theirs = clone(hub, "theirs")
        theirs.record("better", BETTER, base="base")
        push(theirs)
        hub.git("pull", "--quiet", "--no-rebase", "--no-edit")
        assert verified(hub) == []

    def test_a_detached_head(self, world: World) -> None:
        world.record("base", BASE)
        world.git("switch", "--quiet", "--detach")
        assert verified(world) == []
        assert not (world.repo / MEMORY).exists()
        ran: Ran = world.homegolf("verify", "--accept-history", "--json")
        assert (ran.code, ran.codes()) == (4, ["detached"])

    def test_lines_that_went_apart_are_pulled_and_no_fault(self, hub: World) -> None:
        theirs = clone(hub, "theirs")
        theirs.record("better", BETTER, base="base")
        push(theirs)
        hub.count = 10
        hub.record("best", BEST, base="base")
        hub.git("fetch", "--quiet", "origin")
        assert verified(hub) == []

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"main": 7}', '{"main": "--all"}', "\xff"])
    def test_a_memory_that_cannot_be_read_is_none(self, world: World, text: str) -> None:
        world.record("base", BASE)
        world.write(MEMORY, text.encode("latin-1"))
        assert verified(world) == []
        assert world.head in (world.repo / MEMORY).read_text()

    def test_a_git_directory_that_takes_no_memory(self, world: World) -> None:
        world.record("base", BASE)
        (world.repo / MEMORY).mkdir(parents=True)
        assert verified(world) == []

    def test_each_branch_has_its_own(self, world: World) -> None:
        world.record("base", BASE)
        for name in ("main", "a/b", "\udcff"):
            world.git("switch", "--quiet", "--force-create", name)
            assert verified(world) == []
        assert list(json.loads((world.repo / MEMORY).read_text())) == ["a/b", "main", "\udcff"]


class TestRemote:
    """A remote's branch that does not go on from where it was, found out by a fetch alone."""

    def test_it_went_back(self, hub: World) -> None:
        hub.record("better", BETTER, base="base")
        push(hub)
        assert verified(hub) == []
        known = hub.head
        hub.git("push", "--quiet", "--force", "origin", "HEAD~:main")
        hub.git("fetch", "--quiet", "origin")
        (found,) = hub.homegolf("verify", "--json").json()["findings"]
        assert (found["code"], found["severity"]) == (CODE, "warning")
        assert "origin/main went back" in found["message"]
        assert f"git push --force origin {known}:main" in found["fix"]
        hub.git("push", "--quiet", "--force", "origin", f"{known}:main")
        assert hub.homegolf("verify", "--json").codes() == []

    def test_another_line_may_be_meant(self, hub: World) -> None:
        assert verified(hub) == []
        other = clone(hub, "other")
        other.git("commit", "--quiet", "--amend", "--message", "Anew")
        other.git("push", "--quiet", "--force", "origin", "main")
        hub.git("fetch", "--quiet", "origin")
        (found,) = hub.homegolf("verify", "--json").json()["findings"]
        assert (found["code"], found["severity"]) == (CODE, "warning")
        assert "of origin/main that was verified last" in found["message"]
        assert hub.homegolf("verify", "--accept-history").code == 0
        assert hub.homegolf("verify", "--json").codes() == []

    def test_own_rows_beside_it_are_well(self, hub: World) -> None:
        other = clone(hub, "other")
        other.record("theirs", WORSE)
        push(other)
        hub.count = 20
        hub.record("mine", WORSE, config={"model.knob": 9})
        assert verified(hub) == []
        hub.git("fetch", "--quiet", "origin")
        assert hub.homegolf("verify", "--json").codes() == []


def test_a_remembered_head_that_is_gone(world: World) -> None:
    world.record("base", BASE)
    world.write(MEMORY, json.dumps({"main": "1" * 40}))
    (found,) = world.homegolf("verify", "--json").json()["findings"]
    assert found["code"] == CODE
    assert "not in this clone any more" in found["message"]
    assert world.homegolf("verify", "--accept-history").code == 0
    assert verified(world) == []

"""Every kind of repository that git knows holds a ledger, or says which command does it instead."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.world import BASE, BEST, BETTER, LANE, WORSE, World

RETRACT = ("--reason", "a mistake", "--evidence", "an issue", "--by", "me")
QUESTIONS = (
    ("verify",), ("verdicts",), ("status",), ("log",), ("blockers",), ("plateau", "--lane", LANE),
    ("tags", "verify"), ("doctor",), ("next", "--lane", LANE), ("scoreboard", "--check"),
)  # fmt: skip


def inside(world: World, name: str) -> World:
    return World(world.root, world.root / name, world.home)


def with_sha256(world: World) -> World:
    there = world.clone("plain")
    for words in (
        ("init", "--quiet", "--object-format=sha256", "--initial-branch=main", "../other"),
        ("-C", "../other", "config", "core.worktree", str(there.repo)),
    ):
        world.git(*words)
    world.git("-C", "../other", "add", "--all")
    world.git("-C", "../other", "commit", "--quiet", "--message", "Open the ledger")
    world.git("-C", "../other", "config", "--unset", "core.worktree")
    world.git("-C", "../other", "reset", "--quiet", "--hard")
    return inside(world, "other")


def linked_work_tree(world: World) -> World:
    world.git("worktree", "add", "--quiet", "-b", "side", "../side")
    return inside(world, "side")


def submodule(world: World) -> World:
    """The ledger lies in a trainer's repository, its git directory below that of the trainer's."""
    trainer = inside(world, "trainer")
    trainer.repo.mkdir()
    trainer.git("init", "--quiet", "--initial-branch=main")
    trainer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(world.repo), "runs")  # fmt: skip
    return inside(world, "trainer/runs")


def partial(kind: str, *options: str) -> Callable[[World], World]:
    def make(world: World) -> World:
        world.git("config", "uploadpack.allowFilter", "true")
        world.git("config", "uploadpack.allowAnySHA1InWant", "true")
        return world.clone("partial", f"--filter={kind}", *options, source=world.repo.as_uri())

    return make


KINDS: dict[str, Callable[[World], World]] = {
    "SHA-256": with_sha256,
    "a linked work tree": linked_work_tree,
    "a submodule": submodule,
    "a git directory elsewhere": lambda w: w.clone("apart", "--separate-git-dir", "../apart.git"),
    "objects of another clone": lambda w: w.clone("shared", "--shared"),
    "no blobs": partial("blob:none"),
    "no trees": partial("tree:0"),
    "sparse": lambda w: w.clone("sparse", "--sparse"),
}


def live(world: World) -> list[Any]:
    """Do everything that commits; how each command ended, and what is said afterwards."""
    if "origin" not in world.git("remote").splitlines():
        world.git("clone", "--quiet", "--bare", ".", str(world.root / "remote.git"))
        world.git("remote", "add", "origin", str(world.root / "remote.git"))
    codes = []

    def run(*words: str) -> None:
        ran = world.homegolf(*words)
        assert "error[bug]" not in ran.said, ran.said
        codes.append((words[0], ran.code))

    listed = world.reports((1, 1.2), (2, 1.2001), run_id="first")
    row = world.row("first", {1: 1.2, 2: 1.2001}, receipts=listed)
    run("record", str(row), "--receipts", str(row.parent / "receipts"))
    run("record", str(world.row("second", BETTER)), str(world.row("third", WORSE)))
    run("retract", "third", *RETRACT)
    run("capture", "--lane", LANE, "--run-id", "caught", "--set", "model.knob=3", "--", "false")
    run("tags", "sync")
    run("scoreboard")
    world.git("add", "--all", "--sparse")
    world.git("commit", "--quiet", "--message", "Scoreboards")
    run("submit", str(world.row("fourth", BEST)), "--dry-run")
    run("check", "--base", "HEAD~2", "--head", "HEAD")
    said = [(words, world.homegolf(*words, "--json").code) for words in QUESTIONS]
    tags = world.git("for-each-ref", "--format=%(refname)", "refs/tags")
    return [codes, said, world.outcomes(), tags, world.git("status", "--porcelain")]


@pytest.fixture(scope="module")
def usual() -> dict[str, list[Any]]:
    """What a repository of the usual kind says; asked once."""
    return {}


@pytest.mark.parametrize("kind", KINDS)
def test_it_works_like_any_other(world: World, usual: dict[str, list[Any]], kind: str) -> None:
    there = KINDS[kind](world)
    ordinary = world.clone("ordinary")
    usual["said"] = usual.get("said") or live(ordinary)
    assert live(there) == usual["said"]


class TestPartialAndAlone:
    """A partial clone needs its remote for what it did not fetch, and says so."""

    def test_until_the_remote_is_back(self, world: World) -> None:
        world.record("first", BASE)
        there = partial("blob:none", "--no-checkout")(world)
        world.repo.rename(world.root / "away")
        ran = there.homegolf("verdicts", "--json")
        assert (ran.code, ran.codes()) == (4, ["missing_objects"])
        assert "git fetch --refetch --no-filter" in ran.json()["findings"][0]["fix"]
        (world.root / "away").rename(world.repo)
        there.git("fetch", "--quiet", "--refetch", "--no-filter")
        world.repo.rename(world.root / "away")
        assert there.outcomes() == {"first": "improvement/baseline"}


class TestBare:
    """Without a work tree nothing is committed, unless the ledger has a branch of its own."""

    @pytest.mark.parametrize(
        "words",
        [("retract", "first", *RETRACT), ("scoreboard",), ("publish",), ("init", "--lane", "new"),
         ("capture", "--lane", LANE, "--set", "model.knob=3", "--", "true"),
         ("loop", "--lane", LANE, "--queue", "ideas.jsonl", "--run", "true")],
        ids=lambda words: words[0],
    )  # fmt: skip
    def test_it_is_refused(self, world: World, words: tuple[str, ...]) -> None:
        world.record("first", BASE)
        bare = world.clone("bare.git", "--bare")
        (bare.repo / "ideas.jsonl").write_text('{"config": {"lr": 1}}\n', "utf-8")
        before = bare.git("for-each-ref")
        ran = bare.homegolf(*words)
        assert ran.code == 4, ran.said
        assert "error[bare_repository]" in ran.said
        assert bare.git("for-each-ref") == before


class TestNested:
    """The folder `ledger` of a trainer's repository is a submodule, or a clone that lies there."""

    COMMANDS = (
        ("status",), ("verify",), ("scoreboard",), ("init",), ("publish",), ("tags", "sync"),
        ("capture", "--lane", LANE, "--", "true"), ("draft", "--lane", LANE, "--failure", "oom"),
    )  # fmt: skip

    @pytest.fixture(params=["submodule", "clone"])
    def trainer(self, request: pytest.FixtureRequest, world: World) -> World:
        found = inside(world, "trainer")
        found.repo.mkdir()
        found.git("init", "--quiet", "--initial-branch=main")
        found.commit("Source", {"train.py": "x\n", ".gitignore": ""})
        if request.param == "clone":
            found.git("clone", "--quiet", str(world.repo), "ledger")
        else:
            found.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(world.repo), "ledger")  # fmt: skip
            found.git("commit", "--quiet", "--message", "The ledger")
        return found

    def test_it_is_said_where_to_go(self, trainer: World) -> None:
        before = trainer.state()
        for words in (*self.COMMANDS, ("record", str(trainer.row("first", BASE)))):
            ran = trainer.homegolf(*words)
            assert ran.code == 4, (words, ran.said)
            assert ran.said.count("error[") == ran.said.count("error[ledger_is_submodule]") == 1
            assert "give the command `--repo ledger`" in ran.said
        assert "ledger_is_submodule" in trainer.homegolf("doctor", "--json").codes()
        assert trainer.state() == before

    def test_and_there_it_works(self, trainer: World) -> None:
        ran = trainer.homegolf("--repo", "ledger", "record", str(trainer.row("first", BASE)))
        assert ran.code == 0, ran.said
        ran = trainer.homegolf("--repo", "ledger", "verdicts", "--json")
        assert [row["run_id"] for row in ran.json()["lanes"][LANE]["rows"]] == ["first"]

    def test_rows_that_made_room_for_it_are_missed(self, world: World) -> None:
        world.record("first", BASE)
        other = world.clone("other")
        world.git("rm", "--quiet", "-r", "ledger")
        world.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.repo), "ledger")  # fmt: skip
        world.git("commit", "--quiet", "--message", "Elsewhere")
        ran = world.homegolf("verify", "--json")
        assert ran.code == 1
        assert "row_deleted" in ran.codes()

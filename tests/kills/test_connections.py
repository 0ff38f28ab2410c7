"""A connection that drops at every request: nothing is lost, and the same command mends what is left.

The short form loses the last answer of a command and all behind it, the long form each in each way.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from homegolf_git.shell.git import remotes
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reading.memory import note
from tests.e2e.world import BASE, Ran, World
from tests.forge.forge import Drop, Forge
from tests.forge.test_promote import reign
from tests.kills.commands import CASES, Round, submit
from tests.kills.ground import IS_LONG, Ground


@dataclass(slots=True)
class Line:
    """The requests of a command, and which of them loses its connection, or all from there on."""

    requests: int = 0
    at: int = 0
    drop: Drop = "before"
    is_gone: bool = False

    def __call__(self) -> Drop | None:
        self.requests += 1
        is_hit = self.requests >= self.at if self.is_gone else self.requests == self.at
        return self.drop if self.at and is_hit else None


def submit_large(ground: Ground, number: int) -> Round:
    """A pack that git sends in parts."""
    name = f"run-{number}"
    world = ground.world
    noise = random.Random(number).randbytes(200_000).hex().encode()  # noqa: S311 - no secret
    listed = [*world.reports((1, 1.19), run_id=name), world.receipt(name, "log.txt", noise, "text-log")]  # fmt: skip
    path = world.row(name, (1.19,), receipts=listed)
    world.git("config", "http.postBuffer", "65536")
    ground.rows[name] = path.read_bytes()
    return Round(("submit", str(path)), submit(ground, number).done)


def submit_fork(ground: Ground, number: int) -> Round:
    """A branch on another remote than the one that it is based on."""
    ground.world.git("remote", "add", "fork", ground.world.git("remote", "get-url", "origin"), code=None)  # fmt: skip
    laid = submit(ground, number)
    return Round((*laid.words, "--fork", "fork"), laid.done)


def promote(ground: Ground, number: int) -> Round:
    """A new incumbent goes up."""
    world = ground.world
    if not number:
        rules = {"max_in_flight": 1000, "min_gain": 0.0}
        world.lane("h100", needs_promotion_from="home", promotion=rules)
    score = 1.19 - number / 100
    reign(world, f"run-{number}", (score, score + 0.0001, score + 0.0002))
    world.git("push", "--quiet", "origin", "main")

    def done() -> bool:
        listed = world.git("ls-remote", "--tags", "--refs", "origin", "promotions/*").splitlines()
        there = {line.split("\t")[1]: line.split("\t")[0] for line in listed}
        here = world.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/tags/promotions")  # fmt: skip
        assert world.homegolf("verify").code == 0
        assert there == dict(line.split(" ") for line in here.splitlines())
        return list(there) == [f"refs/tags/promotions/h100/{n:04}" for n in range(1, number + 2)]

    return Round(("promote", f"run-{number}", "--to", "h100", "--push", "origin"), done)


def audit(ground: Ground, number: int) -> Round:
    """A comparison alone."""
    if not number:
        assert ground.world.homegolf("tags", "sync", "--push", "origin").code == 0
    return Round(("audit", "--against", "origin"), lambda: bool(ground))


Lay = Callable[[Ground, int], Round]
LAYS: dict[str, Lay] = {
    "tags sync --push": CASES["tags sync --push"].lay,
    "publish --push": CASES["publish --push"].lay,
    "submit": CASES["submit"].lay,
    "submit --dry-run": CASES["submit --dry-run"].lay,
    "submit large": submit_large,
    "submit --fork": submit_fork,
    "promote --push": promote,
    "audit --against": audit,
}


@pytest.fixture
def ground(world: World, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """A clone of the forge, and somebody else's."""
    world.record("first", BASE)
    world.git("push", "--quiet", "origin", "main")
    laid = Ground(forge.clone("clone"), remote=world)
    laid.world.count = 100
    monkeypatch.setattr(tempfile, "tempdir", str(laid.temporary))
    return laid


def faults(requests: int) -> Iterator[tuple[int, Drop, bool]]:
    """Which request fails how, and whether the remote stays away."""
    once: tuple[Drop, ...] = ("before", "upload", "after", "within", "502")
    good: tuple[Drop, ...] = ("before", "after", "within")
    kinds = [*((drop, False) for drop in once), *((drop, True) for drop in good)]
    every = [(at, drop, is_gone) for at in range(1, requests + 1) for drop, is_gone in kinds]
    if not IS_LONG:
        yield every[-2]
        return
    yield from every
    yield from ((1, "429", False), (2, "500", False), (requests, "429", False))


@pytest.mark.parametrize("name", LAYS)
def test_lost_at_every_request(ground: Ground, forge: Forge, name: str) -> None:
    lay = LAYS[name]
    laid, line = lay(ground, 0), Line()
    forge.drop = line
    ran = ground.world.homegolf(*laid.words, "--json")
    assert ran.code == 0, ran.said
    assert laid.done()
    for number, (at, drop, is_gone) in enumerate(faults(line.requests), start=1):
        forge.drop = lambda: None
        laid = lay(ground, number)
        forge.drop = Line(at=at, drop=drop, is_gone=is_gone)
        ran = ground.world.homegolf(*laid.words, "--json")
        forge.drop = lambda: None
        where = f"{at} of {line.requests}, {drop}{' for good' if is_gone else ''}: {ran.said}"
        if ran.code:
            assert_said(ran, where)
            ground.assert_whole()
            ground.assert_nothing_left()
            ran = ground.world.homegolf(*laid.words, "--json")
        assert ran.code == 0, f"{where}{ran.said}"
        assert laid.done(), where
        ground.assert_nothing_left()
    if IS_LONG:
        ground.assert_same_in_a_fresh_clone("fresh")


def assert_said(ran: Ran, where: str) -> None:
    """One finding, which names the remote and says to run it again."""
    assert ran.code == 4, where
    assert "Traceback" not in ran.err, where
    (item,) = (item for item in ran.json()["findings"] if item["severity"] == "error")
    assert item["code"] in {"fetch_failed", "push_failed"}, where
    assert item["message"].startswith(("origin: ", "fork: ")), where
    assert "run it again" in item["fix"], where


def test_a_remote_that_says_nothing(
    ground: Ground, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git alone would wait for it for ever."""
    laid = submit(ground, 0)
    monkeypatch.setattr(remotes, "SILENCE", 1)
    forge.drop = Line(at=1, drop="silent")
    ran = ground.world.homegolf(*laid.words, "--json")
    assert_said(ran, ran.said)
    assert "Operation too slow" in ran.said
    monkeypatch.setattr(remotes, "SILENCE", 0)  # the user's setting goes before
    ground.world.git("config", "http.lowSpeedTime", "100")
    forge.drop = Line(at=1, drop="silent")
    ran = ground.world.homegolf(*laid.words, "--json")
    assert "Empty reply" in ran.said
    assert ground.world.homegolf(*laid.words).code == 0
    assert laid.done()


def test_a_promotion_that_was_killed_on_its_way(ground: Ground) -> None:
    """Its tag is here and not there, or here and there: it is made once."""
    for number in (0, 1):
        laid = promote(ground, number)
        repo = GitRepo(ground.world.repo)
        name = f"promotions/h100/{number + 1:04}"
        ground.world.git("tag", "-a", "-m", "x", name)
        oid = ground.world.git("rev-parse", name)
        said = {
            "remote": "origin",
            "run_id": f"run-{number}",
            "lane": "h100",
            "tag": name,
            "oid": oid,
        }
        note(repo, "homegolf/promoting.json", said)
        assert ground.world.homegolf(*laid.words).code == 0
        assert laid.done()

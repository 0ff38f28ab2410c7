"""A connection that drops at every request: nothing is lost, and the same command mends what is left.

The short form loses the last answer of a command and all behind it, the long form each in each way.
"""

import itertools
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from homegolf_git.commands.pushing import push_rows
from homegolf_git.core.model.naming import LaneId
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git import remotes
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.claims import Claims
from homegolf_git.shell.reading.memory import note
from tests.e2e.world import BASE, LANE, Ran, World
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


def lost(forge: Forge, call: Callable[[], object], *, at: int, drop: Drop, is_gone: bool) -> bool:
    """Call while the connection is lost; whether it came to its end all the same."""
    forge.drop = Line(at=at, drop=drop, is_gone=is_gone)
    codes: set[str] = set()
    try:
        call()
    except HomegolfError as error:
        codes = {error.findings[0].code}
    forge.drop = lambda: None
    assert codes <= {"fetch_failed", "push_failed", "lost_race"}
    return not codes


def counted(forge: Forge, call: Callable[[], object]) -> int:
    """How many requests a call makes."""
    line = Line()
    forge.drop = line
    call()
    forge.drop = lambda: None
    return line.requests


def test_rows_of_a_loop(ground: Ground, forge: Forge) -> None:
    """Others landed first: the rows are taken back, land again and are sent, once each."""
    repo, names = GitRepo(ground.world.repo), ["first"]

    def push() -> None:
        push_rows(repo, "origin")

    def lay_rows(number: int) -> None:
        assert ground.remote is not None
        ground.remote.git("pull", "--quiet", "--rebase", "origin", "main")
        ground.remote.record(f"theirs-{number}", (1.19,))
        ground.remote.git("push", "--quiet", "origin", "main")
        ground.world.record(f"mine-{number}", (1.19,))
        names.extend((f"theirs-{number}", f"mine-{number}"))

    lay_rows(0)
    for number, (at, drop, is_gone) in enumerate(faults(counted(forge, push)), start=1):
        lay_rows(number)
        if not lost(forge, push, at=at, drop=drop, is_gone=is_gone):
            push()
        ground.assert_nothing_left()
        listed = forge.git("ls-tree", "-r", "--name-only", "main").splitlines()
        there = [Path(name).stem for name in listed if "/runs/" in name]
        assert sorted(there) == sorted(names), (at, drop, is_gone)
        assert ground.world.head == forge.main
    ground.assert_clean()


def test_claims(ground: Ground, forge: Forge) -> None:
    """What is claimed and given back over a line that drops is one holder's, and then nobody's."""
    repo = GitRepo(ground.world.repo)
    mine, theirs = (Claims(repo, "origin", LaneId(LANE), who, 600) for who in ("me", "they"))
    digests = (f"{number:064x}" for number in itertools.count())

    def round_trip(digest: str) -> Iterator[Callable[[], object]]:
        yield lambda: mine.take(digest, "run-1")
        yield lambda: mine.renew(digest)
        yield theirs.others
        yield lambda: mine.release(digest)

    for step in range(4):
        digest = next(digests)
        calls = list(round_trip(digest))
        for before in calls[:step]:
            before()
        requests = counted(forge, calls[step])
        for at, drop, is_gone in faults(requests):
            digest = next(digests)
            calls = list(round_trip(digest))
            for before in calls[:step]:
                before()
            lost(forge, calls[step], at=at, drop=drop, is_gone=is_gone)
            if step < 3:
                assert mine.take(digest, "run-1"), (step, at, drop)
                assert not theirs.take(digest, "run-2"), (step, at, drop)
                assert theirs.others().get(digest) == "me"
            mine.release(digest)
            assert digest not in theirs.others(), (step, at, drop, is_gone)
            assert repo.refs("refs/homegolf/fetch") == {}


@pytest.mark.parametrize("words", [("verify",), ("record", "ROW")], ids=["verify", "record"])
def test_a_partial_clone(ground: Ground, forge: Forge, words: tuple[str, ...]) -> None:
    """Git fetches what is missing when it is read."""
    forge.git("config", "uploadpack.allowFilter", "true")
    row = str(ground.world.row("next", (1.19,)))
    words = tuple(row if word == "ROW" else word for word in words)
    numbers = itertools.count()

    def partial() -> World:
        there = forge.clone(f"partial-{next(numbers)}", "--filter=blob:none", "--no-checkout")
        there.git("read-tree", "HEAD")
        return there

    there = partial()
    for at, drop, is_gone in faults(counted(forge, lambda: there.homegolf(*words))):
        clone = partial()
        forge.drop = Line(at=at, drop=drop, is_gone=is_gone)
        ran = clone.homegolf(*words, "--json")
        forge.drop = lambda: None
        if ran.code:
            assert (ran.code, ran.codes()) == (4, ["missing_objects"]), ran.said
            (item,) = ran.json()["findings"]
            assert "object " in item["message"], ran.said
            ran = clone.homegolf(*words, "--json")
        assert ran.code == 0, ran.said

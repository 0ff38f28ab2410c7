"""Lost, empty, garbled and mistaken objects of every kind: never a wrong answer, and the fix mends.

Each object that the program reads, damaged in each way, before each command, with and without a
checkpoint. The short form tries a few commands for each object, the long form all.
"""

import json
import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.e2e.keys import SIGNERS, line, make_keys
from tests.e2e.world import BASE, BEST, BETTER, WORSE, Ran, World, clean_environment
from tests.forge.test_promote import move_on, proven, reign
from tests.importers.logs import PLAIN

IS_LONG = os.environ.get("HOMEGOLF_LONG") == "1"
FOLDER = "ledger/home/runs/2026-03"
OWNERS = ".github/CODEOWNERS"
_TIMES = re.compile(r"\d+\.\d+ s|\d{4}-\d\d-\d\dT[\d:]+Z")
# Of a commit, a tree, a file or a tag: its name, and that of another object of its kind.
OBJECTS = {
    "HEAD": ("HEAD", "HEAD~1"),
    "an old commit": ("HEAD~5", "HEAD~6"),
    "root tree": ("HEAD^{tree}", "HEAD~3^{tree}"),
    "old root tree": ("HEAD~5^{tree}", "HEAD~6^{tree}"),
    "ledger tree": ("HEAD:ledger", "HEAD~3:ledger"),
    "runs tree": (f"HEAD:{FOLDER}", f"HEAD~9:{FOLDER}"),
    "old runs tree": (f"HEAD~9:{FOLDER}", f"HEAD~10:{FOLDER}"),
    "row": (f"HEAD:{FOLDER}/best.yaml", f"HEAD:{FOLDER}/worse.yaml"),
    "lane.yaml": ("HEAD:ledger/home/lane.yaml", "HEAD:ledger/imported/lane.yaml"),
    "receipt": (
        "HEAD:ledger/home/receipts/base/seed-1.json",
        "HEAD:ledger/home/receipts/base/seed-2.json",
    ),
    "retraction": ("HEAD:ledger/home/retractions/wrong.yaml", "HEAD:ledger/ladder.yaml"),
    "ladder.yaml": ("HEAD:ledger/ladder.yaml", "HEAD:ledger/home/retractions/wrong.yaml"),
    "owners": (f"HEAD:{OWNERS}", "HEAD:ledger/ladder.yaml"),
    "allowed signers": (f"HEAD:{SIGNERS}", "HEAD:ledger/ladder.yaml"),
    "incumbents tag": ("incumbents/home/0002", "incumbents/home/0001"),
    "pointer tag": ("incumbent/home", "incumbents/home/0001"),
    "promotion tag": ("promotions/h100/0001", "incumbents/home/0001"),
}
DAMAGES: dict[str, Callable[[bytes, bytes], bytes | None]] = {
    "lost": lambda _, __: None,
    "another's content": lambda _, other: other,
    "wrong type": lambda data, _: zlib.compress(
        b"tree 0\0" if zlib.decompress(data).startswith(b"blob") else b"blob 2\0x\n"
    ),
    "empty": lambda _, __: b"",
    "garbled": lambda data, _: bytes(byte ^ 0xA5 for byte in data),
    "cut short": lambda data, _: data[: len(data) // 2],
}
COMMANDS = (
    ("verify",), ("record", "NEW"), ("status",), ("publish",), ("tags", "verify"), ("audit",),
    ("submit", "NEW"), ("retract", "worse", "--reason", "r", "--evidence", "e", "--by", "ada"),
    ("check", "--base", "main", "--head", "pull"), ("tags", "sync"), ("log",),
    ("record", "--many", "MANY"), ("verdicts",), ("scoreboard",), ("plateau", "--lane", "home"),
    ("doctor",), ("export", "--format", "csv", "-o", "OUT"), ("judge", "best"),
    ("import", "autoresearch", "LOG", "--lane", "imported"), ("next", "--lane", "home"),
    ("show", "base"), ("explain", "top"), ("promote", "top", "--to", "h100", "--dry-run"),
    ("audit", "--against", "origin"), ("publish", "--push", "origin"),
    ("tags", "sync", "--push", "origin"), ("deltas", "--lane", "home"),
)  # fmt: skip


@dataclass(slots=True)
class Ground:
    """A ledger and its remote, of which each call gets a copy; what calls say that find no damage."""

    world: World
    healthy: dict[tuple[tuple[str, ...], bool], tuple[object, ...]] = field(default_factory=dict)

    def copy(self, *, remembers: bool) -> World:
        """As it was, with a checkpoint or without one."""
        root = self.world.root
        for name in ("work", "remote.git"):
            shutil.rmtree(root / name, ignore_errors=True)
        shutil.copytree(self.world.repo, root / "work")
        shutil.copytree(root / "kept.git", root / "remote.git")
        if not remembers:
            shutil.rmtree(root / "work" / ".git" / "homegolf")
        return World(root, root / "work", self.world.home)

    def call(self, there: World, words: tuple[str, ...]) -> Ran:
        """A command on a copy."""
        root = self.world.root
        places = {"NEW": "inbox/new.yaml", "MANY": "many", "LOG": "results.tsv", "OUT": "out"}
        return there.homegolf(*(str(root / places.get(w, "")) if w in places else w for w in words), "--json")  # fmt: skip

    def outcome(self, there: World, ran: Ran) -> tuple[object, ...]:
        """All that a command did."""
        out = self.world.root / "out"
        tables = [path.read_text() for path in sorted(out.glob("*"))]
        shutil.rmtree(out, ignore_errors=True)
        refs = there.git(
            "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags"
        )
        return ran.code, _TIMES.sub("", ran.out), refs, tables

    def expected(self, words: tuple[str, ...], *, remembers: bool) -> tuple[object, ...]:
        """What it does where nothing is damaged."""
        if (words, remembers) not in self.healthy:
            there = self.copy(remembers=remembers)
            self.healthy[words, remembers] = self.outcome(there, self.call(there, words))
        return self.healthy[words, remembers]


def lay(world: World) -> None:
    """Rows with receipts, a retraction, scoreboards, tags of each kind, owners and signers."""
    key = make_keys(world.root / "keys", "ada")["ada"]
    world.commit("Owners", {OWNERS: "* @ada\n", SIGNERS: line(key, "ada@example.org")})
    world.lane("h100", needs_promotion_from="home", promotion={"max_in_flight": 9, "min_gain": 0.0})
    contract = dict.fromkeys(("train_seconds_max", "artifact_bytes_max", "evaluated_tokens", "evaluation_modes"))  # fmt: skip
    world.lane("imported", contract=contract, decision={"procedure": 2, "repeats": "count"})
    proven(world, "base", dict(enumerate(BASE, start=1)), config={"model.knob": "base"})
    for name, scores in (("worse", WORSE), ("better", BETTER), ("best", BEST), ("wrong", (1.0,))):
        world.record(name, scores)
    why = ("--reason", "x", "--evidence", "y", "--by", "ada")
    assert world.homegolf("retract", "wrong", *why).code == 0
    assert world.homegolf("publish").code == 0
    reign(world, "top", (1.1401, 1.1399, 1.14))
    assert world.homegolf("promote", "top", "--to", "h100").code == 0
    move_on(world)
    world.record("above", BASE, lane="h100", promotion="promotions/h100/0001", config={"model.knob": "top"})  # fmt: skip
    assert world.homegolf("tags", "sync").code == 0
    world.git("switch", "--quiet", "--create", "pull")
    world.record("proposed", BETTER, base="best")
    world.git("switch", "--quiet", "main")


@pytest.fixture(scope="module")
def ground(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A clone of a remote that has everything."""
    root = tmp_path_factory.mktemp("objects")
    shutil.copytree(template, root, dirs_exist_ok=True)
    with clean_environment(root / "home"):
        world = World(root, root / "repo", root / "home")
        lay(world)
        world.git(
            "clone", "--quiet", "--bare", "--no-local", str(world.repo), str(root / "kept.git")
        )
        world.git("remote", "add", "origin", str(root / "remote.git"))
        shutil.copytree(root / "kept.git", root / "remote.git")
        world.git("fetch", "--quiet", "origin")
        world.git("branch", "--quiet", "--set-upstream-to=origin/main", "main")
        (root / "many").mkdir()
        for name in ("many-1", "many-2"):
            world.row(name, (1.3,)).rename(root / "many" / f"{name}.yaml")
        world.row("new", (1.1, 1.1001, 1.1002))
        (root / "results.tsv").write_text(PLAIN)
        for words in (("verify",), ("tags", "verify")):
            assert world.homegolf(*words).code == 0
        yield Ground(world)


def damage(there: World, name: str, how: str) -> str:
    """Damage an object; its id."""
    oid, other = (there.git("rev-parse", each) for each in OBJECTS[name])
    path, others = (there.repo / ".git/objects" / each[:2] / each[2:] for each in (oid, other))
    data = DAMAGES[how](path.read_bytes(), others.read_bytes())
    path.chmod(0o644)
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    return oid


def follow(there: World, fix: str, case: object) -> None:
    """Do what a finding says, as far as it names commands of git."""
    for command in re.findall(r"`((?:git|rm) [^`]+)`", fix):
        if "update-ref -d" in command:  # where no clone has it
            continue
        done = subprocess.run(
            ["sh", "-c", command], cwd=there.repo, capture_output=True, check=False
        )
        assert done.returncode == 0, (case, command, done.stderr)


def assert_held(
    ground: Ground, name: str, how: str, words: tuple[str, ...], remembers: bool
) -> None:
    there, case = ground.copy(remembers=remembers), (name, how, words, remembers)
    expected = ground.expected(words, remembers=remembers)
    there = ground.copy(remembers=remembers)
    oid = damage(there, name, how)
    ran = ground.call(there, words)
    assert ran.code != 3, (case, ran.said)
    assert "Traceback" not in ran.said, (case, ran.said)
    outcome = ground.outcome(there, ran)
    if outcome == expected:  # it did not need the object
        return
    items = [item for item in json.loads(ran.out)["findings"] if item["severity"] == "error"]
    if ran.code == expected[0] == 0 and outcome[2] == expected[2] and not items:
        there.git("cat-file", "-e", oid)  # a pointer or a scoreboard was made anew
        return
    names = (oid, f"refs/tags/{OBJECTS[name][0]}")
    named = [item for item in items if any(each in item["message"] + item["fix"] for each in names)]
    assert named, (case, ran.said)
    assert ran.code != 0, (case, ran.said)
    follow(there, named[0]["fix"], case)
    again = ground.call(there, words)
    code, _, refs, _ = ground.outcome(there, again)
    assert (code, refs) == (expected[0], expected[2]), (case, again.said)


def cases(name: str) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """How each object is damaged, before which command, and whether there is a checkpoint."""
    if IS_LONG:
        yield from ((how, words, has) for how in DAMAGES for words in COMMANDS for has in (True, False))  # fmt: skip
        return
    at = list(OBJECTS).index(name)
    commands = islice(cycle(COMMANDS), at, None)
    for number, how in enumerate(("lost", "another's content")):
        yield how, next(commands), (at + number) % 2 == 0


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object(ground: Ground, name: str) -> None:
    for how, words, remembers in cases(name):
        assert_held(ground, name, how, words, remembers)


def test_a_commit_that_merge_base_needs(ground: Ground) -> None:
    """Git says that there is no merge base, and in an aside that it could not read."""
    words = ("check", "--base", "main", "--head", "pull")
    for how in ("lost", "wrong type"):
        assert_held(ground, "an old commit", how, words, remembers=True)


def test_a_branch_that_git_cannot_check_out(ground: Ground) -> None:
    """Git makes it and fails then, and says that the commit is what it could not read."""
    for how in ("lost", "another's content"):
        assert_held(ground, "root tree", how, ("submit", "NEW"), remembers=True)


@pytest.mark.parametrize(
    ("name", "how", "words"),
    [
        ("row", "lost", ("submit", "NEW")),
        ("incumbents tag", "another's content", ("tags", "sync")),
        ("incumbents tag", "lost", ("submit", "NEW")),
    ],
    ids=["checkout", "sync", "fetch"],
)
def test_what_git_calls_otherwise(
    ground: Ground, name: str, how: str, words: tuple[str, ...]
) -> None:
    """A refused branch, a tag that was moved, a remote that did not send everything."""
    expected = ground.expected(words, remembers=True)
    there = ground.copy(remembers=True)
    damage(there, name, how)
    ran = ground.call(there, words)
    (item,) = (item for item in ran.json()["findings"] if item["severity"] == "error")
    assert item["code"] in {"missing_objects", "tag_damaged"}, ran.said
    follow(there, item["fix"], words)
    again = ground.call(there, words)
    assert again.code == expected[0], again.said


FOUND_ONCE = [
    ("owners", "lost", ("verify",)),
    ("ladder.yaml", "lost", ("doctor",)),
    ("lane.yaml", "lost", ("doctor",)),
    ("promotion tag", "lost", ("doctor",)),
    ("promotion tag", "another's content", ("publish",)),
    ("runs tree", "lost", ("record", "NEW")),
    ("allowed signers", "empty", ("publish",)),
    ("an old commit", "empty", ("submit", "NEW")),
]


@pytest.mark.parametrize(("name", "how", "words"), FOUND_ONCE, ids=str)
def test_what_was_found_once(ground: Ground, name: str, how: str, words: tuple[str, ...]) -> None:
    """A lost file counted as one that never was, or another object than the damaged one was named."""
    assert_held(ground, name, how, words, remembers=True)

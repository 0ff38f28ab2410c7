"""Trees are compared as git compares them, in bounded work."""

import random
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.rawlog import LAYOUT, RAW, parse_log
from homegolf_git.shell.git.trees import Limits, TooMuchError, changes_of, tree_of
from tests.hostile.objects import EXECUTABLE, FILE, FOLDER, LINK, SUBMODULE, Entry, Objects

PLENTY = 1 << 40
NAMES = [b"a", b"b", b"b.c", b"b0", b"100644 a", b"\xff", b"d e"]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    GitRepo.init(tmp_path)
    return GitRepo(tmp_path)


@pytest.fixture
def objects(repo: GitRepo) -> Objects:
    return Objects(repo.common_dir)


def tree(objects: Objects, drawn: random.Random, depth: int = 0) -> str:
    """A tree of few names and contents, so that two have much in common."""
    entries = {}
    for name in NAMES:
        mode = drawn.choice((FILE, FILE, EXECUTABLE, "100664", LINK, SUBMODULE, FOLDER, ""))
        if mode == FOLDER and depth < 3:
            entries[name] = Entry(FOLDER, tree(objects, drawn, depth + 1))
        elif mode not in ("", FOLDER):
            entries[name] = Entry(mode, objects.write("blob", b"%d" % drawn.randrange(2)))
    return objects.tree(entries)


def evolved(objects: Objects, drawn: random.Random, former: str) -> str:
    """The tree with some of its entries replaced."""
    entries = objects.entries(former)
    other = objects.entries(tree(objects, drawn, 1))
    for name in drawn.sample(NAMES, 2):
        entries.pop(name, None)
        if name in other:
            entries[name] = other[name]
    return objects.tree(entries)


def told_by_git(repo: GitRepo, head: str) -> dict[Oid, list[PathChange]]:
    arguments = ("log", "--topo-order", "--diff-merges=combined", *RAW, LAYOUT, head)
    with closing(repo.fields(arguments)) as fields:
        return {oid: list(changes) for oid, _, changes, _ in parse_log(fields)}


def limits() -> Limits:
    return Limits(PLENTY, PLENTY, PLENTY)


@pytest.mark.parametrize("seed", range(12))
def test_it_says_what_git_says(repo: GitRepo, objects: Objects, seed: int) -> None:
    """Commits of one parent, of none and of several, whose trees differ a little or wholly."""
    drawn = random.Random(seed)  # noqa: S311 - seeded
    trees = [tree(objects, drawn)]
    parents: list[list[int]] = [[]]
    for number in range(1, 12):
        count = drawn.choice((1, 1, 1, 2, 2, 3, 0))
        parents.append(drawn.sample(range(number), min(count, number)))
        former = trees[parents[-1][0]] if parents[-1] else tree(objects, drawn)
        trees.append(evolved(objects, drawn, former))
    commits: list[str] = []
    for made, of in zip(trees, parents, strict=True):
        commits.append(objects.commit(made, [commits[n] for n in of], b"x"))
    top = objects.commit(trees[-1], [*commits], b"all of them")
    found = changes_of(
        repo,
        [
            (Oid(made), tuple(Oid(trees[n]) for n in of))
            for made, of in zip(trees, parents, strict=True)
        ],
        limits(),
    )
    expected = told_by_git(repo, top)
    for commit, changes in zip(commits, found, strict=True):
        assert key(changes) == key(expected[Oid(commit)])
    assert tree_of(repo, [top])[top] == trees[-1]


def key(changes: list[PathChange]) -> list[tuple[str, str, str, str]]:
    return sorted((item.path, item.status, item.mode, item.blob) for item in changes)


@pytest.fixture
def reads(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes of objects were read at each call."""
    found: list[int] = []
    blobs = repo.objects.contents

    def noted(oids: Iterator[Oid]) -> dict[Oid, bytes]:
        contents = blobs(oids)
        found.append(sum(map(len, contents.values())))
        return contents

    monkeypatch.setattr(repo.objects, "contents", noted)
    return found


def test_a_tree_that_unfolds_to_ten_thousand_million_files(
    repo: GitRepo, objects: Objects, reads: list[int]
) -> None:
    inner = Entry(FILE, objects.write("blob", b"x"))
    for _ in range(10):
        inner = Entry(FOLDER, objects.tree({b"%d" % number: inner for number in range(10)}))
    with pytest.raises(TooMuchError):
        changes_of(repo, [(Oid(inner.oid), ())], Limits(1 << 20, 1000, 1000))
    assert len(reads) <= 4
    assert sum(reads) < 4_000


def test_a_tree_of_a_million_files_is_not_read(
    repo: GitRepo, objects: Objects, reads: list[int]
) -> None:
    blob = bytes.fromhex(objects.write("blob", b"x"))
    large = objects.write("tree", b"".join(b"100644 %06x\0" % n + blob for n in range(1_000_000)))
    with pytest.raises(TooMuchError):
        changes_of(repo, [(Oid(large), ())], limits())
    assert reads == []


def test_what_is_the_same_is_not_opened(repo: GitRepo, objects: Objects, reads: list[int]) -> None:
    blob = objects.write("blob", b"x")
    many = {b"%06d" % number: Entry(FILE, blob) for number in range(1000)}
    same = Entry(FOLDER, objects.tree(many))
    one = objects.tree({b"same": same})
    other = objects.tree({b"same": same, b"more": Entry(FILE, blob)})
    ((change,),) = changes_of(repo, [(Oid(other), (Oid(one),))], limits())
    assert (change.path, change.status) == ("more", "A")
    assert sum(reads) < 100


@pytest.mark.parametrize(
    "data",
    [
        b"100644 a\0" + bytes(20) + b"100644 a\0" + bytes(20),
        b"100644 a\0" + bytes(19),
        b"100644",
        b"x a\0" + bytes(20),
    ],
    ids=["a name twice", "cut short", "no name", "no mode"],
)
def test_what_is_no_tree(repo: GitRepo, objects: Objects, data: bytes) -> None:
    made = subprocess.run(
        ["git", "hash-object", "--literally", "-t", "tree", "-w", "--stdin"],
        cwd=repo.top, input=data, capture_output=True, check=True,
    )  # fmt: skip
    with pytest.raises(HomegolfError, match="damaged_objects"):
        changes_of(repo, [(Oid(made.stdout.decode().strip()), ())], limits())
    assert objects.folder.is_dir()


def test_the_same_bytes_may_mean_other_entries(repo: GitRepo, objects: Objects) -> None:
    """In one tree the end of a name is what is a mode and a name in the other."""
    blob = objects.write("blob", b"x")
    one = objects.tree({b"a": Entry(FILE, blob), b"b": Entry(FILE, blob)})
    other = objects.tree({b"0 100644 b": Entry(FILE, blob)})
    (changes,) = changes_of(repo, [(Oid(other), (Oid(one),))], limits())
    assert {(item.status, item.path) for item in changes} == {
        ("D", "a"),
        ("D", "b"),
        ("A", "0 100644 b"),
    }


def test_a_tree_that_is_not_here(repo: GitRepo) -> None:
    with pytest.raises(HomegolfError, match="missing_objects"):
        changes_of(repo, [(Oid("1" * 40), ())], limits())

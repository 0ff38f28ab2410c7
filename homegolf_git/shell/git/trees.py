"""What differs between trees, in bounded work: git unfolds a tree whole before it says a word of it.

Eleven small trees that hold each other ten times unfold to 10^10 files. Here trees are compared level
by level, one that is the same is not opened, a size is asked for before anything is read, and whoever
asks says how much may be found.
"""

import re
from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Record, Value
from homegolf_git.errors import environment_error
from homegolf_git.shell.git.gitrepo import GitRepo

TREE_BYTES_MAX = 16 << 20  # of one tree: some 300,000 files in a folder
_AT_ONCE_BYTES = 8 << 20  # of trees that are held in memory
_FOLDER, _FILE, _LINK, _TYPE = 0o040000, 0o100000, 0o120000, 0o170000

Entry = tuple[str, Oid]  # mode and object


class TooMuchError(Exception):
    """More than may be read or found."""


class Limits(Record):
    """How much may still be read of trees, in bytes and in trees, and how many changes found."""

    read: int
    trees: int
    changes: int

    def take(self, *, read: int = 0, trees: int = 0, changes: int = 0) -> None:
        """Count what is about to be done.

        Raises:
            TooMuchError: where it may not be.
        """
        self.read, self.trees = self.read - read, self.trees - trees
        self.changes -= changes
        if min(self.read, self.trees, self.changes) < 0:
            raise TooMuchError


class Pair(Value, frozen=True):
    """A tree and those it is compared with, in the folder where they stand; None: there is none."""

    number: int  # of the comparison that it belongs to
    folder: bytes
    after: Oid | None
    before: tuple[Oid | None, ...]


def tree_of(repo: GitRepo, commits: Sequence[str]) -> dict[str, Oid]:
    """The tree of each commit.

    Raises:
        HomegolfError: where one is not here.
    """
    found = repo.lookups([f"{commit}^{{tree}}" for commit in commits])
    for commit, tree in zip(commits, found, strict=True):
        if tree is None:
            raise repo.explained("", repo.tree_named(commit))
    return {commit: tree for commit, tree in zip(commits, found, strict=True) if tree is not None}


def changes_of(
    repo: GitRepo, compared: Sequence[tuple[Oid, tuple[Oid, ...]]], limits: Limits
) -> list[list[PathChange]]:
    """What each tree has that none of those has which it is compared with; without any: everything.

    Raises:
        TooMuchError: where there is more than the limits say.
        HomegolfError: where a tree is missing, or is none.
    """
    comparing = _Comparing(limits, len(compared))
    level = [
        Pair(number, b"", after, before or (None,))
        for number, (after, before) in enumerate(compared)
        if after not in before
    ]
    while level:
        for portion, trees in _read(repo, level, limits):
            for pair in portion:
                for name, after, before in _differing(pair, trees):
                    comparing.take(pair, pair.folder + name, after, before)
        level, comparing.below = comparing.below, []
    return [
        [change for _, change in sorted(changes, key=lambda item: item[0])]
        for changes in comparing.found
    ]


class _Comparing:
    """What was found so far, and the folders that are to be looked into next."""

    def __init__(self, limits: Limits, count: int) -> None:
        self.limits = limits
        self.found: list[list[tuple[bytes, PathChange]]] = [[] for _ in range(count)]
        self.below: list[Pair] = []

    def take(
        self, pair: Pair, path: bytes, after: Entry | None, before: Sequence[Entry | None]
    ) -> None:
        """One name that differs: of files a change, of folders what is to be looked at next."""
        file, files = _file(after), list(map(_file, before))
        if file not in files:
            self.limits.take(changes=1)
            mode, blob = file or ("000000", Oid("0" * len(_any(before)[1])))
            name = path.decode("utf-8", "surrogateescape")
            change = PathChange(_status(file, files), mode, blob, name)
            self.found[pair.number].append((path, change))
        folder, folders = _folder(after), tuple(map(_folder, before))
        if folder not in folders:
            self.limits.take(trees=1)
            self.below.append(Pair(pair.number, path + b"/", folder, folders))


def _any(entries: Sequence[Entry | None]) -> Entry:
    return next(entry for entry in entries if entry is not None)


def _status(after: Entry | None, before: Sequence[Entry | None]) -> str:
    """As git says it: of a merge by its last parent, and not whether the type is another."""
    last = before[-1]
    if after is None or last is None:
        return "D" if after is None else "A"
    return "M" if len(before) > 1 or int(after[0], 8) & _TYPE == int(last[0], 8) & _TYPE else "T"


def _is_folder(entry: Entry) -> bool:
    return int(entry[0], 8) & _TYPE == _FOLDER


def _file(entry: Entry | None) -> Entry | None:
    return None if entry is None or _is_folder(entry) else entry


def _folder(entry: Entry | None) -> Oid | None:
    return entry[1] if entry is not None and _is_folder(entry) else None


def _read(
    repo: GitRepo, level: Sequence[Pair], limits: Limits
) -> Iterator[tuple[list[Pair], dict[Oid, bytes]]]:
    """Pairs, so many at a time, with the content of their trees."""
    sizes = repo.sizes(oid for pair in level for oid in _trees(pair))
    portion: list[Pair] = []
    size = 0
    for pair in level:
        own = sum(sizes.get(oid, 0) for oid in _trees(pair))
        if max(sizes.get(oid, 0) for oid in _trees(pair)) > TREE_BYTES_MAX:
            raise TooMuchError
        limits.take(read=own)
        if portion and size + own > _AT_ONCE_BYTES:
            yield portion, repo.blobs(oid for one in portion for oid in _trees(one))
            portion, size = [], 0
        portion.append(pair)
        size += own
    if portion:
        yield portion, repo.blobs(oid for one in portion for oid in _trees(one))


def _trees(pair: Pair) -> Iterator[Oid]:
    return (oid for oid in (pair.after, *pair.before) if oid is not None)


# --- the bytes of trees


def _differing(
    pair: Pair, trees: dict[Oid, bytes]
) -> Iterator[tuple[bytes, Entry | None, list[Entry | None]]]:
    """Names whose entry is that of none of the others."""
    after = trees[pair.after] if pair.after is not None else b""
    before = [trees[oid] if oid is not None else b"" for oid in pair.before]
    width = len(next(_trees(pair))) // 2
    start = min(_same_at_start(after, other) for other in before)
    end = min(_same_at_end(after, other) for other in before)
    start = _whole(width).match(after, 0, start).end()  # type: ignore[union-attr] # it may be empty
    parsed = [_entries(data, start, len(data) - end, width) for data in (after, *before)]
    if len({rest for _, rest in parsed}) > 1:  # the same bytes at their ends mean other entries
        parsed = [_entries(data, start, len(data), width) for data in (after, *before)]
    (ours, _), *others_parsed = parsed
    theirs = [found for found, _ in others_parsed]
    for name in sorted({*ours, *(name for other in theirs for name in other)}):
        entry, others = ours.get(name), [other.get(name) for other in theirs]
        if entry not in others:
            yield name, entry, others


def _same_at_start(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:  # the first `low` are the same
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _same_at_end(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _whole(width: int) -> re.Pattern[bytes]:
    """As many entries as there are."""
    return re.compile(rb"(?:[0-7]+ [^\0]+\0.{%d})*+" % width, re.DOTALL)


def _entries(data: bytes, start: int, stop: int, width: int) -> tuple[dict[bytes, Entry], int]:
    """The entries that begin between, and how many bytes are behind the last of them."""
    pattern = re.compile(rb"([0-7]+) ([^\0]+)\0(.{%d})" % width, re.DOTALL)
    found: dict[bytes, Entry] = {}
    at = start
    while at < stop:
        entry = pattern.match(data, at)
        if entry is None or entry[2] in found:
            raise environment_error("damaged_objects", "a tree is malformed, or names a file twice")
        found[entry[2]] = _mode(entry[1]), Oid(entry[3].hex())
        at = entry.end()
    return found, len(data) - at


def _mode(text: bytes) -> str:
    """A mode as git reads it: of a file nothing but whether it may be run counts."""
    mode = int(text, 8)
    kind = mode & _TYPE
    if kind == _FILE:
        return "100755" if mode & 0o100 else "100644"
    return {_FOLDER: "040000", _LINK: "120000"}.get(kind, "160000")

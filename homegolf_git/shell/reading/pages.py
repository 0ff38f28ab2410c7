"""A file of sorted keys and values of which no block is believed that is not as it was written.

A tree: leaves hold keys and values, branches hold where the blocks below them lie, and the digest
of each. A block is never changed: what replaces it is appended, with every branch above it, and
the head of the file, which names the topmost one, is written last. So whoever has read the head
has read all of it as it was then, whatever others write meanwhile.
"""

import fcntl
import hashlib
import os
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from operator import attrgetter
from pathlib import Path

from homegolf_git.core.model.values import Value, decode, encode

_MAGIC = b"homegolf"
_HEAD = struct.Struct("<8sQQQB16s")  # magic, live bytes, offset, length, height, digest
_DIGEST = 16  # bytes
HEAD_BYTES = _HEAD.size + _DIGEST
_BLOCK_BYTES = 8 << 10  # about as large is a block
_REF_BYTES = 32  # about as large is what says where a block lies, without its key
_CACHED_MAX = 64
_WASTE_MIN = 8 << 20
_first = attrgetter("first")

Change = tuple[bytes, bytes | None]  # a key, and its value or that it goes


class StoreError(Exception):
    """The file is none of this kind, or cannot be written now."""


class DamagedError(StoreError):
    """A part of the file is not as it was written."""


class Block(Value, frozen=True):
    """Where a block lies: the first key in it, its place, and the digest of its bytes."""

    first: bytes
    offset: int
    length: int
    digest: bytes


class _Leaf(Value, frozen=True):
    keys: list[bytes]
    values: list[bytes]


_Node = list[Block] | _Leaf


class Pages:
    """The file, as it was when its head was read, and what was put in since."""

    def __init__(self, path: Path, *, is_new: bool = False) -> None:
        """Open a file, or begin a new one that is none before `commit`.

        Raises:
            OSError: where there is none.
            DamagedError: where its head is not as it was written.
        """
        self.path = path
        self._is_new = self._is_writing = is_new
        self._end = self._live = HEAD_BYTES
        self._root: Block | None = None
        self._height, self._head = 0, b""
        self._committed: tuple[Block | None, int, int] = None, 0, HEAD_BYTES
        self._nodes: dict[int, _Node] = {}
        self._file = _opened(path, os.O_CREAT | os.O_TRUNC if is_new else 0)
        if not is_new:
            self._read_head()

    def close(self) -> None:
        """Let go of the file; what was not committed is dropped."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __del__(self) -> None:
        if hasattr(self, "_file"):  # it was opened
            self.close()

    # --- reading

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, or None."""
        block = self._root
        if block is None:
            return None
        for _ in range(self._height):
            children = self._branch(block)
            block = children[max(0, bisect_right(children, key, key=_first) - 1)]
        leaf = self._leaf(block)
        at = bisect_left(leaf.keys, key)
        return leaf.values[at] if at < len(leaf.keys) and leaf.keys[at] == key else None

    def last(self, start: bytes, stop: bytes) -> bytes | None:
        """The greatest key from `start` up to `stop`, or None."""
        block = self._root
        if block is None:
            return None
        for _ in range(self._height):
            children = self._branch(block)
            block = children[max(0, bisect_left(children, stop, key=_first) - 1)]
        keys = self._leaf(block).keys
        at = bisect_left(keys, stop) - 1
        return keys[at] if at >= 0 and keys[at] >= start else None

    def between(self, start: bytes, stop: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values from `start` up to `stop` or the end, in their order."""
        if self._root is not None:
            yield from self._walk(self._root, self._height, start, stop)

    def _walk(
        self, block: Block, height: int, start: bytes, stop: bytes | None
    ) -> Iterator[tuple[bytes, bytes]]:
        if height == 0:
            leaf = self._leaf(block)
            end = len(leaf.keys) if stop is None else bisect_left(leaf.keys, stop)
            begin = bisect_left(leaf.keys, start)
            yield from zip(leaf.keys[begin:end], leaf.values[begin:end], strict=True)
            return
        children = self._branch(block)
        for child in children[max(0, bisect_right(children, start, key=_first) - 1) :]:
            if stop is not None and child.first >= stop:
                return
            yield from self._walk(child, height - 1, start, stop)

    def blocks(self) -> Iterator[Block]:
        """Every block that stands, each read and found to be as it was written."""
        level = [self._root] if self._root is not None else []
        for height in range(self._height, -1, -1):
            yield from level
            below: list[Block] = []
            for block in level:
                below += self._branch(block) if height else []
                self._read(block)
            level = below

    def _branch(self, block: Block) -> list[Block]:
        node = self._nodes.get(block.offset) or self._keep(
            block, decode(list[Block], self._read(block))
        )
        assert isinstance(node, list)  # noqa: S101 - by its height
        return node

    def _leaf(self, block: Block) -> _Leaf:
        node = self._nodes.get(block.offset) or self._keep(block, decode(_Leaf, self._read(block)))
        assert isinstance(node, _Leaf)  # noqa: S101 - by its height
        return node

    def _keep(self, block: Block, node: _Node) -> _Node:
        if len(self._nodes) >= _CACHED_MAX:
            self._nodes.clear()
        self._nodes[block.offset] = node
        return node

    def _read(self, block: Block) -> bytes:
        try:
            data = os.pread(self._file, block.length, block.offset)
        except OSError as error:  # as a disk says it of a sector
            raise DamagedError(f"{self.path}: {error.strerror}") from error
        if _digest(data) != block.digest:
            raise DamagedError(f"{self.path}: the bytes at {block.offset:,} are not those written")
        return data

    def _read_head(self) -> None:
        head = os.pread(self._file, HEAD_BYTES, 0)
        if _digest(head[: _HEAD.size]) != head[_HEAD.size :]:  # damaged, or written just now
            fcntl.flock(self._file, fcntl.LOCK_SH)
            head = os.pread(self._file, HEAD_BYTES, 0)
            fcntl.flock(self._file, fcntl.LOCK_UN)
        if _digest(head[: _HEAD.size]) != head[_HEAD.size :] or not head.startswith(_MAGIC):
            raise DamagedError(f"{self.path}: the head of the file is not as it was written")
        _, self._live, offset, length, self._height, digest = _HEAD.unpack(head[: _HEAD.size])
        self._root, self._head = Block(b"", offset, length, digest) if length else None, head
        self._committed = self._root, self._height, self._live

    # --- writing

    def update(self, changes: Sequence[Change]) -> None:
        """Put in or take out; `changes` are sorted by their keys, each of which stands there once.

        Raises:
            StoreError: where somebody else writes the file, or wrote it since it was read.
        """
        self._require_lock()
        if self._root is None:
            blocks = self._leaves([change for change in changes if change[1] is not None])
            self._height = 0
        else:
            blocks = self._updated(self._root, self._height, changes)
        while len(blocks) > 1:
            blocks, self._height = self._branches(blocks), self._height + 1
        self._root = blocks[0] if blocks else None

    def _updated(self, block: Block, height: int, changes: Sequence[Change]) -> list[Block]:
        """The blocks that stand in the place of one."""
        if height == 0:
            leaf = self._leaf(block)
            entries: dict[bytes, bytes | None] = dict(zip(leaf.keys, leaf.values, strict=True))
            entries.update(changes)
            found = self._leaves(sorted(e for e in entries.items() if e[1] is not None))
        else:
            children, at = self._branch(block), 0
            blocks: list[Block] = []
            for number, child in enumerate(children, 1):
                stop = len(changes)
                if number < len(children):
                    stop = bisect_left(changes, (children[number].first,), lo=at)
                inner = changes[at:stop]
                blocks += self._updated(child, height - 1, inner) if inner else [child]
                at = stop
            found = self._branches(blocks)
        self._live -= block.length
        return found

    def _leaves(self, entries: Sequence[Change]) -> list[Block]:
        sizes = [len(key) + len(value or b"") for key, value in entries]
        return [
            self._write(
                entries[start][0],
                encode(_Leaf(*map(list, zip(*entries[start:stop], strict=True)))),
            )
            for start, stop in _evenly(sizes)
        ]

    def _branches(self, blocks: list[Block]) -> list[Block]:
        sizes = [len(block.first) + _REF_BYTES for block in blocks]
        return [
            self._write(blocks[start].first, encode(blocks[start:stop]))
            for start, stop in _evenly(sizes)
        ]

    def _write(self, first: bytes, data: bytes) -> Block:
        if os.pwrite(self._file, data, self._end) != len(data):
            raise StoreError(f"{self.path}: no room")
        block = Block(first, self._end, len(data), _digest(data))
        self._end += len(data)
        self._live += len(data)
        return block

    def _require_lock(self) -> None:
        """Hold the file for writing, as long as it is the one that was read."""
        if self._is_writing:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(f"{self.path} is written by another command") from error
        self._is_writing = True
        if os.pread(self._file, HEAD_BYTES, 0) != self._head or not self._is_in_place():
            self.rollback()
            raise StoreError(f"{self.path} was written by another command")
        self._end = os.fstat(self._file).st_size

    def _is_in_place(self) -> bool:
        """Whether the file still stands under its name."""
        return os.path.samestat(os.fstat(self._file), os.stat(self.path))  # noqa: PTH116 - beside fstat

    def commit(self) -> None:
        """Make what was put in what others read."""
        root = self._root or Block(b"", 0, 0, bytes(_DIGEST))
        head = _HEAD.pack(_MAGIC, self._live, root.offset, root.length, self._height, root.digest)
        head += _digest(head)
        if self._is_writing and os.pwrite(self._file, head, 0) != len(head):
            raise StoreError(f"{self.path}: no room")
        self._head, self._is_new = head, False
        self._committed = self._root, self._height, self._live
        self._let_go()

    def rollback(self) -> None:
        """Drop what was not committed of a file that is not new."""
        if self._is_writing and not self._is_new:
            self._root, self._height, self._live = self._committed
            self._let_go()

    def _let_go(self) -> None:
        if self._is_writing:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self._is_writing = False

    @property
    def is_wasteful(self) -> bool:
        """Whether most of the file is what was replaced."""
        return os.fstat(self._file).st_size > 2 * self._live + _WASTE_MIN


def _opened(path: Path, how: int) -> int:
    try:
        return os.open(path, how | os.O_RDWR, 0o666)
    except PermissionError:
        return os.open(path, how | os.O_RDONLY)


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()


def _evenly(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where to cut a list so that its parts are as large as blocks are to be."""
    if not sizes:
        return
    sums = list(accumulate(sizes))
    number = max(1, -(-sums[-1] // _BLOCK_BYTES))
    share = sums[-1] / number
    cuts = {bisect_left(sums, share * part) for part in range(1, number)}
    yield from pairwise(sorted({0, len(sizes), *cuts}))

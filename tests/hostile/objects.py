"""Git objects written byte by byte, so that trees and commits can be made which git would refuse."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

FILE, EXECUTABLE, LINK, FOLDER, SUBMODULE = "100644", "100755", "120000", "40000", "160000"
WHEN = 1_775_044_800  # 2026-04-01T12:00:00Z
COMMIT_FORMAT = (
    "tree {tree}\n{parents}author {who} {when} +0000\ncommitter {who} {when} +0000\n{extra}\n"
)


class Entry(NamedTuple):
    """What a tree holds under a name."""

    mode: str
    oid: str


class Objects:
    """The loose objects of one repository."""

    def __init__(self, git_dir: Path) -> None:
        self.folder = git_dir / "objects"

    def write(self, kind: str, data: bytes) -> str:
        """Store an object of any kind, well-formed or not; its id."""
        whole = f"{kind} {len(data)}\0".encode() + data
        oid = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        path = self.folder / oid[:2] / oid[2:]
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.compress(whole, 1))
        return oid

    def read(self, oid: str) -> bytes:
        """The content of a loose object."""
        whole = zlib.decompress((self.folder / oid[:2] / oid[2:]).read_bytes())
        return whole.partition(b"\0")[2]

    def entries(self, tree: str) -> dict[bytes, Entry]:
        """The entries of a tree, by name."""
        data, found = self.read(tree), {}
        while data:
            head, _, rest = data.partition(b"\0")
            mode, _, name = head.partition(b" ")
            found[name] = Entry(mode.decode(), rest[:20].hex())
            data = rest[20:]
        return found

    def tree(self, entries: Mapping[bytes, Entry]) -> str:
        """Store a tree, its names in git's order and otherwise as they are."""

        def key(name: bytes) -> bytes:
            return name + b"/" if entries[name].mode == FOLDER else name

        return self.write(
            "tree",
            b"".join(
                f"{entries[name].mode} ".encode() + name + b"\0" + bytes.fromhex(entries[name].oid)
                for name in sorted(entries, key=key)
            ),
        )

    def tree_of(self, commit: str) -> str:
        """The tree of a commit."""
        return self.read(commit).split(b"\n", 1)[0].removeprefix(b"tree ").decode()

    def grow(self, tree: str | None, changes: Mapping[tuple[bytes, ...], Entry | None]) -> str:
        """Store a tree with entries put in, replaced or (None) taken out."""
        entries = self.entries(tree) if tree else {}
        below: dict[bytes, dict[tuple[bytes, ...], Entry | None]] = {}
        for parts, entry in changes.items():
            if len(parts) > 1:
                below.setdefault(parts[0], {})[parts[1:]] = entry
            elif entry is None:
                del entries[parts[0]]
            else:
                entries[parts[0]] = entry
        for name, inner in below.items():
            there = entries.get(name)
            grown = self.grow(there.oid if there and there.mode == FOLDER else None, inner)
            entries[name] = Entry(FOLDER, grown)
            if not self.read(grown):
                del entries[name]
        return self.tree(entries)

    def commit(
        self,
        tree: str,
        parents: Sequence[str],
        message: bytes,
        *,
        when: int = WHEN,
        extra: str = "",
    ) -> str:
        """Store a commit; `extra` holds more header lines."""
        text = COMMIT_FORMAT.format(
            tree=tree,
            parents="".join(f"parent {parent}\n" for parent in parents),
            who="Eve <eve@example.org>",
            when=when,
            extra=extra,
        )
        return self.write("commit", text.encode() + message)

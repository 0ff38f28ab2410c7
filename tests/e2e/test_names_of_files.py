"""Files of odd names that are handed over are read or refused in a line; so are places to write to."""

import os
import socket
from pathlib import Path

import pytest

from tests.e2e.world import BASE, World

READ = (
    *(b"two\nlines.yaml", b"-rf.yaml", b"a'b\"c $(id)*.yaml", b"a\xff.yaml"),
    *(b".yaml", b"\x1b[31mred.yaml", "\u202e.yaml".encode(), b"x" * 250),
)
WRITING = (
    *(("export", "--format", style, "-o") for style in ("csv", "sqlite", "jsonl")),
    *(("site", "-o"), ("audit", "--witness"), ("demo", "--dir"), ("draft", "--report", "none", "-o")),
)  # fmt: skip
READING = (
    *(("record",), ("record", "--receipt"), ("record", "--many"), ("submit", "--dry-run"), ("check",)),
    *(("import", "autoresearch"), ("audit", "--witness"), ("audit", "--against"), ("draft", "--report")),
)  # fmt: skip


def odd(root: Path) -> list[str]:
    """Names that are no file's, or that no file can have."""
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(root / "socket"))
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nowhere")
    (root / "zero").symlink_to("/dev/zero")
    (root / "file").write_bytes(b"\0" * 100)
    names = ("pipe", "socket", "loop", "dangling", "zero", "file", "file/below", "x" * 300, "a/b")
    return [*(str(root / name) for name in names), "", ".", "/", "//"]


@pytest.mark.parametrize("name", READ, ids=ascii)
def test_a_row_of_any_name(world: World, name: bytes) -> None:
    path = world.row("first", BASE)
    there = path.rename(path.parent / os.fsdecode(name))
    ran = world.homegolf("record", str(there))
    assert ran.code == 0, ran.said
    assert ran.said.isprintable() or ran.said.replace("\n", "").isprintable()
    assert world.answer("verify")["findings"] == []


@pytest.mark.parametrize("words", [*WRITING, *READING], ids=" ".join)
def test_a_name_that_is_no_files(world: World, words: tuple[str, ...]) -> None:
    world.record("base", BASE)
    before = world.head, world.git("status", "--porcelain")
    for name in odd(world.root):
        ran = world.homegolf(*words, name)
        assert ran.code in {0, 1, 2, 4}, (name, ran.said)
        assert "error[bug]" not in ran.said
        assert all((world.root / name).is_symlink() for name in ("loop", "dangling", "zero"))
        assert (world.root / "pipe").is_fifo()
        assert (world.root / "file").read_bytes() == b"\0" * 100 or words[-1] == "-o"
    assert (world.head, world.git("status", "--porcelain")) == before

"""Files that the program keeps in the git directory, damaged: each is done without, and nothing is lost."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.world import BASE, BEST, BETTER, World

IS_LONG = os.environ.get("HOMEGOLF_LONG") == "1"
DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "lost": lambda _: None,
    "empty": lambda _: b"",
    "garbled": lambda data: bytes(byte ^ 0xA5 for byte in data),
    "cut short": lambda data: data[: len(data) // 2],
    "zeroed": lambda data: bytes(len(data)),
    "a number": lambda _: b"7",
    "another mapping": lambda _: (
        b'{"main": 7, "incumbents/home": ["x"], "tag": null, "since": "x"}'
    ),
}
MEMORIES = ("verified.json", "tags.json", "promoting.json", "loops/home-loop.json", "commit", "working")  # fmt: skip
HOW = list(DAMAGES) if IS_LONG else ["empty", "garbled", "another mapping"]
_COMMANDS = (
    ("status",), ("verify",), ("tags", "verify"), ("tags", "sync"), ("doctor",), ("audit",),
    ("submit", "--dry-run", "ROW"), ("promote", "first", "--to", "h100", "--dry-run"),
    ("scoreboard",), ("publish",), ("record", "ROW"),
)  # fmt: skip


@pytest.fixture
def ledger(world: World) -> World:
    """A ledger with tags, of which the clone remembers everything."""
    world.record("first", BASE)
    for words in (("tags", "sync"), ("verify",), ("tags", "verify")):
        assert world.homegolf(*words).code == 0
    own = world.repo / ".git" / "homegolf"
    (own / "loops").mkdir()
    (own / "loops" / "home-loop.json").write_text('{"since": 1, "seconds": 5.0}')
    said = {"remote": "origin", "run_id": "x", "lane": "h100", "tag": "promotions/h100/0001", "oid": "0" * 40}  # fmt: skip
    (own / "promoting.json").write_text(json.dumps(said))
    return world


def damage(path: Path, how: str) -> None:
    data = DAMAGES[how](path.read_bytes() if path.exists() else b"")
    if data is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(data)


def commands(row: str) -> list[list[str]]:
    return [[row if word == "ROW" else word for word in words] for words in _COMMANDS]


@pytest.mark.parametrize("how", HOW)
def test_memories(ledger: World, how: str) -> None:
    """Every command answers as it does without them."""
    row = str(ledger.row("next", BETTER))
    before = ledger.root / "before"
    shutil.copytree(ledger.repo, before)
    calls = commands(row) if IS_LONG else commands(row)[1::3]
    expected = {}
    for call in calls:
        shutil.rmtree(ledger.repo)
        shutil.copytree(before, ledger.repo)
        shutil.rmtree(ledger.repo / ".git" / "homegolf")
        expected[tuple(call)] = ledger.homegolf(*call).code, ledger.head
    for call in calls:
        shutil.rmtree(ledger.repo)
        shutil.copytree(before, ledger.repo)
        for name in MEMORIES:
            damage(ledger.repo / ".git" / "homegolf" / name, how)
        ran = ledger.homegolf(*call)
        assert (ran.code, ledger.head) == expected[tuple(call)], (call, ran.said)
        assert "Traceback" not in ran.said
        assert ledger.homegolf("verify").code == 0


@pytest.mark.parametrize("how", [how for how in HOW if how != "lost"])
@pytest.mark.parametrize(
    "words", [("record", "ROW"), ("doctor", "--fix")], ids=["record", "doctor"]
)
def test_a_journal(ledger: World, how: str, words: tuple[str, ...]) -> None:
    """The machine went down behind a commit: what is to be completed is found out without it."""
    name = "ledger/home/runs/2026-03/first.yaml"
    text = (ledger.repo / name).read_text()
    ledger.git("rm", "--quiet", "--cached", "--", name)
    (ledger.repo / name).unlink()
    entry = {"ref": "refs/heads/main", "blobs": {name: "0" * 40}, "made": [], "commit": ledger.head}
    journal = ledger.write(".git/homegolf/journal.json", json.dumps(entry))
    damage(journal, how)
    row = str(ledger.row("next", BETTER))
    ran = ledger.homegolf(*[row if word == "ROW" else word for word in words])
    assert ran.code == 0, ran.said
    assert (ledger.repo / name).read_text() == text
    assert ledger.git("status", "--porcelain") == ""
    assert not journal.exists()
    assert ledger.record("best", BEST) == ledger.head

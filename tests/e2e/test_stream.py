"""Answers about a long ledger: one document, whole, in little memory."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.performance.generate import generate, stream
from tests.e2e.world import clean_environment

ROWS = 3_000
ALLOWED = 6_000_000  # bytes; rows that are held take 23 MB, with their text 32
# The command line with a count of what its own objects take at most. What the system says of a
# process would hold the memory of the one that started it.
COUNTED = """
import sys, tracemalloc
from homegolf_git.cli.main import run
tracemalloc.start()
code = run(sys.argv[1:])
print(tracemalloc.get_traced_memory()[1], file=sys.stderr)
sys.exit(code)
"""


class Long(NamedTuple):
    """A ledger of a few thousand rows, read once, so that there is a checkpoint."""

    path: Path

    def ask(self, *words: str) -> str:
        """What a command answers."""
        return self._run("-m", "homegolf_git", *words).stdout

    def peak(self, *words: str) -> int:
        """Bytes that a command takes at most."""
        return int(self._run("-c", COUNTED, *words).stderr)

    def _run(self, how: str, what: str, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, how, what, "--repo", str(self.path), *words],
            capture_output=True, text=True, check=True,
        )  # fmt: skip


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Long]:
    root = tmp_path_factory.mktemp("long")
    with clean_environment(root):
        ledger = Long(generate(stream(ROWS), root / "ledger.git"))
        ledger.ask("verify")
        yield ledger


def test_the_bytes_are_those_of_a_document_that_is_held(long: Long) -> None:
    said = long.ask("verdicts", "--json")
    document = json.loads(said)
    assert said == json.dumps(document, indent=1) + "\n"
    assert sum(len(lane["rows"]) for lane in document["lanes"].values()) == ROWS


@pytest.mark.parametrize("words", [("verdicts", "--json"), ("log", "--json"), ("log",)])
def test_rows_are_not_held(long: Long, words: tuple[str, ...]) -> None:
    assert long.peak(*words) - long.peak("status") < ALLOWED

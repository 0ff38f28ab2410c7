"""Answers about a long ledger: one document, whole, in little memory."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.performance.generate import generate, stream
from benchmarks.performance.measure import own_peak
from tests.e2e.world import clean_environment

ROWS = 3_000
# A row as values and text takes 11 kB; a document that is held costs some 35 MB more than this.
ALLOWED = 12.0  # MB


class Long(NamedTuple):
    """A ledger of a few thousand rows, read once, so that there is a checkpoint."""

    path: Path

    def ask(self, *words: str) -> str:
        """What a command answers."""
        ran = subprocess.run(
            [sys.executable, "-m", "homegolf_git", "--repo", str(self.path), *words],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return ran.stdout

    def peak(self, *words: str) -> float:
        """The most memory that a command takes, in MB."""
        return own_peak(["--repo", str(self.path), *words])


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

"""`homegolf demo`: the whole job with a real trainer, a real remote and real seed noise."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

STORY = [
    ("baseline", "improvement/baseline"),
    ("tiny-decay", "noise"),
    ("wide", "blocked/oom"),
    ("half-scored", "invalid/partial_validation"),
    ("slow-lr", "regression/worse"),
    ("hot-lr", "regression/diverged"),
    ("lr-24", "improvement"),
    ("lr-24-again", "noise/replicate"),
    ("big-batch", "improvement"),
]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "homegolf_git", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has run."""
    folder = tmp_path_factory.mktemp("demo") / "place"
    ran = run("demo", "--into", str(folder))
    assert ran.returncode == 0, ran.stderr
    for command in ("explain big-batch", "verify", "tags verify"):
        assert command in ran.stdout
    assert str(folder) in ran.stdout
    return folder


def test_every_class_occurs(place: Path) -> None:
    told = run("--repo", str(place / "ledger-repository"), "verdicts", "--json")
    rows = json.loads(told.stdout)["lanes"]["demo-cpu"]["rows"]
    found = [(row["run_id"], f"{row['class']}/{row['reason']}") for row in rows]
    assert [run_id for run_id, _ in found[: len(STORY)]] == [run_id for run_id, _ in STORY]
    assert len(found) > len(STORY)  # what the loop tried
    for (_, verdict), (_, wanted) in zip(found, STORY, strict=False):
        assert verdict.startswith(wanted)


def test_the_remote_has_it_all(place: Path) -> None:
    clone = place.parent / "clone"
    subprocess.run(["git", "clone", "--quiet", place / "remote.git", clone], check=True)
    for command in ("verify", "tags verify", "scoreboard --check"):
        ran = run("--repo", str(clone), *command.split())
        assert ran.returncode == 0, ran.stderr


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    ran = run("demo", "--into", str(tmp_path))
    assert ran.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]

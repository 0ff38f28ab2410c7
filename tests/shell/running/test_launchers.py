"""The words that a launcher puts before a command; what they do is tried in tests/cluster."""

import sys
from pathlib import Path

import pytest

from homegolf_git.errors import HomegolfError
from homegolf_git.shell.running.launchers import launch
from tests.e2e.world import executable

WORDS = ["python", "train.py"]
FOLDER = Path("/srv/trainer")


def test_here_they_are_the_command_itself() -> None:
    assert launch("local", WORDS, FOLDER, 600) == WORDS


def test_slurm_gets_them_from_its_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "srun", "true")
    monkeypatch.setenv("PATH", str(tmp_path))
    client = [sys.executable, "-m", "homegolf_git.shell.running.slurmclient"]
    rest = ["--limit", "601", "--folder", str(FOLDER), "--", *WORDS]
    assert launch("slurm", WORDS, FOLDER, 600.5) == [*client, *rest]


@pytest.mark.parametrize("launcher", ["slurm", "ray"])
def test_without_its_client_a_cluster_is_refused(
    launcher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(HomegolfError) as refused:
        launch(launcher, WORDS, FOLDER)
    assert [item.code for item in refused.value.findings] == ["no_command"]

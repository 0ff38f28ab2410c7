"""A store that MLflow itself made, in both of its forms.

MLflow is installed beside the tests for this alone; where that takes too long nothing is tried.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from homegolf_git.importers import IMPORTERS
from homegolf_git.importers.entries import LogFile
from homegolf_git.shell.files.logfiles import read_logs
from tests.importers.logs import lane
from tests.importers.test_readers import check_mlflow

_SECONDS = 120
_SCRIPT = Path(__file__).with_name("mlflow_store.py")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `mlruns` and `mlflow.db`; HOMEGOLF_MLFLOW names a Python that has MLflow."""
    top = tmp_path_factory.mktemp("mlflow")
    python = os.environ.get("HOMEGOLF_MLFLOW") or str(top / "venv" / "bin" / "python")
    try:
        if not Path(python).exists():
            venv.create(top / "venv", with_pip=True)
            packages = ("mlflow-skinny", "sqlalchemy", "alembic")
            subprocess.run(
                [python, "-m", "pip", "install", "--quiet", *packages],
                check=True, capture_output=True, timeout=_SECONDS,
            )  # fmt: skip
        made = subprocess.run(
            [python, str(_SCRIPT), str(top)],
            check=False, capture_output=True, text=True, timeout=_SECONDS, cwd=top,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"MLflow cannot be installed here: {error}")
    assert made.returncode == 0, made.stderr
    return top


@pytest.mark.skipif(sys.platform == "win32", reason="the script is for POSIX")
@pytest.mark.parametrize("name", ["mlruns", "mlflow.db"])
def test_a_real_store(store: Path, name: str) -> None:
    importer = IMPORTERS["mlflow"]
    files = [LogFile(*file) for file in read_logs([store / name], importer.wanted)]
    check_mlflow(importer.read(files, lane(), {}))

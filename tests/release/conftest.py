"""What a release consists of, built once for the tests of this folder."""

from pathlib import Path

import pytest

from release.build import build


@pytest.fixture(scope="session")
def digests(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The folder with wheel, source and list of parts, and what the build said of them."""
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    folder = tmp_path_factory.mktemp("dist")
    return folder, build(folder)


@pytest.fixture(scope="session")
def built(digests: tuple[Path, dict[str, str]]) -> Path:
    """The folder alone."""
    return digests[0]

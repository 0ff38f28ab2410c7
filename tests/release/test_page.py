"""The scripts of the release workflow, run as the runner runs them; `gh` writes down what it is told."""

import os
import subprocess
from pathlib import Path

from tests.e2e.world import executable
from tests.forge.script import OURS, step


def run(place: Path, name: str, **environment: str) -> None:
    """Run a step of the workflow in a folder."""
    ran = subprocess.run(
        ["/bin/bash", "-e", "-c", step(OURS["release"], name)],
        cwd=place, capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": f"{place / 'bin'}:{os.environ['PATH']}", **environment},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def laid_out(place: Path, built: Path) -> Path:
    """The files of a build where the job has them."""
    (place / "dist").mkdir()
    for path in built.iterdir():
        (place / "dist" / path.name).symlink_to(path)
    return place / "dist"


def test_the_list_of_parts_is_found(tmp_path: Path, built: Path) -> None:
    laid_out(tmp_path, built)
    run(tmp_path, "Find the list of parts", GITHUB_OUTPUT=str(tmp_path / "output"))
    (parts,) = built.glob("*.cdx.json")
    assert (tmp_path / "output").read_text("utf-8") == f"path=dist/{parts.name}\n"


def test_the_page_gets_everything_and_its_digests(tmp_path: Path, built: Path) -> None:
    dist = laid_out(tmp_path, built)
    executable(tmp_path / "bin" / "gh", f'printf "%s\\n" "$@" > "{tmp_path}/told"')
    run(tmp_path, "Put it on the release page", TAG="v1.2.3", REPOSITORY="team/program")
    told = (tmp_path / "told").read_text("utf-8").splitlines()
    assert told[:3] == ["release", "create", "v1.2.3"]
    assert {f"dist/{path.name}" for path in built.iterdir()} | {"dist/SHA256SUMS"} < set(told)
    assert told[told.index("--repo") + 1] == "team/program"
    assert "--verify-tag" in told  # else a tag would be made where there is none
    ran = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=dist, capture_output=True, text=True, check=True)  # fmt: skip
    assert ran.stdout.count(": OK") == 3

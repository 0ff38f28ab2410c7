"""Fixtures: engines that are started once, and a repository for each test.

HOMEGOLF_ENGINES is the folder of programs of the environment that has them; without it nothing here is collected.
"""

import os
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.ground import ENGINES, LANE_PARTS, TRAINER, Ground, copy_of, until
from tests.cluster.jobs import script, submit
from tests.e2e.world import clean_environment, make_template

SLURM = Path(__file__).with_name("slurm.sh")
collect_ignore_glob = [] if "HOMEGOLF_ENGINES" in os.environ else ["test_*.py"]


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home and an environment for everything that is started."""
    folder = tmp_path_factory.mktemp("home")
    with clean_environment(folder):
        del os.environ["PYTHONWARNINGS"]  # the engines warn
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, _home: None) -> Path:
    """The repository that every test's own is a copy of."""
    root = tmp_path_factory.mktemp("template")
    world = make_template(root)
    world.lane(**LANE_PARTS)
    world.commit("A trainer", {"train.py": TRAINER})
    world.git("config", "user.name", "Ada")
    world.git("config", "user.email", "ada@example.org")
    return root


@pytest.fixture
def ground(tmp_path: Path, template: Path) -> Ground:
    """A repository with a trainer, a lane, and no row."""
    return copy_of(template, tmp_path)


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory, _home: None) -> Iterator[Path]:
    """A Slurm cluster of two nodes; commands find it by SLURM_CONF."""
    folder = tmp_path_factory.mktemp("slurm")
    subprocess.run([SLURM, "start", folder, str(_free_ports(3))], check=True)
    os.environ["SLURM_CONF"] = str(folder / "slurm.conf")
    yield folder
    subprocess.run([SLURM, "stop", folder], check=True)
    del os.environ["SLURM_CONF"]


@pytest.fixture(scope="session", autouse=True)
def late(
    tmp_path_factory: pytest.TempPathFactory, template: Path, slurm: Path
) -> tuple[Ground, str]:
    """A job that runs into its limit while the tests run: Slurm's shortest is a minute and a half."""
    assert slurm.is_dir()
    ground = copy_of(template, tmp_path_factory.mktemp("late"))
    batch = script(ground, "srun --ntasks=1 " + shlex.join(ground.words("wait")))
    return ground, submit(ground, "--time=1", batch)


@pytest.fixture(scope="session")
def ray(tmp_path_factory: pytest.TempPathFactory, _home: None) -> Iterator[str]:
    """A Ray cluster of one node; the address at which it takes jobs."""
    port = _free_ports(3)
    folder = tmp_path_factory.mktemp("ray")
    place = tempfile.mkdtemp(prefix="ray-")  # its sockets take a short path only
    words = [
        "start", "--head", "--block", "--disable-usage-stats", "--num-cpus=2",
        "--node-ip-address=127.0.0.1", f"--port={port}", "--dashboard-host=127.0.0.1",
        f"--dashboard-port={port + 1}", f"--dashboard-agent-listen-port={port + 2}",
        "--object-store-memory=80000000", f"--temp-dir={place}",
    ]  # fmt: skip
    # By this it stays on the loopback, as it does by default on other systems.
    environment = {**os.environ, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
    with (folder / "log").open("wb") as log:
        head = subprocess.Popen(
            [ENGINES.absolute() / "ray", *words], stdout=log, stderr=log, env=environment
        )
    until(lambda: _is_open(port + 1), 60)
    yield f"http://127.0.0.1:{port + 1}"
    head.terminate()  # and all that it started
    head.wait(30)
    shutil.rmtree(place, ignore_errors=True)


def _free_ports(count: int) -> int:
    """The first of so many ports that nobody uses; below those that the kernel gives away."""
    for first in range(26800, 32000, count):
        if not any(_is_open(port) for port in range(first, first + count)):
            return first
    raise AssertionError("no port is free")


def _is_open(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0

"""The machine that a command runs on: its devices, its session, its cluster, and who else uses it."""

import os
import platform
import re
import shutil
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from homegolf_git.core.model.values import Value
from homegolf_git.shell.hardware import asked, measured_devices

_HOST_MAX = 40  # characters, of a session
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Cluster(Value, frozen=True):
    """Where a launcher put this process: its rank among `world`, on how many nodes."""

    launcher: str
    job: str
    rank: int = 0
    world: int = 1
    nodes: int = 1

    @property
    def note(self) -> str:
        """In words."""
        where = f" on {self.nodes} nodes" if self.nodes > 1 else ""
        return f"{self.launcher} job {self.job}{where}" if self.job else f"{self.launcher}{where}"


# Launcher: variables of its job, the rank, the number of processes, the number of nodes.
_LAUNCHERS = {
    "torchrun": ("TORCHELASTIC_RUN_ID", "RANK", "WORLD_SIZE", "GROUP_WORLD_SIZE"),
    "Slurm": ("SLURM_JOB_ID", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_JOB_NUM_NODES"),
    "Open MPI": ("OMPI_MCA_ess_base_jobid", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_MCA_orte_num_nodes"),
    "MPI": ("PMI_JOBID", "PMI_RANK", "PMI_SIZE", ""),
    "Ray": ("RAY_JOB_ID", "", "", ""),
}  # fmt: skip


def cluster_of(environment: Mapping[str, str]) -> Cluster | None:
    """The cluster that an environment tells of; of several launchers the innermost."""
    for launcher, (job, rank, world, nodes) in _LAUNCHERS.items():
        if environment.get(job):
            return Cluster(
                launcher, environment[job][:64], _count(environment.get(rank), 0),
                _count(environment.get(world), 1), _count(environment.get(nodes), 1),
            )  # fmt: skip
    return None


def _count(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,6}", text) else otherwise


def devices(environment: Mapping[str, str]) -> list[tuple[str, int]]:
    """Names and counts of the devices that a command may use, on all nodes of its job."""
    found = list(measured_devices())
    visible = environment.get("CUDA_VISIBLE_DEVICES", "").strip()
    if visible and len(found) == 1 and shutil.which("nvidia-smi"):
        name, count = found[0]
        found = [(name, min(count, len(visible.split(","))))]
    cluster = cluster_of(environment)
    nodes = cluster.nodes if cluster else 1
    return [(name, count * nodes) for name, count in found]


def host() -> str:
    """The name of this machine."""
    return socket.gethostname() or platform.node() or "localhost"


def session_of(start: datetime) -> str:
    """One machine, one boot, one day: what the scores of a session share."""
    name = "".join(c if c.isprintable() and c not in " /" else "-" for c in host())[:_HOST_MAX]
    return f"{name}/{_boot()[:8]}/{start:%Y-%m-%d}"


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        said = asked("sysctl", "-n", "kern.bootsessionuuid")
        return said[0].lower() if said else "unknown"


def others_on_devices(own: int = 0) -> list[int]:
    """Processes that use the NVIDIA devices and are not of the group of `own`."""
    said = asked("nvidia-smi", "--query-compute-apps=pid", "--format=csv,noheader")
    return [int(line) for line in said if line.isdecimal() and not _is_of(int(line), own)]


def _is_of(pid: int, group: int) -> bool:
    try:
        return group > 0 and os.getpgid(pid) == group
    except OSError:
        return False


def now() -> str:
    """The time as a row has it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

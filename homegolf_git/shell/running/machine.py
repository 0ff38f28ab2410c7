"""The machine that a command runs on: its devices, its session, its cluster, and who else uses it."""

import json
import os
import platform
import re
import shutil
import socket
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from homegolf_git.core.model.values import Value
from homegolf_git.shell.hardware import asked, measured_devices

_HOST_MAX = 40  # characters, of a session
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Cluster(Value, frozen=True):
    """Where launchers put this process: its rank among `world`, on how many nodes."""

    launchers: tuple[tuple[str, str], ...]  # name and job of each, the innermost first
    rank: int = 0
    world: int = 1
    nodes: int = 1

    @property
    def note(self) -> str:
        """In words."""
        said = [f"{name} job {job}" if job else name for name, job in self.launchers]
        where = f" on {self.nodes} nodes" if self.nodes > 1 else ""
        return ", ".join(said) + where


class _Launcher(Value, frozen=True):
    """The variables in which a launcher says where a process is; of several the first that is set."""

    name: str
    needs: tuple[str, ...]  # all of them are set in its processes
    job: tuple[str, ...] = ()
    rank: str = ""
    world: str = ""
    nodes: tuple[str, ...] = ()
    unless: str = ""  # set where another of this list started it


# The innermost first: Ray's processes may carry the rank with which Slurm started Ray on their node.
_LAUNCHERS = (
    _Launcher("torchrun", ("TORCHELASTIC_RUN_ID",), ("TORCHELASTIC_RUN_ID",), "RANK", "WORLD_SIZE", ("GROUP_WORLD_SIZE",)),
    _Launcher("torch", ("RANK", "WORLD_SIZE", "MASTER_ADDR"), (), "RANK", "WORLD_SIZE", unless="TORCHELASTIC_RUN_ID"),
    _Launcher("Open MPI", ("OMPI_COMM_WORLD_RANK",), ("OMPI_MCA_ess_base_jobid",), "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", ("OMPI_MCA_orte_num_nodes",)),
    _Launcher("Ray", ("RAY_JOB_ID",), ("RAY_JOB_ID",)),
    _Launcher("MPI", ("PMI_RANK",), ("PMI_JOBID",), "PMI_RANK", "PMI_SIZE"),
    _Launcher("Slurm", ("SLURM_JOB_ID",), ("SLURM_JOB_ID",), "SLURM_PROCID", "SLURM_NTASKS", ("SLURM_STEP_NUM_NODES", "SLURM_JOB_NUM_NODES")),
)  # fmt: skip
_NO_JOB = ("none", "ffffffff")  # torchrun and Ray say so where there is none, or none yet
_RAY_CONFIG = "RAY_JOB_CONFIG_JSON_ENV_VAR"  # what a submitted job finds, in place of RAY_JOB_ID


def cluster_of(environment: Mapping[str, str]) -> Cluster | None:
    """The cluster that an environment tells of; None: no launcher started this process.

    Rank and nodes are those that the innermost launcher states, and the job of each is named.
    """
    if environment.get(_RAY_CONFIG):
        environment = {"RAY_JOB_ID": _submitted_job(environment[_RAY_CONFIG]), **environment}
    found = [
        item
        for item in _LAUNCHERS
        if all(environment.get(name) for name in item.needs) and not environment.get(item.unless)
    ]
    if not found:
        return None
    inner = found[0]
    said = [(item.name, _first(environment, item.job)[:64]) for item in found]
    jobs = tuple((name, "" if job in _NO_JOB else job) for name, job in said)
    nodes = _first(environment, [name for item in found for name in item.nodes])
    return Cluster(
        jobs, _count(environment.get(inner.rank), 0), _count(environment.get(inner.world), 1),
        _count(nodes, 1),
    )  # fmt: skip


def _submitted_job(config: str) -> str:
    """The name of a job in its configuration as Ray writes it."""
    try:
        return str(json.loads(config)["metadata"]["job_submission_id"])
    except (ValueError, LookupError, TypeError):
        return _NO_JOB[0]


def _first(environment: Mapping[str, str], names: Iterable[str]) -> str:
    return next(filter(None, map(environment.get, names)), "")


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

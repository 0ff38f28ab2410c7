"""Wall time, CPU time and memory of a command, as medians of several runs."""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PER_MB = 1024 * 1024 if platform.system() == "Darwin" else 1024  # what a peak is counted in
PROGRAM = (sys.executable, "-m", "homegolf_git")
# The same command line, which says at its end what memory its own process took at most.
_OWN_PEAK = """
import atexit, resource, sys
atexit.register(lambda: print(
    "PEAK", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr, flush=True))
from homegolf_git.cli import main
main()
"""


@dataclass(frozen=True)
class Cost:
    """Medians of wall and CPU seconds, and the highest peak of one process in MB."""

    wall: float
    cpu: float
    peak: float


def measure(
    command: Sequence[str],
    repeats: int,
    *,
    where: Path | None = None,
    before: Callable[[], object] = lambda: None,
    environment: Mapping[str, str] | None = None,
) -> Cost:
    """Run a command several times; `before` puts things in their place and is not counted."""
    walls, cpus, peaks = [], [], []
    for _ in range(repeats):
        before()
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=where, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        walls.append(time.perf_counter() - started)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):  # 1: findings
            raise RuntimeError(f"{command} ended with {process.returncode}")
        cpus.append(usage.ru_utime + usage.ru_stime)
        peaks.append(usage.ru_maxrss / _PER_MB)
    return Cost(statistics.median(walls), statistics.median(cpus), max(peaks))


def own_peak(arguments: Sequence[str]) -> float:
    """The most memory that the program's own process took, in MB, git beside it not counted."""
    ran = subprocess.run(
        [sys.executable, "-c", _OWN_PEAK, *arguments], capture_output=True, text=True, check=False
    )
    return int(ran.stderr.rpartition("PEAK ")[2]) / _PER_MB


def git(folder: Path, *arguments: str, data: str | None = None) -> str:
    """Run git; its output."""
    who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org"]
    ran = subprocess.run(
        ["git", "-C", folder, *who, *arguments],
        check=True, capture_output=True, text=True, input=data,
    )  # fmt: skip
    return ran.stdout.strip()

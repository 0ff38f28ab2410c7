"""The devices of this machine, as their drivers name them."""

import platform
import shutil
import subprocess
from collections import Counter
from pathlib import Path

_SECONDS = 20
_CPU_NAMES = Path("/proc/cpuinfo")


def measured_devices() -> tuple[tuple[str, int], ...]:
    """Names with counts: NVIDIA's devices where there are some, else the processor."""
    names = asked("nvidia-smi", "--query-gpu=name", "--format=csv,noheader")
    if names:
        return tuple(Counter(names).items())
    apple = asked("sysctl", "-n", "machdep.cpu.brand_string")
    return ((apple[0] if apple else _cpu_name(), 1),)


def _cpu_name() -> str:
    try:
        lines = _CPU_NAMES.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    found = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(found, "") or f"CPU {platform.machine() or 'core'}"


def asked(program: str, *arguments: str) -> list[str]:
    """The lines that a program prints; none where it is not there or fails."""
    path = shutil.which(program)
    if path is None:
        return []
    try:
        ran = subprocess.run(  # noqa: S603 - fixed words, no shell
            [path, *arguments], capture_output=True, text=True, check=True, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in ran.stdout.splitlines() if line.strip()]

"""Disks that take nothing more and places that cannot be written, around a command that runs.

A limit of file sizes is had everywhere. A small file system and a place that is mounted for reading
alone take a mount namespace, which not every machine lets a test make.
"""

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from tests.e2e.world import Ran
from tests.kills.ground import Ground

_PAGE = 4  # KiB that a small file system gives at once
_UNSHARE = ("unshare", "--map-root-user", "--mount")
# What is below $1 goes into a file system with $3 KiB left, beside it in $2, and back when all is done;
# but for the forge, which has a disk of its own and is written by a server outside.
_SMALL = """
set -e
root=$1 beside=$2 room=$3
shift 3
mkdir -p "$beside/was" "$beside/is"
mount --bind "$root" "$beside/was"
mount -t tmpfs -o size=1g,mode=700 small "$beside/is"
cp -a "$root/." "$beside/is/"
used=$(df -kP "$beside/is" | awk 'NR == 2 { print $3 }')
mount -o "remount,size=$((used + room))k" "$beside/is"
mount --bind "$beside/is" "$root"
if [ -d "$root/forge" ]; then mount --bind "$beside/was/forge" "$root/forge"; fi
cd "$PWD"
code=0
"$@" || code=$?
cd /
if [ -d "$root/forge" ]; then umount "$root/forge"; fi
find "$beside/was" -mindepth 1 -maxdepth 1 ! -name forge -exec rm -rf {} +
rm -rf "$beside/is/forge"
cp -a "$beside/is/." "$beside/was/"
exit "$code"
"""
_FIXED = """
set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
cd "$PWD"
shift
exec "$@"
"""
_DROP, _OVERRIDE, _SEARCH = 24, 1, 2  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@cache
def has_namespaces() -> bool:
    """Whether this machine lets a test mount something for itself."""
    try:
        words = [*_UNSHARE, "mount", "-t", "tmpfs", "try", "/mnt"]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def limited(ground: Ground, size: int, *words: str) -> Ran:
    """Run a command none of whose files may grow beyond so many bytes."""
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
    return _ran(ground, (), words, limit)


def roomless(ground: Ground, pages: int, *words: str) -> Ran:
    """Run a command where everything lies on a disk on which so many pages are left."""
    root = ground.world.root
    beside = root.with_name(f"{root.name}-small")
    prefix = (*_UNSHARE, "sh", "-c", _SMALL, "sh", str(root), str(beside), str(_PAGE * pages))
    return _ran(ground, prefix, words)


def fixed(ground: Ground, place: Path, *words: str, **environment: str) -> Ran:
    """Run a command while a place is mounted for reading alone."""
    prefix = (*_UNSHARE, "sh", "-c", _FIXED, "sh", str(place))
    return _ran(ground, prefix, words, environment=environment)


def forbidden(ground: Ground, place: Path, *words: str, **environment: str) -> Ran:
    """Run a command by a user who may not write a place, even where the test's own may write all."""
    mode = place.stat().st_mode
    place.chmod(0o555)
    try:
        return _ran(ground, (), words, _as_any_user, environment)
    finally:
        place.chmod(mode)


def _as_any_user() -> None:
    """From the next program on permissions bind the superuser too."""
    if os.geteuid() == 0:
        for capability in (_OVERRIDE, _SEARCH):
            ctypes.CDLL(None).prctl(_DROP, capability, 0, 0, 0)


def injected(ground: Ground, calls: str, number: int, *words: str) -> Ran:
    """Run a command each process of which is told by strace that the disk is full, from a call on."""
    fault = f"inject={calls}:error=ENOSPC:when={number}+"
    prefix = ("strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e", fault)
    return _ran(ground, prefix, words)


def _ran(
    ground: Ground,
    prefix: Sequence[str],
    words: Sequence[str],
    before: Callable[[], object] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ran:
    ran = subprocess.run(
        [*prefix, sys.executable, "-m", "homegolf_git", *words],
        cwd=ground.world.repo,
        env={
            **os.environ, **ground.world.environment,
            "TMPDIR": str(ground.temporary), **(environment or {}),
        },
        preexec_fn=before,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )  # fmt: skip
    return Ran(ran.returncode, ran.stdout, ran.stderr)

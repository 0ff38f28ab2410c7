"""Runs a command as a job of a Ray cluster, as if it ran here: `python -m homegolf_git.shell.running.rayclient`."""

import asyncio
import os
import secrets
import shlex
import sys
import time
from argparse import Namespace
from collections.abc import Mapping

from ray.job_submission import JobStatus, JobSubmissionClient

from homegolf_git.shell.running.jobguard import client_options, guarded

_LATE = 124  # as timeout(1) says it
_STOPPED = 143
_LOOK = 0.5  # seconds between two looks at a job
# Of the machine that asks, not of the one that runs the command.
_OF_HERE = ("RAY_", "SLURM_", "PWD", "OLDPWD", "SHLVL", "HOSTNAME", "LS_COLORS", "_")


def run(options: Namespace) -> int:
    """The exit status of the command; 124 where it ran too long, 143 where it was stopped."""
    client, job = JobSubmissionClient(), f"homegolf-{secrets.token_hex(6)}"
    stop = [sys.executable, "-c", _STOP, job]
    with guarded(stop, lambda _: _stop(client, job)):
        client.submit_job(
            submission_id=job,
            entrypoint=f"cd {shlex.quote(options.folder)} && exec {shlex.join(options.words)}",
            runtime_env={"env_vars": _carried(os.environ)},
            entrypoint_num_cpus=float(os.environ.get("HOMEGOLF_RAY_CPUS", "0")),
            entrypoint_num_gpus=float(os.environ.get("HOMEGOLF_RAY_GPUS", "0")),
        )
        is_late = asyncio.run(_watch(client, job, options.limit))
    info = client.get_job_info(job)
    if info.status == JobStatus.SUCCEEDED:
        return 0
    if is_late:
        return _LATE
    if info.status == JobStatus.STOPPED:
        return _STOPPED
    if info.driver_exit_code is None:
        sys.stderr.write(f"{info.message}\n")
    status = info.driver_exit_code or 1
    return status if status > 0 else 128 - status


_STOP = """
import sys
from ray.job_submission import JobSubmissionClient
JobSubmissionClient().stop_job(sys.argv[1])
"""


def _stop(client: JobSubmissionClient, job: str) -> None:
    client.stop_job(job)


async def _watch(client: JobSubmissionClient, job: str, limit: float | None) -> bool:
    """Show what a job prints until it has ended; whether it ran longer than it may."""
    shown = asyncio.create_task(_show(client, job))
    started, is_late = None, False
    while not (status := await asyncio.to_thread(client.get_job_status, job)).is_terminal():
        if started is None and status == JobStatus.RUNNING:
            started = time.monotonic()
        if limit is not None and started is not None and time.monotonic() - started > limit:
            is_late = is_late or client.stop_job(job)
        await asyncio.sleep(_LOOK)
    await shown
    return is_late


async def _show(client: JobSubmissionClient, job: str) -> None:
    async for lines in client.tail_job_logs(job):
        sys.stdout.write(lines)
        sys.stdout.flush()


def _carried(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(_OF_HERE[:2]) and name not in _OF_HERE
    }


if __name__ == "__main__":
    sys.exit(run(client_options("Run a command as a job of Ray.")))

"""Runs a command as a job of Slurm, as if it ran here: `python -m homegolf_git.shell.running.slurmclient`."""

import math
import os
import secrets
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Mapping

from homegolf_git.shell.running.jobguard import client_options, guarded

_MISSING = 127  # what a shell says where there is no such program


def run(options: Namespace) -> int:
    """The exit status of the command; 128 and the signal where a signal ended it."""
    name = f"homegolf-{secrets.token_hex(6)}"  # by which its job is found, whatever became of srun
    # Slurm counts minutes; the one on top lets a command end by itself.
    limit = [] if options.limit is None else [f"--time={math.ceil(options.limit / 60) + 1}"]
    words = [
        "srun", "--unbuffered", "--ntasks=1", f"--job-name={name}", f"--chdir={options.folder}",
        *limit, "--", *options.words,
    ]  # fmt: skip
    told: list[int] = []

    def tell(number: int) -> None:
        """The first signal is the command's to end by; who insists ends the job."""
        how = ["--quiet"] if told else [f"--signal={signal.Signals(number).name[3:]}", "--quiet"]
        told.append(number)
        _scancel(name, *how)
        if not told[1:]:
            _scancel(name, "--state=PENDING", "--quiet")  # it has no command yet that would end

    with guarded(["scancel", f"--name={name}"], tell):
        try:
            srun = subprocess.Popen(  # noqa: S603 - the command that the user gave
                words,
                stdin=subprocess.DEVNULL,
                env=_without_job(os.environ),
                start_new_session=True,  # a signal to the group would make srun kill the job at once
            )
        except OSError as error:
            sys.stderr.write(f"srun: {error.strerror}\n")
            return _MISSING
        status = srun.wait()
    return status if status >= 0 else 128 - status


def _without_job(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what Slurm says of the job that this process is in: it is another's."""
    if "SLURM_JOB_ID" not in environment:  # then it has the user's choices, such as SLURM_PARTITION
        return dict(environment)
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith("SLURM_") or name == "SLURM_CONF"
    }


def _scancel(name: str, *options: str) -> None:
    subprocess.run(["scancel", f"--name={name}", *options], check=False)  # noqa: S603, S607 - Slurm's own


if __name__ == "__main__":
    sys.exit(run(client_options("Run a command as a job of Slurm.")))

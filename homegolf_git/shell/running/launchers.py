"""Where a command runs: here, or on a cluster through the cluster's own client."""

import math
import shutil
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from homegolf_git.core.model.findings import finding
from homegolf_git.errors import refused

LOCAL = "local"
LAUNCHERS = (LOCAL, "ray", "slurm")


def launch(
    launcher: str, words: Sequence[str], folder: Path, limit: float | None = None
) -> list[str]:
    """The words of a command that runs `words` where a launcher puts them.

    Run here, it shows what they print, ends as they end, hands signals on, and ends their job when
    it is itself ended, however that is. They get the environment that it is started with.

    Args:
        launcher: One of LAUNCHERS.
        words: The command, which must be there under the same name on every node.
        folder: Where it runs, on a file system that the nodes share.
        limit: Seconds that the job may run from its start; None: as long as the cluster lets it.

    Raises:
        HomegolfError: where the cluster's client is not installed.
    """
    if launcher == LOCAL:
        return list(words)
    if launcher == "slurm":
        if shutil.which("srun") is None:
            raise refused(
                finding("no_command", "there is no srun here", fix="install Slurm's commands")
            )
    elif find_spec("ray") is None:
        fix = "run `pip install 'homegolf-git[ray]'`"
        raise refused(finding("no_command", "Ray is not installed", fix=fix))
    client = f"homegolf_git.shell.running.{launcher}client"
    given = [] if limit is None else ["--limit", str(math.ceil(limit))]
    return [sys.executable, "-m", client, *given, "--folder", str(folder), "--", *words]

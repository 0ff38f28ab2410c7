"""What a loop is asked for, and what it remembers beside the ledger: where it began, and its hours."""

import json
from collections.abc import Mapping
from pathlib import Path

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json, Value, field
from homegolf_git.errors import refused
from homegolf_git.shell.files.worktree import replace_file
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo


class LoopRequest(Value, frozen=True):
    """What a loop runs and when it ends; the lane's own command where none is given."""

    lane: str | None
    command: tuple[str, ...]
    baseline: Mapping[str, Json] = field(default_factory=dict)  # its config
    max_runs: int | None = None
    max_hours: float | None = None
    max_failures: int = 5
    remote: str | None = None  # that rows and claims go through
    launcher: str = "local"
    workers: int = 1
    worker: int | None = None  # which one of several this is
    words: tuple[str, ...] = ()  # the call of the program, which each worker repeats
    source: Path | None = None
    folder: Path | None = None  # where it runs; the working directory
    reports: tuple[Path, ...] = ()
    artifacts: tuple[str, ...] = ()
    is_dry_run: bool = False
    wants_plateau: bool = False


def require_rerun(wanted: Row | None, run: Row) -> None:
    """Refuse to go on where what was to be run again is another config: it would be for ever.

    Raises:
        HomegolfError: with what differs.
    """
    if wanted is None or run.config_digest == wanted.config_digest:
        return
    parts = {
        "its config": run.config != wanted.config,
        "the source": run.source.revision != wanted.source.revision,
        "the hardware": run.hardware != wanted.hardware,
        "the evaluation": run.evaluation != wanted.evaluation,
    }
    differing = ", ".join(name for name, differs in parts.items() if differs)
    message = f"{wanted.run_id} was run again as {run.run_id}, and {differing} differ"
    raise refused(finding("not_a_rerun", message))


class LoopLog:
    """Where a loop began and what it spent, over all of its calls."""

    def __init__(self, repo: GitRepo, lane: LaneId, name: str, rows: int) -> None:
        self._top, self._file = repo.common_dir, f"{OWN_FOLDER}/loops/{lane}-{name}.json"
        self.since, self._seconds = rows, 0.0
        try:
            kept = json.loads((self._top / self._file).read_bytes())
            self.since, self._seconds = int(kept["since"]), float(kept["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            self._keep()

    @property
    def hours(self) -> float:
        """Spent on runs."""
        return self._seconds / 3600

    def spend(self, seconds: float) -> None:
        """Add the time of a run."""
        self._seconds += seconds
        self._keep()

    def _keep(self) -> None:
        data = json.dumps({"since": self.since, "seconds": round(self._seconds, 3)}).encode()
        replace_file(self._top, self._file, data)

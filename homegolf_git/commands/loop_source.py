"""Where a loop's ideas come from, and how the trainer's source is made to be that of a run."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from homegolf_git.commands.common import one_lane, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.keep import Decision
from homegolf_git.core.search.looping import Attempt
from homegolf_git.core.search.seen import Idea, seen
from homegolf_git.shell.landing.claims import claim_digest
from homegolf_git.shell.running.guard import Sealed
from homegolf_git.shell.running.source import source_of
from homegolf_git.shell.trainer import trainer_around

_AGAIN = ("preempted", "other")  # failures that say nothing of the idea
_AGAIN_MOST = 2


IsFree = Callable[[Attempt], bool]


class Source(Protocol):
    """An origin of ideas."""

    name: str  # by which a loop that is begun again knows itself

    def next(self, lane: LaneLedger, is_free: IsFree) -> Attempt | None:
        """The next idea, standing in the trainer's work tree; None: there is none left.

        `is_free` takes an idea for this worker, or says that somebody else is at it.
        """

    def stand_at(self, row: Row | None) -> None:
        """Make the trainer's work tree be the source of a run, or of the baseline."""

    def has(self, row: Row) -> bool:
        """Whether the source of a run is here, so that it can be run again."""

    def claim_of(self, config: Json, row: Row | None) -> str:
        """The claim of a config with the source of a run, or the one that stands in the work tree."""

    def sealed(self) -> Sealed | None:
        """What a run must leave alone, sealed now; None: nobody watches."""

    def judged(self, attempt: Attempt, decision: Decision) -> None:
        """Hear what became of an idea."""


class Configs:
    """Ideas that are configs: the source stays as it is."""

    def __init__(
        self,
        name: str,
        suggest: Callable[[LaneLedger, IsFree], Attempt | None],
        tree: str | None = None,
    ) -> None:
        """`tree` is that of the source."""
        self.name, self._suggest, self._tree = name, suggest, tree

    def next(self, lane: LaneLedger, is_free: IsFree) -> Attempt | None:
        """The next config, or None."""
        return self._suggest(lane, is_free)

    def stand_at(self, row: Row | None) -> None:
        """It stands there."""

    def has(self, row: Row) -> bool:
        """All runs have one source."""
        return row is not None

    def claim_of(self, config: Json, row: Row | None) -> str:
        """The source is the same for all."""
        return claim_digest(config, self._tree if row is None or self.has(row) else None)

    def sealed(self) -> None:
        """Nobody watches: nothing changes the source."""

    def judged(self, attempt: Attempt, decision: Decision) -> None:
        """The ledger remembers it."""


def queue(attempts: Sequence[Attempt], name: str, tree: str | None = None) -> Configs:
    """The ideas of a file, in their order, but for those whose config was tried."""

    def suggest(lane: LaneLedger, is_free: IsFree) -> Attempt | None:
        rows = [landed.row for landed in lane.rows]
        left = (item for item in attempts if not is_tried(rows, item))
        return next((item for item in left if is_free(item)), None)

    return Configs(name, suggest, tree)


def is_tried(rows: Sequence[Row], attempt: Attempt) -> bool:
    """Whether an idea's config has been run; a run that was only cut short is none, twice at most."""
    runs = {match.run_id for match in seen(rows, Idea(attempt.config)) if match.by == "config"}
    found = [row for row in rows if row.run_id in runs]
    cut_short = [row for row in found if row.failure is not None and row.failure.kind in _AGAIN]
    return len(found) > len(cut_short) or len(cut_short) > _AGAIN_MOST


def tree_around(workspace: Workspace, source: Path | None) -> str | None:
    """The tree of the trainer's source, by which machines know that they run the same."""
    ledger = workspace.repo()
    trainer = trainer_around(source or Path.cwd(), ledger)
    if trainer is None:
        return None
    (tree,) = trainer.lookups([f"{source_of(trainer, ledger).revision}^{{tree}}"])
    return tree


def study_of(
    workspace: Workspace, lane: str | None, space: Path, tree: str | None = None
) -> Configs:
    """The ideas of a study that is told what landed."""
    from homegolf_git.shell.running.study import Study, read_space  # noqa: PLC0415 - an extra

    ledger = open_ledger(workspace)
    metric = ledger.lanes[one_lane(ledger, lane)].current.lane.metric
    return Configs("optuna", Study(read_space(space), metric).suggest, tree)

"""Where a command works, and whom it tells how far it has come and what it came upon."""

from collections.abc import Callable
from pathlib import Path

from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.values import Value
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.progress import SILENT, Progress


def _nobody(_: Finding) -> None:
    """Nobody is told."""


class Workspace(Value, frozen=True):
    """A folder in a repository, and the sign of life of this call of the command line."""

    path: Path
    progress: Progress = SILENT
    tell: Callable[[Finding], None] = _nobody

    def repo(self) -> GitRepo:
        """The repository; a branch of the ledger that was deleted is back, and somebody is told.

        Raises:
            HomegolfError: where there is none.
        """
        repo = GitRepo(self.path)
        if repo.ledger_copy is not None:
            from homegolf_git.shell.git.ledgerbranch import restore  # noqa: PLC0415 - few need it

            if (restored := restore(repo)) is not None:
                self.tell(restored)
        return repo

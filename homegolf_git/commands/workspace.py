"""Where a command works, and whom it tells how far it has come."""

from pathlib import Path

from homegolf_git.core.model.values import Value
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.progress import SILENT, Progress


class Workspace(Value, frozen=True):
    """A folder in a repository, and the sign of life of this call of the command line."""

    path: Path
    progress: Progress = SILENT

    def repo(self) -> GitRepo:
        """The repository.

        Raises:
            HomegolfError: where there is none.
        """
        return GitRepo(self.path)

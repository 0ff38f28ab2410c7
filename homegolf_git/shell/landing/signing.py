"""Signatures of commits that are made here, where a lane asks for them."""

from collections.abc import Mapping

from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import environment_error
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.sshkeys import HOW_TO_SIGN, signing_key
from homegolf_git.shell.reading.signatures import require_signed


class Signing:
    """Whose signature each file needs; with the user's own switch for commits all are signed anyway."""

    def __init__(self, repo: GitRepo) -> None:
        self.repo = repo
        self.names: dict[str, str] = {}

    @property
    def is_on(self) -> bool:
        """Whether the next commit is signed."""
        return bool(self.names) or self.repo.is_set("commit.gpgSign")

    def ask(self, names: Mapping[str, str]) -> None:
        """From now on these files are to be signed for whom they are of.

        Raises:
            HomegolfError: where git is set to sign with no SSH key.
        """
        if names:
            require_key(self.repo, "signed rows")
        self.names.update(names)

    def require(self, base: Oid, made: Oid, files: Mapping[str, bytes]) -> None:
        """Refuse a commit whose signature is not the one that its files need.

        Raises:
            HomegolfError: naming the signature.
        """
        asked = {path: self.names[path] for path in files if path in self.names}
        if asked:
            require_signed(self.repo, base, made, asked)


def require_key(repo: GitRepo, what: str) -> None:
    """Refuse where there is no key to sign with.

    Raises:
        HomegolfError: with what to set.
    """
    if signing_key(repo) is None:
        message = f"the lane asks for {what}, and git is set to sign with no SSH key"
        raise environment_error("no_signing_key", message, HOW_TO_SIGN)

"""What an agent or a run must leave alone: sealed before, compared and put back after.

That stops who is careless or greedy. Whoever has the same user's rights can undo all of it.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Value
from homegolf_git.errors import environment_error
from homegolf_git.shell.files.unwritten import unwritten
from homegolf_git.shell.git.gitrepo import BRANCHES, GitRepo

_MIRRORED = "refs/heads/ledger"


class Seal(Value, frozen=True):
    """How everything stood: the ledger's commit, and files of git's with their bytes."""

    ledger: Oid
    files: Mapping[str, bytes]
    hooks: str  # digest of the folder of hooks


class Guard:
    """Seals a ledger and the trainer's git directory, with a copy of the ledger outside of both."""

    def __init__(self, ledger: GitRepo, trainer: GitRepo) -> None:
        """Make the copy, or take the one of the call before."""
        self._ledger, self._trainer = ledger, trainer
        name = sha256(os.fsencode(ledger.common_dir)).hexdigest()[:16]
        state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
        self.mirror = Path(state) / "homegolf" / f"{name}.git"
        if not self.mirror.is_dir():
            try:
                self.mirror.mkdir(parents=True)
            except OSError as error:
                raise unwritten(error, self.mirror) from error
            GitRepo.init(self.mirror, bare=True)

    def seal(self) -> Seal:
        """How everything stands now."""
        head = self._ledger.require_history()
        words = (
            "push",
            "--quiet",
            "--force",
            "--no-verify",
            str(self.mirror),
            f"{head}:{_MIRRORED}",
        )
        ran = self._ledger.run(*words)
        if ran.code:
            raise self._ledger.refused(ran, "cannot_write", f"{self.mirror} cannot be written")
        files = {str(path): path.read_bytes() for path in self._files() if path.is_file()}
        return Seal(head, files, self._hooks())

    def broken(self, seal: Seal) -> list[str]:
        """What is not as it was; it is put back."""
        found = []
        for path in self._files():
            before = seal.files.get(str(path))
            if _bytes(path) != before:
                found.append(f"{path.name} of git's directory")
                _put_back(path, before)
        if self._hooks() != seal.hooks:
            found.append("a hook")
            for path in self._hook_files():
                if str(path) not in seal.files:
                    path.unlink(missing_ok=True)
            for name, data in seal.files.items():
                if Path(name).parent.name == "hooks":
                    _put_back(Path(name), data)
        if self._head() != seal.ledger:
            found.append("the ledger")
            self._restore(seal.ledger)
        return found

    # --- parts

    def _files(self) -> Iterator[Path]:
        for repo in {repo.common_dir: repo for repo in (self._ledger, self._trainer)}.values():
            yield from (repo.common_dir / "config", repo.common_dir / "info" / "attributes")
            yield from (repo.common_dir / "info" / "exclude", repo.git_dir / "config.worktree")
        yield from self._hook_files()

    def _hook_files(self) -> Iterator[Path]:
        for folder in {repo.common_dir / "hooks" for repo in (self._ledger, self._trainer)}:
            if folder.is_dir():
                yield from (path for path in sorted(folder.iterdir()) if path.suffix != ".sample")

    def _hooks(self) -> str:
        parts = (
            f"{path} {os.access(path, os.X_OK)}\n".encode() + (_bytes(path) or b"")
            for path in self._hook_files()
        )
        return sha256(b"\0".join(parts)).hexdigest()

    def _head(self) -> Oid | None:
        self._ledger.objects.renew()
        ref = self._ledger.ledger_ref
        return self._ledger.head() if ref is None else self._ledger.resolve(ref)

    def _restore(self, oid: Oid) -> None:
        """Bring the ledger back from its copy, whatever objects are gone."""
        self._ledger.run("fetch", "--quiet", "--no-tags", "--refetch", str(self.mirror), _MIRRORED)
        for ref in filter(None, (self._ledger.ledger_ref, self._ledger.ledger_copy)):
            self._ledger.update_ref(ref, oid)
        if self._ledger.ledger_ref is None:
            self._ledger.run("reset", "--quiet", "--hard", oid)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _put_back(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def branch_of(repo: GitRepo) -> str:
    """The branch that is checked out.

    Raises:
        HomegolfError: where HEAD is on none.
    """
    branch = repo.branch()
    if branch is None:
        raise environment_error("detached", "HEAD of the trainer's repository is on no branch")
    return BRANCHES + branch


class TamperedError(Exception):
    """Something changed that an agent or a run must leave alone; it has been put back."""


class Sealed:
    """Compares when it is left, and ends the loop where something differs."""

    def __init__(self, guard: Guard) -> None:
        """Seal everything as it stands."""
        self._guard, self._seal = guard, guard.seal()

    def __enter__(self) -> None:
        """It was sealed when it was made."""

    def __exit__(self, *_: object) -> None:
        """Compare."""
        self.check()

    def check(self) -> None:
        """End the loop where something is not as it was.

        Raises:
            TamperedError: naming it.
        """
        if broken := self._guard.broken(self._seal):
            raise TamperedError(f"{', '.join(broken)} changed, and was put back")

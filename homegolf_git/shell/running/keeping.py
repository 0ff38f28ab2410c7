"""Captures that have not landed yet, each in a file of the git directory."""

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from shlex import quote

from homegolf_git.core.model.captured import Session
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.values import DecodeError, decode, encode, replace
from homegolf_git.shell.files.unwritten import unwritten, writing
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo
from homegolf_git.shell.git.holding import Hold, held, is_held

_CONFIG, _DAMAGED = "{config}", ".damaged"
_BALLAST = 2 << 20  # bytes that are there for a capture whose command fills the disk


class Keeper:
    """Where the captures of a repository are kept until they land."""

    def __init__(self, repo: GitRepo) -> None:
        """In the git directory that all its work trees share."""
        self.folder = repo.common_dir / OWN_FOLDER / "captures"

    def holding(self, run_id: str) -> AbstractContextManager[Hold]:
        """Show that a capture is alive while it works."""
        return held(self._lock(run_id))

    def keep(self, session: Session) -> None:
        """Keep a capture as it stands, in one step.

        Raises:
            HomegolfError: where it cannot be written.
        """
        path, data = self._file(session.run_id), encode(session)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                _replace(path, data)
            except OSError:  # the room that was kept for this
                self._ballast(session.run_id).unlink(missing_ok=True)
                _replace(path, data)
        except OSError as error:
            raise unwritten(error, path) from error

    def has(self, run_id: str) -> bool:
        """Whether a capture of this id has not landed."""
        return self._file(run_id).exists()

    def reserve(self, run_id: str) -> None:
        """Take room on the disk before a command can fill it.

        Raises:
            HomegolfError: where there is none, so that what the command makes could be lost.
        """
        path = self._ballast(run_id)
        with writing(path):
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"\0" * _BALLAST)

    def release(self, run_id: str) -> None:
        """Give that room back."""
        self._ballast(run_id).unlink(missing_ok=True)

    def with_config(self, session: Session) -> Session:
        """The capture with {config} in its command as the path of a file that holds it while it runs."""
        if not any(_CONFIG in word for word in session.command):
            return session
        path = self.folder / f"{session.run_id}.json"
        with writing(path):
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(session.facts.config), encoding="utf-8")
        words = [word.replace(_CONFIG, str(path)) for word in session.command]
        return replace(session, command=tuple(words))

    def forget(self, run_id: str) -> None:
        """Take away what has landed."""
        for end in ("session", "room", "new", "json", "lock"):
            (self.folder / f"{run_id}.{end}").unlink(missing_ok=True)

    def left(self) -> Iterator[Session]:
        """Captures that nobody works on any more, the earliest first."""
        for lock in self.folder.glob("*.lock"):
            if not lock.with_suffix(".session").exists() and not is_held(lock):
                self.forget(lock.stem)  # killed before it was kept
        for path in sorted(self.folder.glob("*.session"), key=lambda path: path.stat().st_mtime):
            run_id = path.name.removesuffix(".session")
            if is_held(self._lock(run_id)):
                continue
            try:
                yield decode(Session, path.read_bytes())
            except DecodeError:
                path.replace(path.with_suffix(_DAMAGED))
                self.forget(run_id)

    def damaged(self) -> Iterator[Finding]:
        """What there is to say of captures that cannot be read: a person may get something out of them."""
        for path in sorted([*self.folder.glob(f"*{_DAMAGED}"), *self.folder.glob("*.session")]):
            if path.suffix == _DAMAGED or not (is_held(self._lock(path.stem)) or _is_whole(path)):
                fix = f"run what it ran again, and `rm {quote(str(path))}`"
                message = f"what was kept of {path.stem} cannot be read"
                yield finding("capture_damaged", message, str(path), severity="warning", fix=fix)

    def _file(self, run_id: str) -> Path:
        return self.folder / f"{run_id}.session"

    def _lock(self, run_id: str) -> Path:
        return self.folder / f"{run_id}.lock"

    def _ballast(self, run_id: str) -> Path:
        return self.folder / f"{run_id}.room"


def _is_whole(path: Path) -> bool:
    try:
        decode(Session, path.read_bytes())
    except DecodeError:
        return False
    return True


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.stem}.new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)

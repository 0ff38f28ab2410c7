"""Commits of single files: made whole, compared with what was judged, and then put on the branch.

Nothing of the user's changes before the commit is there. What a hook, a filter or a line-end rule
would make of the files is found out first: a row is only landed as the bytes that were judged. Where
the ledger has a branch of its own, hooks, filters, index and work tree are the trainer's, and are not
asked.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import replace
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.files.worktree import (
    place_files,
    remove_files,
    require_free,
    require_place,
)
from homegolf_git.shell.git.complaints import is_unreadable
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo, Ran
from homegolf_git.shell.git.locks import require_unlocked
from homegolf_git.shell.git.packs import imported, join_packs
from homegolf_git.shell.git.rawlog import first_parent_history, tree_changes
from homegolf_git.shell.git.reflocks import clear_ref_locks
from homegolf_git.shell.git.sidebranch import remove_abandoned
from homegolf_git.shell.git.soundness import require_sound
from homegolf_git.shell.git.transaction import moved
from homegolf_git.shell.landing import hooks, journal
from homegolf_git.shell.landing.lock import CommitLock
from homegolf_git.shell.landing.readiness import require_committable, require_identity
from homegolf_git.shell.landing.signing import Signing
from homegolf_git.shell.landing.storing import require_stored_as_is
from homegolf_git.shell.landing.stream import Part, commit_stream

_TRIES = 8  # of a commit, while others delete and prune beside it

Send = Callable[[Oid], None]  # brings a commit to where others see it, or raises


class Committer:
    """Makes commits on the ledger's branch, while nobody else of this clone does.

    Its head is empty where the branch is yet to be begun.
    """

    def __init__(self, repo: GitRepo, lock: CommitLock, head: Oid) -> None:
        self.repo, self._lock, self.head = repo, lock, head
        self._is_beside = repo.ledger_ref is not None  # index and work tree are not the ledger's
        self._branch = repo.ledger_ref or repo.run("symbolic-ref", "--quiet", "HEAD").text
        self._draft = f"{journal.DRAFTS}{os.getpid()}"
        self.signing = Signing(repo)

    def commit(self, message: str, files: Mapping[str, bytes]) -> Oid:
        """Commit just these files, and put them into the work tree.

        Raises:
            HomegolfError: where git refuses, or would store other bytes, or somebody else moved the
                branch (exit 5); nothing is kept then.
        """
        return self.commit_all([(message, files)])[0]

    def commit_all(self, parts: Sequence[Part]) -> list[Oid]:
        """Commit each part, one on the other, all or none of them.

        Where a hook or a signature is asked for a commit each they are made one by one; what is
        made before one that fails stays.

        Raises:
            HomegolfError: as `commit` does.
        """
        files = {name: data for _, its in parts for name, data in its.items()}
        self._require_sound(files)
        if not self._is_beside:
            for name, data in files.items():
                require_free(self.repo.top, name, data)
            require_stored_as_is(self.repo, files)
        if len(parts) == 1 or self._runs_hooks() or self.signing.is_on:
            return [self._commit(*part) for part in parts]
        blobs = [self._blobs(its) for _, its in parts]
        entry = journal.Entry(self._branch, {k: v for its in blobs for k, v in its.items()}, [])
        with self._draft_taken_back():
            tip = self._without_hooks(parts)
            made = [
                (commit.oid, hooks.stored_in(commit.changes))
                for commit in first_parent_history(self.repo, tip, after=self.head)
            ]
            for (_, stored), judged in zip(made, blobs, strict=True):
                hooks.require_same(stored, judged)
            self._land(tip, parts[-1][0], entry)
        return [oid for oid, _ in made]

    def _require_sound(self, names: Iterable[str]) -> None:
        if self.head:
            require_sound(self.repo, self.head, names)

    def _runs_hooks(self) -> bool:
        return not self._is_beside and hooks.has_hooks(self.repo)

    def _blobs(self, files: Mapping[str, bytes]) -> dict[str, str]:
        return {name: str(self.repo.blob_id(data)) for name, data in files.items()}

    def _commit(self, message: str, files: Mapping[str, bytes]) -> Oid:
        blobs = self._blobs(files)
        entry = journal.Entry(self._branch, blobs, [])
        with self._draft_taken_back():
            if self._runs_hooks():
                made = self._with_hooks(message, files, entry)
            else:
                made = self._without_hooks([(message, files)])
            self._require_judged(made, blobs)
            if self._runs_hooks():
                hooks.require_as_asked(self.repo, self.head, made, message)
            self.signing.require(self.head, made, files)
            self._land(made, message, entry)
        return made

    def replace(
        self, message: str, files: Mapping[str, bytes], gone: Sequence[str], send: Send
    ) -> Oid:
        """Commit generated files as they are to be, without hooks: nobody wrote them.

        Nothing of it is seen here before it is sent.

        Raises:
            HomegolfError: as `commit` does, and what `send` raises.
        """
        self._require_sound([*files, *gone])
        if not self._is_beside:
            for name in (*files, *gone):
                require_place(self.repo.top, name)
            require_stored_as_is(self.repo, files)
        blobs = self._blobs(files)
        with self._draft_taken_back():
            made = self._without_hooks([(message, files)], gone)
            self._require_judged(made, blobs | dict.fromkeys(gone, "0" * len(made)))
            send(made)
            self._land(made, message, journal.Entry(self._branch, blobs, [], None, list(gone)))
        return made

    @contextmanager
    def _draft_taken_back(self) -> Iterator[None]:
        """Whatever fails within leaves neither a draft nor a half of a commit."""
        try:
            yield
        except BaseException:
            self.repo.update_ref(self._draft, None)
            journal.undo(self.repo)
            raise

    def _land(self, made: Oid, message: str, entry: journal.Entry) -> None:
        """Put a commit on the branch, and its files into index and work tree."""
        if not self._is_beside:
            require_unlocked(self.repo.git_dir / "index")  # which is to get the row as well
        entry = replace(entry, commit=made, made=[])
        journal.note(self.repo, entry)
        self._advance(made, message)
        self.head = made
        self._lock.landed()
        journal.settle(self.repo, entry)

    # --- making one

    def _without_hooks(self, parts: Sequence[Part], gone: Sequence[str] = ()) -> Oid:
        """`git commit` writes the whole index and looks at every file of the work tree; this not."""
        idents = {
            role: hooks.require(self.repo.run("var", f"GIT_{role.upper()}_IDENT")).out.rstrip(b"\n")
            for role in ("author", "committer")
        }
        stream = commit_stream(self._draft, self.head, idents, parts, gone)
        ran = imported(self.repo, stream, as_pack=self._is_beside)
        if ran.code and is_unreadable(ran.error):
            raise self.repo.explained(ran.error)
        hooks.require(ran)
        commit = self._resolved(self._draft)
        if self.signing.is_on:
            parent = ("-p", self.head) if self.head else ()
            signed = self.repo.run(
                "commit-tree", "-S", *parent, "-F", "-", f"{commit}^{{tree}}",
                stdin=parts[-1][0].encode(),
            )  # fmt: skip
            return Oid(hooks.require(signed).text)
        if self._is_beside:
            join_packs(self.repo)
        else:
            self.repo.run("maintenance", "run", "--auto", "--quiet")
        return commit

    def _with_hooks(self, message: str, files: Mapping[str, bytes], entry: journal.Entry) -> Oid:
        """`git commit` with a HEAD and an index of its own, so that neither shows what hooks made."""
        repo = self.repo
        missing = [name for name in files if not (repo.top / name).exists()]
        journal.note(repo, journal.Entry(entry.ref, entry.blobs, missing))
        with hooks.private_head(repo, self.head) as where:
            made = place_files(repo.top, files)
            try:
                hooks.require(repo.run(*where, "update-index", "--add", "--", *files))
                hooks.require(repo.run(
                    *where, "commit", "--quiet", "--file=-", "--cleanup=verbatim",
                    *(["--gpg-sign"] if self.signing.names else []),
                    stdin=message.encode(),
                ))  # fmt: skip
                return Oid(hooks.require(repo.run(*where, "rev-parse", "HEAD")).text)
            finally:
                remove_files(repo.top, made)

    # --- landing it

    def _no_file(self) -> Oid:
        """The tree without a file, with which the first commit is compared."""
        return Oid(hooks.require(self.repo.run("mktree", stdin=b"")).text)

    def _require_judged(self, made: Oid, blobs: Mapping[str, str]) -> None:
        """Refuse a commit that holds other bytes than those that were judged, or other files."""
        changes = tree_changes(self.repo, self.head or self._no_file(), made)
        hooks.require_same(hooks.stored_in(changes), blobs)

    def _advance(self, made: Oid, message: str) -> None:
        """Move the branch from where it was seen, in one step.

        One that was deleted meanwhile is where its copy is, and comes back with this.
        """
        before: Oid | None = self.head
        for _ in range(_TRIES if self.repo.ledger_copy else 1):
            ran = self._moved(made, message, before or Oid("0" * len(made)))
            if ran.code == 0:
                return
            self.repo.objects.renew()
            before = self.repo.resolve(self._branch)
            if before == made:  # it is there, and only what git notes of it besides is not
                return
            if (before or self.repo.ledger_head() or "") != self.head:
                message = f"somebody else moved {self._branch}"
                raise HomegolfError(Exit.LOST_RACE, finding("lost_race", message))
        hooks.require(ran)

    def _moved(self, made: Oid, message: str, before: Oid) -> Ran:
        """Move branch and copy, and take the draft away: all of it or nothing."""
        repo, subject = self.repo, message.partition("\n")[0]
        lines = [f"update {self._branch} {made} {before}"]
        if repo.ledger_copy is not None:
            lines.append(f"update {repo.ledger_copy} {made}")
        if repo.resolve(self._draft) is not None:
            lines.append(f"delete {self._draft}")
        options = ("-m", f"commit: {subject}", *(["--create-reflog"] if self._is_beside else []))
        return moved(repo, lines, *options)

    def _resolved(self, ref: str) -> Oid:
        found = self.repo.resolve(ref)
        assert found is not None  # noqa: S101 - git just made it
        return found


@contextmanager
def committing(repo: GitRepo) -> Iterator[Committer]:
    """Everything that a commit depends on is read, judged and written within this.

    Raises:
        HomegolfError: shallow repository, no identity, and where the ledger is on HEAD a bare
            repository, an unborn or detached HEAD or staged changes, each with the command that
            mends it; exit 5 where others commit for ever.
    """
    if repo.ledger_ref is None:
        repo.require_work_tree()
    with alone(repo) as lock:
        yield Committer(repo, lock, require_committable(repo))


@contextmanager
def beginning(repo: GitRepo) -> Iterator[Committer]:
    """The same for a branch of the ledger that is not there yet."""
    with alone(repo) as lock:
        require_identity(repo)
        yield Committer(repo, lock, Oid(""))


@contextmanager
def alone(repo: GitRepo) -> Iterator[CommitLock]:
    """No other command of this clone commits or makes tags within this; what killed ones left is done.

    Raises:
        HomegolfError: exit 5 where others commit for ever.
    """
    lock = _lock(repo)
    with lock.held():
        repo.objects.renew()  # others committed while it waited
        if lock.is_after_kill:
            clear_ref_locks(repo)
        remove_abandoned(repo)
        journal.sweep(repo)
        journal.complete(repo)
        yield lock


def is_killed(repo: GitRepo) -> bool:
    """Whether a command was killed while it committed, and nobody has completed that."""
    return journal.is_pending(repo) and not _lock(repo).is_held()


def complete_killed(repo: GitRepo) -> None:
    """Complete what a killed command left, as the next committing one would."""
    with alone(repo):
        pass


def _lock(repo: GitRepo) -> CommitLock:
    return CommitLock(repo.common_dir / OWN_FOLDER)

"""From git objects to a ledger: one pass over the history, one over the blobs it names.

A pass may begin behind a checkpoint; then it reads what landed since.
"""

import gc
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Value
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.progress import SILENT, Progress
from homegolf_git.shell.reading.checkpoint import keep, keep_lane, new_store, read_checkpoint
from homegolf_git.shell.reading.reader import Reader
from homegolf_git.shell.reading.store import Store


def load_ledger(
    repo: GitRepo,
    head: Oid,
    lanes: Collection[str] | None = None,
    progress: Progress = SILENT,
) -> Ledger:
    """Read everything that landed up to a commit, and keep nothing of it.

    With `lanes` only their rows need be there; of the others the ledger knows rules and run ids,
    which is what uniqueness needs.

    Raises:
        HomegolfError: where objects are missing.
    """
    if (found := _continued(repo, head, progress)) is not None:
        return found[0]
    with _no_collection():
        return _read_all(repo, head, lanes, jobs=_default_jobs(), progress=progress)


class Kept(Value, frozen=True):
    """A ledger, and the store that keeps it for the next command (None: it cannot be kept)."""

    repo: GitRepo
    ledger: Ledger
    store: Store | None

    def save(self) -> None:
        """Write what has been found out since."""
        if self.store is not None:
            keep(self.repo, self.ledger, self.store)


def current_ledger(repo: GitRepo, head: Oid | None = None, progress: Progress = SILENT) -> Ledger:
    """The ledger of HEAD, judged; what was read is kept for the next command.

    Raises:
        HomegolfError: in a shallow clone or where there is no commit.
    """
    return kept_ledger(repo, head, progress).ledger


def kept_ledger(repo: GitRepo, head: Oid | None = None, progress: Progress = SILENT) -> Kept:
    """`current_ledger` for a command that finds out more than is kept so far."""
    head = head or repo.require_history()
    found = _continued(repo, head, progress)
    if found is None:
        return verified_ledger(repo, head, progress=progress)
    ledger, store, is_ahead = found
    kept = Kept(repo, ledger, store)
    if is_ahead:
        _judge(ledger, progress)
        kept.save()
    return kept


def verified_ledger(
    repo: GitRepo, head: Oid, jobs: int | None = None, progress: Progress = SILENT
) -> Kept:
    """The ledger of HEAD read from the first commit on and judged, whatever was kept of it before.

    `jobs` is how many processes read rows; two where nothing else is said and there are as many
    processors. Rows and lanes go into the store as they are done.
    """
    jobs = _default_jobs() if jobs is None else jobs
    store = new_store(repo)
    with _no_collection():
        ledger = _read_all(repo, head, None, store, jobs, progress)
        _judge(ledger, progress, store)
    kept = Kept(repo, ledger, store)
    kept.save()
    return kept


def _default_jobs() -> int:
    """Two processes read rows, where there are as many processors; more wait for git."""
    return min(
        2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )


def _judge(ledger: Ledger, progress: Progress, store: Store | None = None) -> None:
    for name, lane in ledger.lanes.items():
        progress.show(f"judging {name}")
        judge_lane(lane)
        if store is not None:
            keep_lane(name, lane, store)
    progress.clear()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Values of a ledger form no cycles: looking for some takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _continued(repo: GitRepo, head: Oid, progress: Progress) -> tuple[Ledger, Store, bool] | None:
    """The kept ledger brought up to a commit; None where that commit does not follow on it."""
    kept = read_checkpoint(repo)
    if kept is None:
        return None
    ledger, store = kept
    if ledger.head == head:
        return ledger, store, False
    try:
        commits = list(repo.first_parent_history(head, after=ledger.head))
    except HomegolfError:  # the commit that was kept is gone
        commits = []
    if not commits or commits[0].parent != ledger.head:
        store.close()
        return None
    load = partial(load_ledger, progress=progress)
    Reader(repo, ledger, head, load).read(commits, progress=progress)
    return ledger, store, True


def _read_all(
    repo: GitRepo,
    head: Oid,
    lanes: Collection[str] | None,
    store: Store | None = None,
    jobs: int = 1,
    progress: Progress = SILENT,
) -> Ledger:
    ledger = Ledger(head)
    load = partial(load_ledger, progress=progress)
    reader = Reader(repo, ledger, head, load, lanes, store)
    reader.read(repo.first_parent_history(head), jobs, progress)
    return ledger

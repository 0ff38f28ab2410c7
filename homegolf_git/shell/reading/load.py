"""From git objects to a ledger: one pass over the history, one over the blobs it names.

A pass may begin behind a checkpoint; then it reads what landed since.
"""

import gc
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import incumbent_changes
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import decode
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.rawlog import first_parent_history
from homegolf_git.shell.git.soundness import require_all_sound, require_sound_line
from homegolf_git.shell.progress import SILENT, Progress
from homegolf_git.shell.reading.checkpoint import (
    forget,
    keep,
    new_store,
    read_checkpoint,
)
from homegolf_git.shell.reading.judging import judge_lanes
from homegolf_git.shell.reading.promotions import PromotionTags
from homegolf_git.shell.reading.reader import Reader
from homegolf_git.shell.reading.store import Store


def promotion_tags(repo: GitRepo, progress: Progress = SILENT) -> PromotionTags:
    """Promotion tags for all readings of a command, and whom it tells how far they are."""
    return PromotionTags(repo, lambda tags, head: load_ledger(repo, head, tags=tags), progress)


def load_ledger(
    repo: GitRepo,
    head: Oid,
    lanes: Collection[str] | None = None,
    tags: PromotionTags | None = None,
) -> Ledger:
    """Read everything that landed up to a commit, and keep nothing of it.

    With `lanes` only their rows need be there; of the others the ledger knows rules and run ids,
    which is what uniqueness needs.

    Raises:
        HomegolfError: where objects are missing.
    """
    tags = tags or promotion_tags(repo)
    if (found := _continued(head, tags)) is not None:
        return found[0]
    with _no_collection():
        return _read_all(Ledger(head), tags, lanes, jobs=_default_jobs())


def current_ledger(
    repo: GitRepo,
    head: Oid | None = None,
    tags: PromotionTags | None = None,
    progress: Progress = SILENT,
) -> Ledger:
    """The ledger, judged; what was read is kept for the next command.

    Raises:
        HomegolfError: in a shallow clone or where there is no commit.
    """
    return _current(head, tags or promotion_tags(repo, progress))[0]


@contextmanager
def kept_ledger(
    repo: GitRepo, tags: PromotionTags | None = None, progress: Progress = SILENT
) -> Iterator[Ledger]:
    """`current_ledger` for a command that finds out more than is kept so far.

    What it finds out is kept where it comes to its end; after an exception nothing of it is.
    """
    ledger, store = _current(None, tags or promotion_tags(repo, progress))
    yield ledger
    if store is not None:
        keep(repo, ledger, store)


def verified_ledger(tags: PromotionTags, head: Oid, jobs: int | None = None) -> Ledger:
    """The ledger read from the first commit on and judged, whatever was kept of it before.

    `jobs` is how many processes read and judge; two where nothing else is said and there are as many
    processors.
    """
    return _read_anew(head, tags, jobs)[0]


def _current(head: Oid | None, tags: PromotionTags) -> tuple[Ledger, Store | None]:
    """The ledger, judged and kept, and where it is kept (None: it cannot be)."""
    repo = tags.repo
    head = head or repo.require_history()
    found = _continued(head, tags)
    if found is None:
        return _read_anew(head, tags)
    ledger, store, is_ahead = found
    if is_ahead:
        judge_lanes(ledger, tags.progress)
        keep(repo, ledger, store)
    return ledger, store


def _read_anew(
    head: Oid, tags: PromotionTags, jobs: int | None = None
) -> tuple[Ledger, Store | None]:
    """The ledger of a commit read from the first one on; rows and lanes are kept as they are done."""
    jobs = _default_jobs() if jobs is None else jobs
    store = new_store(tags.repo)
    with _no_collection():
        ledger = _read_all(Ledger(head), tags, None, store, jobs)
        judge_lanes(ledger, tags.progress, store, jobs)
    if store is not None:
        keep(tags.repo, ledger, store)
        store.mend = partial(_mended, tags)
    return ledger, store


def _mended(tags: PromotionTags, head: Oid, says: bytes) -> Store | None:
    """What was kept of a commit, made anew because a part of it is damaged; `says` what that told."""
    forget(tags.repo, is_damaged=True)
    ledger, store = _read_anew(head, tags)
    if store is not None:
        for name, lane in decode(Ledger, says).lanes.items():
            judged = ledger.lanes[name].judged
            if lane.judged is not None and lane.judged.changes is not None:
                incumbent_changes(ledger.lanes[name])
            elif judged is not None:
                judged.changes = None
        keep(tags.repo, ledger, store)
    return store


def _default_jobs() -> int:
    """Two processes read and judge, where there are as many processors; more wait for git."""
    return min(
        2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )


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


def _continued(head: Oid, tags: PromotionTags) -> tuple[Ledger, Store, bool] | None:
    """The kept ledger brought up to a commit; None where that commit does not follow on it."""
    repo = tags.repo
    kept = read_checkpoint(repo)
    if kept is None:
        return None
    ledger, store = kept
    store.mend = partial(_mended, tags)
    if ledger.head == head:
        return ledger, store, False
    try:
        commits = list(first_parent_history(repo, head, after=ledger.head))
    except HomegolfError:  # the commit that was kept is gone
        commits = []
    if not commits or commits[0].parent != ledger.head:
        store.close()
        return None
    require_sound_line(repo, ledger.head, commits)
    Reader(repo, ledger, head, tags).read(commits, progress=tags.progress)
    return ledger, store, True


def _read_all(
    ledger: Ledger,
    tags: PromotionTags,
    lanes: Collection[str] | None,
    store: Store | None = None,
    jobs: int = 1,
) -> Ledger:
    require_all_sound(tags.repo, ledger.head)
    reader = Reader(tags.repo, ledger, ledger.head, tags, lanes, store)
    reader.read(first_parent_history(tags.repo, ledger.head), jobs, tags.progress)
    return ledger

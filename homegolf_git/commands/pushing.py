"""Landing rows through a remote, for commands that do: fetch, land again what was taken back, push."""

import random
import time
from collections.abc import Callable

from homegolf_git.commands.record import RecordOptions, run_record
from homegolf_git.core.judge.remarks import Meant
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.publishing import send
from homegolf_git.shell.landing.remotely import (
    KeptRow,
    branch_of,
    let_go,
    own_commits,
    set_aside,
    take_in,
    taken_back,
)
from homegolf_git.shell.progress import SILENT, Progress

TRIES = 30  # of a push, while others land
_FEW_TRIES = 3  # of what may be a race
_PAUSE, _PAUSE_MAX = 0.1, 3.0  # seconds; at random, and longer each time
# They landed here once: what their submitter meant was said then. The order is theirs too.
_AGAIN = RecordOptions(meant=Meant(empty_config=True, new_seed=True, keep_invalid=True), keeps_order=True)  # fmt: skip


def fetch_ledger(repo: GitRepo, remote: str, progress: Progress = SILENT) -> list[Finding]:
    """Bring the ledger up to the remote's; own rows that nobody else has land again behind it.

    Returns:
        What there is to say of rows that cannot land any more; each lies in a file.

    Raises:
        HomegolfError: where the remote cannot be read, its line was rewritten, or the branch has
            commits of its own that are no rows.
    """
    return _retried(lambda found: found.extend(_fetched(repo, remote, progress)[1]))


def push_rows(repo: GitRepo, remote: str, progress: Progress = SILENT) -> list[Finding]:
    """Push the rows that nobody else has; where others landed first, land them again behind those.

    Returns:
        As `fetch_ledger` does.

    Raises:
        HomegolfError: as `fetch_ledger` does; exit 4 where the push is refused, 5 where others were
            first each time. The rows are on the branch then.
    """

    def push(found: list[Finding]) -> None:
        theirs, said = _fetched(repo, remote, progress)
        found += said
        _send(repo, remote, theirs)

    return _retried(push)


def _retried(call: Callable[[list[Finding]], None]) -> list[Finding]:
    """Call again while others are first; what was found on the way, which an error has as well."""
    found: list[Finding] = []
    for attempt in range(TRIES):
        try:
            call(found)
        except HomegolfError as error:
            if attempt >= _tries(error) - 1:
                raise HomegolfError(error.exit_code, *error.findings, *found) from error
        else:
            break
        pause(attempt)
    return found


def pause(attempt: int) -> None:
    """Let others be first; `attempt` counts from 0."""
    longest = min(_PAUSE * 2**attempt, _PAUSE_MAX)
    time.sleep(random.uniform(0, longest))  # noqa: S311 - no secret


def _tries(error: HomegolfError) -> int:
    """How often something is tried that ends so.

    What another push is not quite through with looks like a refusal, and what another worker of this
    clone took in since the fetch looks like commits of its own.
    """
    if error.exit_code == Exit.LOST_RACE:
        return TRIES
    return _FEW_TRIES if error.findings[0].code in ("push_failed", "ahead_of_remote") else 1


def land_again(repo: GitRepo, progress: Progress = SILENT) -> list[Finding]:
    """Land what was taken back, here or by a command that was killed."""
    found = []
    for ref, rows in taken_back(repo).items():
        if _recorded(repo, rows, progress):  # one that cannot land keeps all from it
            for row in rows:
                if errors := _recorded(repo, [row], progress):
                    why = "; ".join(f"{item.code}: {item.message}" for item in errors)
                    found.append(set_aside(repo, row, why))
        let_go(repo, ref)
    return found


def _fetched(repo: GitRepo, remote: str, progress: Progress) -> tuple[Oid, list[Finding]]:
    theirs = take_in(repo, remote)
    return theirs, land_again(repo, progress)


def _recorded(repo: GitRepo, rows: list[KeptRow], progress: Progress) -> list[Finding]:
    """Record rows, all or none; what stands against them."""
    done = run_record(repo, [row.incoming() for row in rows], _AGAIN, progress)
    return [item for item in done.findings if item.severity == "error"]


def _send(repo: GitRepo, remote: str, theirs: Oid) -> None:
    branch, head = branch_of(repo), repo.require_history()
    if head != theirs:
        own_commits(repo, head, theirs, f"{branch} of {remote}")
        send(repo, remote, branch, head, before=theirs)

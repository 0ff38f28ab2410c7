"""Files of the ledger that are in the work tree and in no commit: named, and checked if asked."""

from collections.abc import Iterator

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LEDGER, LedgerPath, parse_path
from homegolf_git.core.model.values import replace
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.files.documents import (
    read_ladder,
    read_lane,
    read_receipt_maps,
    read_retraction,
)
from homegolf_git.shell.files.worktree import read_file
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.ledgerbranch import showing
from homegolf_git.shell.reading.door import Arrival, Delivered, read_arrival


def changed_paths(repo: GitRepo) -> list[str]:
    """Paths of the ledger whose work tree differs from HEAD; generated files are nobody's draft."""
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", LEDGER)
    paths = [line[3:] for line in repo.fields(words)]
    return [path for path in paths if (place := parse_path(path)) and place.kind != "generated"]


def unread(repo: GitRepo) -> Iterator[Finding]:
    """A note for each file that was not read, because it is in no commit.

    Reading does not need the index; where it cannot be read, that is a warning.
    """
    try:
        tree = _tree(repo)
        paths = changed_paths(tree) if tree is not None else []
    except HomegolfError as error:
        yield from (replace(item, severity="warning") for item in error.findings)
        return
    for path in paths:
        fix = "commit it, or check it now with `homegolf verify --worktree`"
        message = f"it differs from {repo.ledger_name}, which is what was read"
        yield finding("not_committed", message, path, severity="note", fix=fix)


def check(repo: GitRepo, ledger: Ledger) -> Iterator[Finding]:
    """What is wrong with the files themselves, as if they were committed now."""
    tree = _tree(repo)
    if tree is None and repo.ledger_ref is not None:
        message = f"no work tree has {repo.ledger_name} checked out, so there is nothing to check"
        yield finding("not_checked_out", message, severity="note")
    for path in changed_paths(tree) if tree is not None else ():
        place = parse_path(path)
        if tree is not None and place is not None and (tree.top / path).exists():
            try:
                yield from _check_file(tree, ledger, path, place)
            except HomegolfError as error:
                yield from error.findings


def _tree(repo: GitRepo) -> GitRepo | None:
    """The work tree that shows the ledger, if there is one."""
    if repo.ledger_ref is not None:
        return showing(repo, repo.ledger_ref)
    return None if repo.is_bare else repo


def _check_file(repo: GitRepo, ledger: Ledger, path: str, place: LedgerPath) -> list[Finding]:
    data = read_file(repo.top / path)
    if place.kind == "lane":
        return read_lane(data, path, place.lane)[1]
    if place.kind == "ladder":
        return read_ladder(data, path)[1]
    if place.kind == "maps":
        metrics = {lane.current.lane.metric.name for lane in ledger.lanes.values()}
        return read_receipt_maps(data, path, metrics)[1]
    if place.kind == "retraction":
        return read_retraction(data, path, place)[1]
    if place.kind != "row":
        return []
    lane = ledger.lanes.get(place.lane)
    arrival = Arrival("file", path, data, place, "put it beside the row's other receipts")
    row = arrival.row
    folder = repo.top / LEDGER / place.lane / "receipts" / place.run_id
    receipts = {}
    for listed in row.receipts if row is not None else ():
        if (folder / listed.path).is_file():
            content = read_file(folder / listed.path)
            receipts[listed.path] = Delivered(repo.blob_id(content), len(content), content)
    return read_arrival(arrival, receipts, lane.current.lane if lane else None).findings

"""A branch goes to another commit, and with it the index and the work tree that show it.

Of files that git writes as they are the move is noted before, so that the next command completes one
that came to no end. Anything else, such as links and what a filter changes, only git itself can write.
"""

from collections.abc import Sequence

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import REGULAR_FILE_MODE, Oid, is_generated
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.git.gitrepo import BRANCHES, NO_HOOKS, GitRepo
from homegolf_git.shell.git.ledgerbranch import showing
from homegolf_git.shell.git.locks import hindrance, require_unlocked
from homegolf_git.shell.git.rawlog import tree_changes
from homegolf_git.shell.git.transaction import moved
from homegolf_git.shell.landing import journal
from homegolf_git.shell.landing.storing import are_written_as_is

_ABSENT = "000000"
_BYTES_MAX = 64 << 20
_MANY = 1000  # files, which git itself writes faster; their names fit into one call of it


def take_branch(
    repo: GitRepo, head: Oid, theirs: Oid, branch: str, kept: Sequence[str] = ()
) -> None:
    """Take the branch to the remote's commit; `kept` are refs that are made in the same step.

    Raises:
        HomegolfError: where a change of the user's would be lost, where nothing can be written, and
            where somebody else moved the branch.
    """
    ref = f"{BRANCHES}{branch}"
    copy = [f"update {repo.ledger_copy} {theirs}"] if repo.ledger_copy is not None else []
    entry = _entry(repo, head, theirs, ref)
    if entry is None:
        # What is kept is kept before, and while the branch is still where it was there is nothing
        # in it to land.
        _require(repo, kept)
        tree = showing(repo, ref) or repo
        # It would write files before it met a lock of the branch.
        for file in (repo.common_dir / ref, tree.git_dir / "HEAD"):
            require_unlocked(file)
        _reset(tree, theirs)
        _require(repo, copy)
        return
    journal.note(repo, entry)
    try:
        # In this order: git may stop between the two.
        _require(repo, [*kept, f"update {ref} {theirs} {head}", *copy])
    except HomegolfError:
        journal.undo(repo)
        raise
    journal.settle(repo, entry)


def _reset(tree: GitRepo, theirs: Oid) -> None:
    """Unlike a hard reset it stops where a change of the user's would be lost."""
    tree.run("update-index", "-q", "--refresh")  # else a file that was only touched counts as one
    ran = tree.run(*NO_HOOKS, "reset", "--quiet", "--keep", theirs, "--")
    if ran.code:
        raise tree.refused(ran, "in_the_way")


def _require(repo: GitRepo, lines: Sequence[str]) -> None:
    ran = moved(repo, lines, "-m", "homegolf: behind what landed elsewhere") if lines else None
    if ran is not None and ran.code:
        lost = HomegolfError(Exit.LOST_RACE, finding("lost_race", ran.error))
        raise hindrance(ran.error, repo.top) or lost


def _entry(repo: GitRepo, head: Oid, theirs: Oid, ref: str) -> journal.Entry | None:
    """What the move does to a work tree; None where that is more than files as they are."""
    tree = showing(repo, ref)
    if tree is None:
        return journal.Entry(ref, {}, [], theirs)
    changes = list(tree_changes(repo, head, theirs))
    if (
        len(changes) > _MANY
        or not all(map(_is_plain, changes))
        or tree.is_set("core.sparseCheckout")
    ):
        return None
    old = [change.path for change in changes if change.status != "A"]
    before = dict(zip(old, map(str, repo.lookups([f"{head}:{path}" for path in old])), strict=True))
    blobs = {change.path: str(change.blob) for change in changes if change.status != "D"}
    gone = [change.path for change in changes if change.status == "D"]
    changed = [change.blob for change in changes if change.status != "D"]
    if not all(_is_as(tree, name, {before.get(name), blobs.get(name)}) for name in [*blobs, *gone]):
        return None
    if not are_written_as_is(tree, list(blobs)) or sum(tree.sizes(changed).values()) > _BYTES_MAX:
        return None
    programs = [change.path for change in changes if change.mode == journal.PROGRAM_MODE]
    return journal.Entry(ref, blobs, [], theirs, gone, before, programs)


def _is_plain(change: PathChange) -> bool:
    modes = {REGULAR_FILE_MODE, journal.PROGRAM_MODE, _ABSENT}
    return change.status in "AMD" and change.mode in modes


def _is_as(tree: GitRepo, name: str, contents: set[str | None]) -> bool:
    """Whether a file of the work tree holds what some commit says, or is not there."""
    path = tree.top / name
    if is_generated(name) or not (path.exists() or path.is_symlink()):
        return True
    return path.is_file() and not path.is_symlink() and tree.blob_id(path.read_bytes()) in contents

"""A branch that is checked out beside the work tree, and those that killed commands left."""

import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Record
from homegolf_git.errors import environment_error
from homegolf_git.shell.files.unwritten import unwritten
from homegolf_git.shell.git.complaints import is_unreadable, sentence
from homegolf_git.shell.git.gitrepo import BRANCHES, NO_HOOKS, OWN_FOLDER, GitRepo
from homegolf_git.shell.git.holding import REFUSED, Hold, held, left_behind
from homegolf_git.shell.git.ledgerref import LedgerPlace
from homegolf_git.shell.git.locks import hindrance
from homegolf_git.shell.git.reflocks import clear_ref_locks
from homegolf_git.shell.git.soundness import require_sound
from homegolf_git.shell.git.transaction import moved

_PREFIX, _TREE = "homegolf-", "tree"


class SideBranch(Record):
    """A work tree of its own; its branch goes with it unless it is kept."""

    repo: GitRepo
    is_kept: bool = False


@contextmanager
def side_branch(repo: GitRepo, branch: str, start: Oid) -> Iterator[SideBranch]:
    """A new branch, checked out beside the work tree, which stays as it is.

    Raises:
        HomegolfError: where the branch is there already or git refuses.
    """
    if _is_there(repo, branch):
        raise environment_error("branch_refused", f"there is a branch {branch} already")
    name = secrets.token_hex(8)
    folder = Path(tempfile.gettempdir()).absolute() / f"{_PREFIX}{name}"
    # Written first: whatever a kill leaves is named there.
    with held(_notes(repo) / name, f"{start}\n{branch}\n{folder}") as hold:
        try:
            yield from _checked_out(repo, branch, start, folder, hold)
        finally:
            if not hold.stays:
                shutil.rmtree(folder, ignore_errors=True)


def _is_there(repo: GitRepo, branch: str) -> bool:
    return repo.run("show-ref", "--verify", "--quiet", f"{BRANCHES}{branch}").code == 0


def _checked_out(
    repo: GitRepo, branch: str, start: Oid, folder: Path, hold: Hold
) -> Iterator[SideBranch]:
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise unwritten(error) from error
    place = folder / _TREE
    require_sound(repo, start, ())
    ran = repo.run(
        *NO_HOOKS, "worktree", "add", "--quiet", "--no-track",
        *(["--no-checkout"] if repo.ledger_ref else []), "-b", branch, "--", str(place), start,
    )  # fmt: skip
    if ran.code and f"{branch}' already exists" not in ran.error:
        # Git may have made it before it failed.
        hold.stays = _is_there(repo, branch) and not repo.update_ref(BRANCHES + branch, None, start)
        repo.run("worktree", "prune")
    if ran.code and is_unreadable(ran.error):
        raise repo.explained(ran.error)
    if ran.code:
        known = hindrance(ran.error, repo.top)
        raise known or environment_error("branch_refused", sentence(ran.error))
    side = None
    try:
        side = SideBranch(GitRepo(place, LedgerPlace(repo.ledger_ref and BRANCHES + branch)))
        yield side
    finally:
        # First: a branch without its work tree is not known as ours.
        is_kept = side is not None and side.is_kept
        if not is_kept and not repo.update_ref(BRANCHES + branch, None):
            hold.stays = True
        else:
            repo.run("worktree", "remove", "--force", "--", str(place))


def abandoned(repo: GitRepo) -> dict[Path, str]:
    """Notes of killed commands that had a branch beside the work tree."""
    return left_behind(_notes(repo))


def remove_abandoned(repo: GitRepo) -> None:
    """Take away what they left; a branch that was pushed stays.

    Raises:
        HomegolfError: where a lock of another git stands against it.
    """
    for path, note in abandoned(repo).items():
        start, branch, folder = [*note.removesuffix(REFUSED).split("\n", 2), "", ""][:3]
        if folder:
            ref = f"{BRANCHES}{branch}"
            if not note.endswith(REFUSED):  # then no lock is a dead one's
                clear_ref_locks(repo, ref)
            _remove(repo, ref, start, Path(folder))
        path.unlink(missing_ok=True)


def branches_of(notes: Iterable[str]) -> list[str]:
    """The branches that notes name."""
    return [note.split("\n", 2)[1] for note in notes if "\n" in note]


def _remove(repo: GitRepo, ref: str, start: str, folder: Path) -> None:
    place = folder / _TREE
    here = repo.resolve(ref)
    # Another's branch of this name may be there, if the killed command came to make none.
    if here is not None and (here == start or _checked_out_at(repo, place) == ref):
        name = ref.removeprefix(BRANCHES)
        remotes = repo.refs("refs/remotes/").items()
        if here not in [oid for known, oid in remotes if known.endswith(f"/{name}")]:
            moved(repo, [f"delete {ref}"])
    repo.run("worktree", "remove", "--force", "--force", "--", str(place))
    shutil.rmtree(folder, ignore_errors=True)
    repo.run("worktree", "prune")


def _checked_out_at(repo: GitRepo, place: Path) -> str:
    """The branch of a work tree, if it is one of this repository's."""
    at = Path()
    for line in repo.run("worktree", "list", "--porcelain").text.splitlines():
        word, _, value = line.partition(" ")
        at = Path(value) if word == "worktree" else at
        if word == "branch" and at == place:
            return value
    return ""


def _notes(repo: GitRepo) -> Path:
    return repo.common_dir / OWN_FOLDER / "side"

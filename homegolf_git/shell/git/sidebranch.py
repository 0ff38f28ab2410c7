"""A branch that is checked out beside the work tree, and those that killed commands left."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import environment_error
from homegolf_git.shell.git.complaints import is_damage, sentence
from homegolf_git.shell.git.gitrepo import BRANCHES, NO_HOOKS, GitRepo
from homegolf_git.shell.git.holding import held, is_held
from homegolf_git.shell.git.ledgerref import LedgerPlace

_PREFIX, _TREE, _HELD = "homegolf-", "tree", "held"


@contextmanager
def side_branch(repo: GitRepo, branch: str, start: Oid) -> Iterator[GitRepo]:
    """A new branch, checked out beside the work tree, which stays as it is.

    Raises:
        HomegolfError: where the branch is there already or git refuses.
    """
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder, held(Path(folder) / _HELD):
        place = Path(folder) / _TREE
        ran = repo.run(
            *NO_HOOKS, "worktree", "add", "--quiet", "--no-track",
            *(["--no-checkout"] if repo.ledger_ref else []), "-b", branch, "--", str(place), start,
        )  # fmt: skip
        if ran.code and is_damage(ran.error):
            raise repo.explained(ran.error)
        if ran.code:
            raise environment_error("branch_refused", sentence(ran.error))
        try:
            yield GitRepo(place, LedgerPlace(repo.ledger_ref and BRANCHES + branch))
        finally:
            repo.run("worktree", "remove", "--force", "--", str(place))


def abandoned(repo: GitRepo) -> dict[str, Path]:
    """Branches of killed commands, each with its work tree."""
    if not (repo.common_dir / "worktrees").is_dir():
        return {}
    found: dict[str, Path] = {}
    place = Path()
    for line in repo.run("worktree", "list", "--porcelain").text.splitlines():
        word, _, value = line.partition(" ")
        place = Path(value) if word == "worktree" else place
        if word == "branch" and _is_abandoned(place):
            found[value] = place
    return found


def _is_abandoned(place: Path) -> bool:
    """Whether it is one of ours that nobody works in; one without a file to hold is not known."""
    is_ours = place.name == _TREE and place.parent.name.startswith(_PREFIX)
    holder = place.parent / _HELD
    return is_ours and (not place.exists() or (holder.exists() and not is_held(holder)))


def remove_abandoned(repo: GitRepo) -> None:
    """Take them away; a branch that was pushed stays."""
    for ref, place in abandoned(repo).items():
        repo.run("worktree", "remove", "--force", "--force", "--", str(place))
        shutil.rmtree(place.parent, ignore_errors=True)
        here, name = repo.resolve(ref), ref.removeprefix(BRANCHES)
        there = [
            oid for known, oid in repo.refs("refs/remotes/").items() if known.endswith(f"/{name}")
        ]
        if here not in there:
            repo.update_ref(ref, None)

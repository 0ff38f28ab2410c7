"""The branch that the ledger has for itself: where it is shown, and how it comes back."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git import obstacles
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.transaction import moved

REMOTES = "refs/remotes/"
_NOTHING = Oid("")  # the old value of a ref that must not be there
_TRIES = 8  # while others bring the branch back and delete it again


def restore(repo: GitRepo) -> Finding | None:
    """Bring the branch back where it was deleted; what there is to say of it.

    Where it is there, and git alone has taken it on, the copy follows.

    Raises:
        HomegolfError: where its file is there and cannot be read.
    """
    there, kept = _standing(repo)
    if repo.ledger_ref is None or repo.ledger_copy is None:
        return None
    if there is not None:
        if there != kept and (kept is None or repo.is_ancestor(kept, there)):
            repo.update_ref(repo.ledger_copy, there, kept or _NOTHING)
        return None
    if kept is None or not _brought_back(repo, repo.ledger_ref, repo.ledger_copy, kept):
        return None
    follow_again(repo)
    message = f"{repo.ledger_ref} was not there; it is back, at {kept[:12]} as {repo.ledger_copy}"
    return finding("ledger_restored", message, severity="warning")


def _brought_back(repo: GitRepo, ref: str, copy: str, kept: Oid) -> bool:
    """Whether this call made the branch again, where its copy still is; else another command did.

    The copy is looked at in the same step: a commit that lands meanwhile moves it, and a branch that
    came back behind it would lose that commit.
    """
    none = "0" * len(kept)
    for _ in range(_TRIES):
        if moved(repo, [f"verify {copy} {kept}", f"update {ref} {kept} {none}"]).code == 0:
            return True
        repo.objects.renew()
        if _standing(repo) != (None, kept):
            return False
    raise obstacles.why_no_branch(repo.common_dir, ref)


def examine(repo: GitRepo) -> Iterator[Finding]:
    """Whether the branch is there, and still where the last commit of this clone put it."""
    if repo.ledger_ref is None:
        return
    head, copy = _standing(repo)
    if head is None and copy is not None:
        message = f"{repo.ledger_ref} is not there; {repo.ledger_copy} is at {copy[:12]}"
        yield finding("ledger_deleted", message)
        return
    if head is None:
        yield from obstacles.no_ledger_branch(repo.ledger_ref).findings
        return
    if copy is not None and copy != head and repo.is_ancestor(head, copy):
        message = f"{repo.ledger_ref} is at {head[:12]}, and was at {copy[:12]}"
        fix = f"run `git update-ref {repo.ledger_ref} {copy} {head}`, unless that is meant"
        yield finding("ledger_set_back", message, severity="warning", fix=fix)


def of_remotes(repo: GitRepo, branch: str) -> dict[str, Oid]:
    """Branches of this name that were fetched from remotes, by ref."""
    found = repo.refs(REMOTES)
    return {
        ref: oid
        for ref, oid in found.items()
        if ref.removeprefix(REMOTES).partition("/")[2] == branch
    }


def follow_again(repo: GitRepo) -> None:
    """Have the branch follow the one of its name on the only remote that has it."""
    branch = repo.ledger_branch() or ""
    there = list(of_remotes(repo, branch))
    if len(there) == 1:
        name = there[0].removeprefix(REMOTES)
        repo.run("branch", "--quiet", f"--set-upstream-to={name}", branch)


def showing(repo: GitRepo, ref: str) -> GitRepo | None:
    """The work tree that has a branch of the ledger checked out, and is to show what it holds."""
    if repo.ledger_ref is None:
        return repo
    place = Path()
    for line in repo.run("worktree", "list", "--porcelain").text.splitlines():
        word, _, value = line.partition(" ")
        place = Path(value) if word == "worktree" else place
        if word == "branch" and value == ref:
            with suppress(HomegolfError):
                return GitRepo(place)
    return None


def _standing(repo: GitRepo) -> tuple[Oid | None, Oid | None]:
    """The commits of the branch and of its copy."""
    refs = (repo.ledger_ref or "", repo.ledger_copy or "")
    there, kept = repo.lookups([f"{ref}^{{commit}}" for ref in refs])
    return there, kept

"""Whether a clone is in a state to commit: a branch, nothing staged or unfinished, and somebody who commits."""

import os

from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import Exit, HomegolfError, environment_error
from homegolf_git.shell.files.worktree import require_place
from homegolf_git.shell.git.complaints import complaint, sentence
from homegolf_git.shell.git.gitrepo import GitRepo

# What a commit would conclude or be taken into, by the file that marks it.
_UNFINISHED = {
    "MERGE_HEAD": ("merge", "run `git merge --abort`, or finish it"),
    "CHERRY_PICK_HEAD": ("cherry-pick", "run `git cherry-pick --abort`, or finish it"),
    "REVERT_HEAD": ("revert", "run `git revert --abort`, or finish it"),
    "rebase-merge": ("rebase", "run `git rebase --abort`, or finish it"),
    "rebase-apply": ("rebase", "run `git rebase --abort`, or finish it"),
}


def unfinished(repo: GitRepo, severity: Severity = "error") -> Finding | None:
    """What git is in the middle of."""
    for name, (what, fix) in _UNFINISHED.items():
        if (repo.git_dir / name).exists():
            message = f"a {what} is not finished"
            return finding("unfinished", message, severity=severity, fix=fix)
    return None


def require_committable(repo: GitRepo) -> Oid:
    """The ledger's latest commit, on which the next one follows.

    Of a ledger with a branch of its own nothing else matters: HEAD, index and work tree are not its.

    Raises:
        HomegolfError: naming what stands against it.
    """
    head = repo.require_history()
    require_place(repo.common_dir, "packed-refs")  # else what is begun could not be taken back
    if repo.ledger_ref is None:
        _require_checkout(repo)
    require_identity(repo)
    return head


def require_identity(repo: GitRepo) -> None:
    """Refuse where git does not know who commits, and when."""
    if (why := why_unknown(repo)) is not None:
        raise why


def why_unknown(repo: GitRepo) -> HomegolfError | None:
    """Why git does not know who commits, and when; None where it does.

    Variables of the environment hold against the configuration, whatever is in them.
    """
    for who in ("GIT_COMMITTER", "GIT_AUTHOR"):
        ran = repo.run("var", f"{who}_IDENT")
        if ran.code == 0:
            continue
        if (known := complaint(ran.error, repo.top)) is not None:
            return known
        for what, word in (("NAME", "name"), ("EMAIL", "email"), ("DATE", "date")):
            name = f"{who}_{what}"
            if name in os.environ and word in sentence(ran.error).split(" <")[0]:
                message = f"{name} is {os.environ[name]!r}: {sentence(ran.error)}"
                return environment_error("no_identity", message, f"run `unset {name}`")
        return environment_error("no_identity", "user.name and user.email are not set")
    return None


def _require_checkout(repo: GitRepo) -> None:
    require_place(repo.git_dir, "index")
    repo.require_work_tree()  # first: without one everything seems to be staged
    if (item := unfinished(repo)) is not None:  # then: a rebase detaches HEAD, and must end before
        raise HomegolfError(Exit.ENVIRONMENT, item)
    if repo.branch() is None:
        raise environment_error("detached", "HEAD is on no branch")
    if staged := _staged_paths(repo):
        more = f" and {len(staged) - 1} more" if len(staged) > 1 else ""
        raise environment_error("staged_changes", f"{staged[0]}{more} is staged")


def _staged_paths(repo: GitRepo) -> list[str]:
    """Paths whose index entry differs from HEAD."""
    words = ("diff", "--cached", "--name-only", "-z", "--no-renames", "--no-ext-diff")
    return list(repo.fields(words))

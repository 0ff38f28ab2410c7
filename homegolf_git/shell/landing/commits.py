"""Commits of single files, with the user's filters, hooks and signing."""

from collections.abc import Mapping
from pathlib import Path

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import REGULAR_FILE_MODE, Oid
from homegolf_git.errors import Exit, HomegolfError, environment_error
from homegolf_git.shell.files.worktree import place_files, remove_files
from homegolf_git.shell.git.gitrepo import GitRepo, Ran

# What a commit would conclude or be taken into, by the file that marks it.
_UNFINISHED = {
    "MERGE_HEAD": ("merge", "run `git merge --abort`, or finish it"),
    "CHERRY_PICK_HEAD": ("cherry-pick", "run `git cherry-pick --abort`, or finish it"),
    "REVERT_HEAD": ("revert", "run `git revert --abort`, or finish it"),
    "rebase-merge": ("rebase", "run `git rebase --abort`, or finish it"),
    "rebase-apply": ("rebase", "run `git rebase --abort`, or finish it"),
}
_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")


def require_committable(repo: GitRepo) -> Oid:
    """Refuse where a commit could not be made cleanly; give the commit of HEAD.

    Raises:
        HomegolfError: bare or shallow repository, unborn or detached HEAD, staged changes or
            no identity, each with the command that mends it.
    """
    if repo.is_bare:
        raise environment_error("bare_repository", f"{repo.top} is bare")
    head = repo.require_history()
    if repo.branch() is None:
        raise environment_error("detached", "HEAD is on no branch")
    for name, (what, fix) in _UNFINISHED.items():
        if (repo.git_dir / name).exists():
            raise environment_error("unfinished", f"a {what} is not finished", fix)
    if staged := _staged_paths(repo):
        more = f" and {len(staged) - 1} more" if len(staged) > 1 else ""
        raise environment_error("staged_changes", f"{staged[0]}{more} is staged")
    ran = repo.run("var", "GIT_COMMITTER_IDENT")
    if ran.code or repo.run("var", "GIT_AUTHOR_IDENT").code:
        raise environment_error("no_identity", "user.name and user.email are not set")
    return head


def _staged_paths(repo: GitRepo) -> list[str]:
    """Paths whose index entry differs from HEAD."""
    out = repo.read("diff", "--cached", "--name-only", "-z", "--no-renames", "--no-ext-diff")
    return out.decode("utf-8", "surrogateescape").split("\0")[:-1]


def commit(repo: GitRepo, message: str, paths: list[str]) -> Oid:
    """Stage the paths and commit just them.

    Raises:
        HomegolfError: when git refuses; the index is then as it was before.
    """
    ran = repo.run("update-index", "--add", "--", *paths)
    if ran.code == 0:
        ran = _commit(repo, message, paths)
    if ran.code:
        repo.run("reset", "--quiet", "--", *paths)
        raise HomegolfError(Exit.FINDINGS, finding("commit_refused", ran.error or "a hook said no"))
    committed = repo.head()
    assert committed is not None  # noqa: S101 - git just made it
    return committed


def _commit(repo: GitRepo, message: str, paths: list[str]) -> Ran:
    text = message.encode()
    head, branch = repo.head(), repo.run("symbolic-ref", "--quiet", "HEAD").text
    if head is None or _has_hooks(repo) or repo.is_set("commit.gpgSign"):
        return repo.run("commit", "--quiet", "--file=-", "--cleanup=verbatim", stdin=text)
    # `git commit` writes the whole index and looks at every file of the work tree. Without hooks and
    # signing the commit is the same when it is made from the blobs that were staged.
    stored = repo.run(
        "hash-object", "--stdin-paths", stdin="".join(f"{p}\n" for p in paths).encode()
    )
    if stored.code:
        return stored
    blobs = zip(stored.text.split("\n"), paths, strict=True)
    changes = "".join(f"M {REGULAR_FILE_MODE} {blob} {path}\n" for blob, path in blobs)
    author, committer = (
        repo.run("var", f"GIT_{role}_IDENT").text for role in ("AUTHOR", "COMMITTER")
    )
    stream = (
        f"commit {branch}\nauthor {author}\ncommitter {committer}\ndata {len(text)}\n".encode()
        + text
        + f"\nfrom {head}\n{changes}\n".encode()
    )
    made = repo.run("fast-import", "--quiet", "--date-format=raw", stdin=stream)
    if made.code == 0:
        repo.run("maintenance", "run", "--auto", "--quiet")
    return made


def _has_hooks(repo: GitRepo) -> bool:
    folder = Path(repo.run("rev-parse", "--path-format=absolute", "--git-path", "hooks").text)
    return any((folder / name).exists() for name in _HOOKS)


def commit_files(repo: GitRepo, message: str, files: Mapping[str, bytes]) -> Oid:
    """Write files and commit just these; a commit that fails leaves none of them behind."""
    made = place_files(repo.top, files)
    try:
        return commit(repo, message, list(files))
    except (HomegolfError, KeyboardInterrupt):
        remove_files(repo.top, made)
        raise

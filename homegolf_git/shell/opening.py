"""A ledger gets a branch for itself: begun here, or taken over from where it is already.

Index and work tree stay as they are, but for two workflows of the default branch that are written into
the work tree where nobody has them yet.
"""

import re

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import LEDGER, LaneId, Oid, lane_path, parse_path
from homegolf_git.core.model.values import replace
from homegolf_git.core.views.init import Opened
from homegolf_git.errors import environment_error, refused
from homegolf_git.shell.files.worktree import place_files
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.ledgerbranch import follow_again, of_remotes
from homegolf_git.shell.git.ledgerref import SETTING, own_branch
from homegolf_git.shell.landing.commits import beginning, committing
from homegolf_git.shell.ledgerfiles import NewLanes, lanes_to_add, ledger_files
from homegolf_git.shell.setup import lanes_at
from homegolf_git.shell.workflows import is_of_default_branch

# What a workflow can name without quotes, and a filter of branches without escapes.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*")
_DEFAULTS = ("HEAD", "refs/remotes/origin/HEAD")  # where the default branch may be seen


def open_branch(here: GitRepo, new: NewLanes, branch: str) -> Opened:
    """Begin the branch, or take it over, name it in `homegolf.ref`, and add lanes that were named.

    Raises:
        HomegolfError: for a name that cannot be a branch, and where the ledger is elsewhere.
    """
    _require_name(here, branch)
    place = own_branch(branch)
    if here.ledger_ref not in (None, place.ref):
        fix = f"run `git config --unset {SETTING}` first"
        raise refused(finding("ledger_elsewhere", f"{SETTING} names {here.ledger_name}", fix=fix))
    repo = GitRepo(here.git_dir if here.is_bare else here.top, place)
    head, taken_from = _taken_over(repo, branch)
    there = sorted(lanes_at(repo, head)) if head is not None else []
    rules = lanes_to_add(new, there)
    files = ledger_files(
        sorted({*there, *rules}), {lane_path(lane): data for lane, data in rules.items()}, branch
    )
    ours = {path: data for path, data in files.items() if not is_of_default_branch(path)}
    theirs = {path: data for path, data in files.items() if is_of_default_branch(path)}
    opened = _committed(repo, head, ours, list(rules))
    if (ran := here.run("config", SETTING, f"{place.ref}")).code:
        raise here.refused(
            ran, "cannot_write", f"{here.common_dir / 'config'}: git cannot write it"
        )
    # Of a trainer's own loop they would be files that it neither has nor may edit.
    beside = _of_default_branch(repo, theirs) if new.trainer is None else []
    return replace(opened, branch=branch, taken_from=taken_from, beside=beside)


def _require_name(repo: GitRepo, branch: str) -> None:
    is_name = repo.run("check-ref-format", "--branch", branch).code == 0
    if not is_name or not _PLAIN.fullmatch(branch):
        fix = "use letters, digits, and . _ / -, as in homegolf"
        raise refused(finding("bad_format", f"{branch!r} cannot name the branch", fix=fix))


def _taken_over(repo: GitRepo, branch: str) -> tuple[Oid | None, str | None]:
    """The head of a branch that is there already, and the remote's ref that it was taken from."""
    head, source = repo.resolve(repo.ledger_ref or ""), None
    if head is None and (theirs := of_remotes(repo, branch)):
        source, head = next(iter(theirs.items()))
    if head is not None:
        if not lanes_at(repo, head):
            message = f"there is a branch {branch} already, and it holds no ledger"
            raise environment_error("branch_refused", message)
        if source is not None:
            repo.update_ref(repo.ledger_ref or "", head, Oid(""))
            follow_again(repo)
        if not repo.is_ancestor(head, repo.ledger_copy or ""):  # it may know of later rows
            repo.update_ref(repo.ledger_copy or "", head)
        return head, source
    if (checked_out := repo.head()) is not None and lanes_at(repo, checked_out):
        message = "the branch that is checked out holds a ledger"
        fix = f"run `git branch {branch}`, which keeps its history, and run this again"
        raise refused(finding("ledger_elsewhere", message, fix=fix))
    return None, None


def _committed(
    repo: GitRepo, head: Oid | None, files: dict[str, bytes], lanes: list[LaneId]
) -> Opened:
    """What was committed; nothing on a branch that is there, unless a lane is to be added."""
    if head is None:
        with beginning(repo) as committer:
            commit = committer.commit("Begin the ledger\n", files)
        return Opened(lanes, list(files), commit=commit, is_new=True)
    if not lanes:
        return Opened(lanes, [])
    with committing(repo) as committer:
        found = repo.lookups([f"{committer.head}:{path}" for path in files])
        added = {
            path: data
            for (path, data), blob in zip(files.items(), found, strict=True)
            if blob is None
        }
        left = [path for path in files if path not in added]
        if not any(parse_path(path) for path in added):
            return Opened(lanes, [], left)
        commit = committer.commit(f"Add {', '.join(lanes)} to the {LEDGER}\n", added)
    return Opened(lanes, list(added), left, commit)


def _of_default_branch(repo: GitRepo, files: dict[str, bytes]) -> list[str]:
    """Workflows that were written into the work tree, for the default branch has them not."""
    if repo.is_bare or (repo.branch() or "") == repo.ledger_name:
        return []
    known = {
        path
        for revision in _DEFAULTS
        for path, blob in zip(
            files, repo.lookups([f"{revision}:{path}" for path in files]), strict=True
        )
        if blob is not None
    }
    wanted = {
        path: data
        for path, data in files.items()
        if path not in known and not (repo.top / path).exists()
    }
    return place_files(repo.top, wanted)

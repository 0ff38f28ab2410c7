"""What publishing does with a remote: take in what landed there, and send a commit behind it."""

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import Exit, HomegolfError, refused
from homegolf_git.shell.git.gitrepo import BRANCHES, GitRepo
from homegolf_git.shell.git.remotes import fetched, push, push_failed, remote_ref
from homegolf_git.shell.landing.moving import take_branch
from homegolf_git.shell.reading.mainline import line_findings, only_generated


def catch_up(repo: GitRepo, head: Oid, remote: str, branch: str) -> tuple[Oid, Oid]:
    """Bring the branch up to the one of the remote; its head then, and the remote's.

    Scoreboards that were committed here and not sent are given up: they are written anew.

    Raises:
        HomegolfError: where the remote's line is not the one that is known, or the branch has
            commits that nobody else has.
    """
    with fetched(repo, remote, {"theirs": f"{BRANCHES}{branch}"}) as refs:
        theirs = refs["theirs"]
        if theirs == head:
            return head, theirs
        if turned := line_findings(repo, theirs):
            raise refused(*turned)
        _require_published(repo, head, theirs, f"{branch} of {remote}")
        if not repo.is_ancestor(theirs, head):
            take_branch(repo, head, theirs, branch)
            head = theirs
    return head, theirs


def _require_published(repo: GitRepo, head: Oid, theirs: Oid, named: str) -> None:
    """Refuse a head with commits that the remote lacks, other than those of scoreboards."""
    mine = repo.read("rev-list", head, f"^{theirs}", "--").split()
    if mine and not all(is_one for _, is_one in only_generated(repo, mine)):
        message = f"{head[:12]} has {len(mine)} commits that {named} has not"
        raise refused(finding("ahead_of_remote", message))


def send(repo: GitRepo, remote: str, branch: str, commit: Oid, before: Oid) -> None:
    """Push a commit to a branch of the remote that was seen at `before`.

    Raises:
        HomegolfError: exit 5 when the branch has moved in the meantime, else 4.
    """
    ref = f"{BRANCHES}{branch}"
    ran = push(repo, remote, [f"{commit}:{ref}"])
    if ran.code == 0:
        return
    there = remote_ref(repo, remote, ref)
    if there == commit:  # its answer was lost
        return
    if there not in {before, ""}:
        message = f"{branch} of {remote} moved in the meantime"
        raise HomegolfError(Exit.LOST_RACE, finding("lost_race", message))
    raise push_failed(repo, remote, ran.error, branch)

"""`homegolf publish`: tags, scoreboards and one commit, here or on a remote."""

from homegolf_git.commands.common import require_ledger
from homegolf_git.commands.pushing import TRIES, pause
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.signed import wants_signed_rows
from homegolf_git.core.model.findings import Finding, has_errors
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import replace
from homegolf_git.core.views import publish as view
from homegolf_git.errors import Exit, HomegolfError, refused
from homegolf_git.shell.generated import stale_files
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.commits import committing
from homegolf_git.shell.landing.publishing import catch_up, send
from homegolf_git.shell.reading.load import kept_ledger
from homegolf_git.shell.reading.mainline import (
    VERIFIED,
    line_findings,
    published_head,
    remember,
    settled_head,
)
from homegolf_git.shell.reading.signatures import landed_signatures
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.tags import sync_tags


def publish(workspace: Workspace, remote: str | None) -> Answer[view.Published]:
    """Bring tags and generated files up to the rows of the branch, in one commit at most.

    With a remote its branch comes first, and all of it is pushed; a race that is lost is run again.
    It refuses a line that is not the one that was verified, as `verify` does.
    """
    for attempt in range(TRIES - 1):
        try:
            return _publish(workspace, remote)
        except HomegolfError as error:
            if remote is None or error.exit_code != Exit.LOST_RACE:
                raise
        pause(attempt)
    return _publish(workspace, remote)


def _publish(workspace: Workspace, remote: str | None) -> Answer[view.Published]:
    repo = workspace.repo()
    with committing(repo) as committer:
        branch = repo.ledger_branch() or ""  # whoever commits is on one
        if turned := line_findings(repo, committer.head):
            raise refused(*turned)
        verified = settled_head(repo, committer.head, branch) or committer.head
        if remote is not None:
            committer.head, verified = catch_up(repo, committer.head, remote, branch)
        head = committer.head
        with kept_ledger(repo, progress=workspace.progress) as ledger:
            require_ledger(repo, ledger)
            if faults := _unsigned(repo, ledger):
                raise refused(*faults)
            tags = sync_tags(repo, ledger, remote)
        published = view.Published(tags, verified)
        if has_errors(tags.findings):
            return Answer(published, view.text, view.json, Exit.FINDINGS, tags.findings)

        def push(commit: Oid) -> None:
            if remote is not None:
                send(repo, remote, branch, commit, before=verified)

        files, gone = stale_files(repo, head, ledger)
        if files or gone:
            message = f"Write the scoreboards\n\n{VERIFIED}: {verified}\n"
            made = committer.replace(message, files, gone, push)
            published = replace(published, commit=made, written=list(files), removed=gone)
        elif head != verified:  # a commit of scoreboards that was made without a remote
            push(head)
        remember(repo, head)
    return Answer(published, view.text, view.json, findings=tags.findings)


def _unsigned(repo: GitRepo, ledger: Ledger) -> list[Finding]:
    """What is wrong with signatures of what landed since the last time that was published."""
    if not wants_signed_rows(ledger):
        return []
    known = published_head(repo, ledger.head)
    beyond = -1 if known is None else repo.positions(ledger.head).get(known, -1)
    return list(landed_signatures(repo, ledger, beyond))

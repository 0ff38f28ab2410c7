"""`homegolf tags`: incumbent tags, made from the rows and checked against them."""

from collections.abc import Sequence

from homegolf_git.commands.common import require_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.findings import Finding, has_errors
from homegolf_git.core.model.naming import TAG_FOLDERS
from homegolf_git.core.views import findings as findings_view
from homegolf_git.core.views import tags as view
from homegolf_git.errors import Exit
from homegolf_git.shell.landing.commits import alone
from homegolf_git.shell.reading.accounts import changed_tags, remember_tags
from homegolf_git.shell.reading.load import kept_ledger, promotion_tags
from homegolf_git.shell.reading.signatures import tag_signatures
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.tags import sync_tags, verify_tags


def sync(workspace: Workspace, remote: str | None) -> Answer[view.Synced]:
    """Create the tags that are missing; push them together with the pointers."""
    repo = workspace.repo()
    with alone(repo), kept_ledger(repo, progress=workspace.progress) as ledger:
        done = sync_tags(repo, require_ledger(repo, ledger), remote)
    code = Exit.FINDINGS if has_errors(done.findings) else Exit.OK
    return Answer(done, view.sync_text, view.sync_json, code, done.findings)


def verify(workspace: Workspace) -> Answer[Sequence[Finding]]:
    """Recompute every tag and report those that are not what the rows say."""
    repo = workspace.repo()
    tags = promotion_tags(repo, workspace.progress)
    objects = repo.tag_objects(*TAG_FOLDERS)
    with kept_ledger(repo, tags) as ledger:
        found = [*changed_tags(repo, objects), *verify_tags(tags, require_ledger(repo, ledger))]
        found += tag_signatures(repo, ledger)
    if not found:
        remember_tags(repo, objects)
    code = Exit.FINDINGS if has_errors(found) else Exit.OK
    return Answer(found, view.verify_text, findings_view.json, code, found)

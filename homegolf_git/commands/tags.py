"""`homegolf tags`: incumbent tags, made from the rows and checked against them."""

from homegolf_git.commands.common import require_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import has_errors
from homegolf_git.core.views.findings import findings_json
from homegolf_git.errors import Exit
from homegolf_git.shell.reading.load import kept_ledger
from homegolf_git.shell.reporters import Output
from homegolf_git.shell.tags import sync_tags, verify_tags


def sync(out: Output, workspace: Workspace, remote: str | None) -> Exit:
    """Create the tags that are missing; push them together with the pointers."""
    repo = workspace.repo()
    kept = kept_ledger(repo, progress=workspace.progress)
    synced = sync_tags(repo, require_ledger(kept.ledger), remote)
    kept.save()
    out.findings(synced.findings)
    lines = [f"created {name}" for name in synced.created]
    lines += [f"{'moved' if before else 'created'} {name}" for name, before in synced.moved.items()]
    lines += [f"pushed to {remote}"] if remote and lines else []
    is_ok = not has_errors(synced.findings)
    out.answer(
        "\n".join(lines) or ("every tag is there" if is_ok else "no tag was made"),
        ok=is_ok,
        created=synced.created,
        moved=list(synced.moved),
        findings=findings_json(synced.findings),
    )
    return Exit.OK if is_ok else Exit.FINDINGS


def verify(out: Output, workspace: Workspace) -> Exit:
    """Recompute every tag and report those that are not what the rows say."""
    repo = workspace.repo()
    kept = kept_ledger(repo, progress=workspace.progress)
    found = verify_tags(repo, require_ledger(kept.ledger), workspace.progress)
    kept.save()
    out.findings(found)
    is_ok = not has_errors(found)
    summary = "every tag is what the rows say" if is_ok else counted(len(found), "fault")
    out.answer(summary, ok=is_ok, findings=findings_json(found))
    return Exit.OK if is_ok else Exit.FINDINGS

"""`homegolf tags`: incumbent tags, made from the rows and checked against them."""

from pathlib import Path

from homegolf_git.commands.common import require_ledger
from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import has_errors
from homegolf_git.core.views.findings import findings_json
from homegolf_git.errors import Exit
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reading.load import kept_ledger, promotion_tags
from homegolf_git.shell.reporters import Output
from homegolf_git.shell.tags import sync_tags, verify_tags


def sync(out: Output, repo_path: Path, remote: str | None) -> Exit:
    """Create the tags that are missing; push them together with the pointers."""
    repo = GitRepo(repo_path)
    with kept_ledger(repo) as ledger:
        synced = sync_tags(repo, require_ledger(ledger), remote)
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


def verify(out: Output, repo_path: Path) -> Exit:
    """Recompute every tag and report those that are not what the rows say."""
    repo = GitRepo(repo_path)
    tags = promotion_tags(repo)
    with kept_ledger(repo, tags) as ledger:
        found = verify_tags(tags, require_ledger(ledger))
    out.findings(found)
    is_ok = not has_errors(found)
    summary = "every tag is what the rows say" if is_ok else counted(len(found), "fault")
    out.answer(summary, ok=is_ok, findings=findings_json(found))
    return Exit.OK if is_ok else Exit.FINDINGS

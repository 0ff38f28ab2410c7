"""`homegolf verify`: check every row, every rule and the history they landed in."""

from collections.abc import Iterator

from homegolf_git.commands.common import require_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.admission import landed_breaches
from homegolf_git.core.judge.doubts import landed_doubts
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.meaning import landed_meaning
from homegolf_git.core.judge.restored import restored_findings
from homegolf_git.core.judge.strangers import stranger_findings
from homegolf_git.core.model.findings import Finding, has_errors
from homegolf_git.core.model.naming import TAG_FOLDERS
from homegolf_git.core.model.values import Value
from homegolf_git.core.views import verify as view
from homegolf_git.errors import Exit, environment_error
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing import drafts
from homegolf_git.shell.reading.accounts import changed_tags, remember_tags
from homegolf_git.shell.reading.load import promotion_tags, verified_ledger
from homegolf_git.shell.reading.mainline import line_findings, remember, remote_findings
from homegolf_git.shell.reading.owners import owners
from homegolf_git.shell.reading.promotions import PromotionTags
from homegolf_git.shell.reading.signatures import landed_signatures
from homegolf_git.shell.reporters import Answer


class ArtifactOptions(Value, frozen=True):
    """How many artifacts to fetch, all where it is None, and after how many silent seconds to give up."""

    sample: int | None
    timeout: float


def verify(
    workspace: Workspace,
    jobs: int | None = None,
    *,
    reads_worktree: bool = False,
    accepts_history: bool = False,
    artifacts: ArtifactOptions | None = None,
) -> Answer[view.Verified]:
    """Report every fault of the ledger; exit 1 when one of them is an error.

    Everything is read from the objects of git; what was kept of an earlier reading is replaced.
    Files that are in no commit are named, and with `reads_worktree` checked as well. The head is
    remembered: from then on the line must lead through it, unless a new one is accepted. With
    `artifacts` what rows list is fetched and compared.
    """
    repo = workspace.repo()
    tags = promotion_tags(repo, workspace.progress)
    ledger, found = check_ledger(repo, tags, jobs, accepts_history=accepts_history)
    found += drafts.check(repo, ledger) if reads_worktree else drafts.unread(repo)
    checked = None
    if artifacts is not None:
        from homegolf_git.commands.verify_artifacts import check_artifacts  # noqa: PLC0415 - rarely

        checked, faults = check_artifacts(workspace, ledger, artifacts.sample, artifacts.timeout)
        found += faults
    code = Exit.FINDINGS if has_errors(found) else Exit.OK
    verified = view.Verified(ledger.n_rows, len(ledger.lanes), found, checked)
    return Answer(verified, view.text, view.json, code, found)


def check_ledger(
    repo: GitRepo, tags: PromotionTags, jobs: int | None = None, *, accepts_history: bool = False
) -> tuple[Ledger, list[Finding]]:
    """The ledger read anew, and every fault of it; its head and its tags are remembered."""
    head = repo.require_history()
    if accepts_history and repo.ledger_branch() is None:
        raise environment_error("detached", "a line is accepted for a branch, and HEAD is on none")
    turned = [] if accepts_history else line_findings(repo, head)
    objects = repo.tag_objects(*TAG_FOLDERS)
    replaced = [] if accepts_history else changed_tags(repo, objects)
    beside = [] if accepts_history or turned else list(remote_findings(repo))
    ledger = verified_ledger(tags, head, jobs)
    if not has_errors(ledger.findings):  # else they are the answer
        require_ledger(repo, ledger)
    if not turned:
        remember(repo, head, is_accepted=accepts_history)
    if not replaced:
        remember_tags(repo, objects)
    found = [*turned, *beside, *replaced, *ledger.findings, *landed_breaches(ledger)]
    found += [*_lane_findings(ledger), *_by_strangers(repo, ledger)]
    return ledger, [*found, *landed_signatures(repo, ledger)]


def _lane_findings(ledger: Ledger) -> Iterator[Finding]:
    """What a lane's rules and rows ask a person to look at, though no file of it is at fault."""
    for lane in ledger.lanes.values():
        yield from landed_meaning(lane)
        yield from restored_findings(lane)
        yield from landed_doubts(lane)


def _by_strangers(repo: GitRepo, ledger: Ledger) -> Iterator[Finding]:
    if any(lane.retractions for lane in ledger.lanes.values()):
        known = owners(repo, ledger.head)
        for name, lane in ledger.lanes.items():
            yield from stranger_findings(name, lane, known)

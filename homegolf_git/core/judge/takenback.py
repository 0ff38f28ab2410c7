"""What commits of a pull request bring and its whole does not show: a rebase lands it all the same.

A rule that is changed and changed back judges the rows between, a large file that is removed again
stays in the history for good, and a receipt that comes late is not there when its row is judged.
"""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.proposal import SUBMISSIONS, Proposal, Step
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LaneRun, Oid, parse_path


def taken_back_findings(proposal: Proposal) -> Iterator[Finding]:
    """Paths that commits change and change back, or that a merge leaves out again."""
    for path, steps in proposal.detours().items():
        if not _is_said_elsewhere(path, steps):
            first = next(step for step in steps if step.state != proposal.kept.get(path))
            yield finding("taken_back", f"{_what(first)}, {_how(first, steps)}", path)


def _is_said_elsewhere(path: str, steps: Sequence[Step]) -> bool:
    """Whether it is a row, receipt or retraction that `changed_again` or `merge_changes` is about."""
    place = parse_path(path)
    if place is None or place.kind not in SUBMISSIONS:
        return False
    return len(steps) > 1 or steps[0].commit.is_merge


def _what(step: Step) -> str:
    verb = {"A": "adds", "D": "deletes"}.get(step.change.status, "changes")
    return f"commit {step.commit.oid[:12]} {verb} it"


def _how(first: Step, steps: Sequence[Step]) -> str:
    last = steps[-1].commit.oid
    if last == first.commit.oid:
        return "and a merge leaves that out"
    return f"and commit {last[:12]} takes that back"


def late_receipts(proposal: Proposal) -> Iterator[Finding]:
    """Receipts that are committed behind their row, which lands without them by a rebase."""
    row_at: dict[LaneRun, tuple[int, Oid]] = {}
    for number, commit in enumerate(proposal.commits):
        for change in commit.changes:
            place = parse_path(change.path)
            if place is None or change.status != "A":
                continue
            run = (place.lane, place.run_id)
            if place.kind == "row":
                row_at.setdefault(run, (number, commit.oid))
            elif place.kind == "receipt" and run in row_at and row_at[run][0] < number:
                before, late = row_at[run][1][:12], commit.oid[:12]
                message = f"commit {before} adds the row, commit {late} behind it the receipt"
                fix = "make them one commit: `git rebase -i <base>`"
                yield finding("missing_receipt", message, change.path, fix=fix)

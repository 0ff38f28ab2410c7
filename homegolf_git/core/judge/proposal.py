"""What a pull request may change: its commits and paths, before any content is read.

Everything here is data from the pull request; nothing of it is executed or believed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.judge.trailers import contradictions, said_in
from homegolf_git.core.model.findings import TAKE_OUT, Finding, Severity, finding
from homegolf_git.core.model.namefaults import path_fault
from homegolf_git.core.model.naming import REGULAR_FILE_MODE, RULES, LedgerPath, Oid, parse_path
from homegolf_git.core.model.values import Value, field

COMMITS_MAX = 1_000
CHANGES_MAX = 5_000
PARENTS_MAX = 4 * COMMITS_MAX  # of all commits together
STEPS_MAX = 50_000  # changes of all commits together
TREES_MAX = 50_000  # folders that are looked into
TREES_BYTES_MAX = 512 << 20  # of them; most of a folder is the same in the next commit
MESSAGE_MAX = 64 * 1024  # bytes that are read of a commit
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and line feed
SUBMISSIONS = ("row", "receipt", "retraction")


class ProposedCommit(Value, frozen=True):
    """A commit of the pull request; of a merge, `changes` are those that no parent has."""

    oid: Oid
    message: str
    changes: tuple[PathChange, ...]
    is_merge: bool


State = tuple[str, Oid]  # of a path: mode and blob


class Step(Value, frozen=True):
    """One change that one commit makes."""

    commit: ProposedCommit
    change: PathChange

    @property
    def state(self) -> State | None:
        """What is there behind it; None: nothing."""
        gone = self.change.status == "D"
        return None if gone else (self.change.mode, self.change.blob)


class Proposal(Value, frozen=True):
    """A pull request: its commits, parents first, and all it changes against the merge base.

    `kept` is what its head has at paths that only its commits change.
    """

    commits: tuple[ProposedCommit, ...]
    changes: tuple[PathChange, ...]
    is_too_large: bool = False  # nothing of it was read then
    kept: Mapping[str, State] = field(default_factory=dict)

    def steps(self, *kinds: str) -> dict[str, list[Step]]:
        """What commits do to files of these kinds, by path; of any kind where none is named."""
        found: dict[str, list[Step]] = {}
        for commit in self.commits:
            for change in commit.changes:
                place = parse_path(change.path) if kinds else None
                if not kinds or (place is not None and place.kind in kinds):
                    found.setdefault(change.path, []).append(Step(commit, change))
        return found

    def detours(self) -> dict[str, list[Step]]:
        """Steps at each path where commits land, one by one, what the whole does not."""
        net = {change.path for change in self.changes}
        return {
            path: found
            for path, found in self.steps().items()
            if path not in net and any(step.state != self.kept.get(path) for step in found)
        }

    def touched(self) -> list[PathChange]:
        """Every change that a merge of some kind would land, one a path."""
        return [*self.changes, *(steps[0].change for steps in self.detours().values())]

    def places(self, *kinds: str) -> list[tuple[PathChange, LedgerPath]]:
        """Changes of these kinds of ledger files, as the whole has them."""
        found = [(change, parse_path(change.path)) for change in self.changes]
        return [(change, place) for change, place in found if place and place.kind in kinds]

    @property
    def is_submission(self) -> bool:
        """Whether it adds rows, receipts or retractions."""
        places = (parse_path(change.path) for change in self.touched())
        return any(place is not None and place.kind in SUBMISSIONS for place in places)


def structure_findings(proposal: Proposal, *, is_merge_group: bool) -> list[Finding]:
    """What is wrong with the commits and paths of a pull request."""
    if proposal.is_too_large:
        message = f"more than {COMMITS_MAX:,} commits, {STEPS_MAX:,} changes in them, {CHANGES_MAX:,} changed files, or larger folders than are compared"
        return [finding("too_many_changes", message)]
    if not proposal.commits:
        return [finding("no_change", "the head has no commit that the base does not have")]
    found = list(_path_findings(proposal))
    found += _commit_findings(proposal, is_merge_group=is_merge_group)
    return list(dict.fromkeys(found))


def _path_findings(proposal: Proposal) -> Iterator[Finding]:
    for change in proposal.changes:
        place = parse_path(change.path)
        if place is not None and place.kind not in RULES:
            yield from _ledger_path_findings(change, place)
    places = [(change.path, parse_path(change.path)) for change in proposal.touched()]
    others = [path for path, place in places if place is None or place.kind in RULES]
    if others and proposal.is_submission:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        message = f"it adds runs, and changes {others[0]}{more}"
        yield finding("mixed_change", message, others[0])


def _ledger_path_findings(change: PathChange, place: LedgerPath) -> Iterator[Finding]:
    path = change.path
    if place.kind == "generated":
        yield finding("generated_touched", "it is written on the main branch only", path)
    elif place.kind == "stray":
        yield finding("stray_file", "it is no part of the ledger", path)
    elif place.kind == "bad":
        yield finding("bad_path", path_fault(path), path)
    elif change.status != "A":
        code = f"{place.kind}_deleted" if change.status == "D" else f"{place.kind}_edited"
        code = code if place.kind == "row" else f"{place.kind}_edited"
        what = {"D": "deletes it", "T": "changes its type"}.get(change.status, "changes it")
        fix = (
            f"{TAKE_OUT}; a run that is wrong is retracted" if code.startswith("row") else TAKE_OUT
        )
        yield finding(code, f"it has landed, and the pull request {what}", path, fix=fix)
    elif change.mode != REGULAR_FILE_MODE:
        yield finding("not_a_file", f"its mode is {change.mode}, not {REGULAR_FILE_MODE}", path)


def _commit_findings(proposal: Proposal, *, is_merge_group: bool) -> Iterator[Finding]:
    several: Severity = "note" if is_merge_group else "error"
    touched: dict[str, Oid] = {}
    for commit in proposal.commits:
        short = commit.oid[:12]
        if fault := message_fault(commit.message):
            yield finding("bad_message", f"commit {short} has {fault}")
        places = [(change, parse_path(change.path)) for change in commit.changes]
        inputs = [
            (change, place) for change, place in places if place and place.kind in SUBMISSIONS
        ]
        if commit.is_merge:
            for change, _ in inputs:
                message = f"merge commit {short} changes it itself"
                yield finding("merge_changes", message, change.path)
            continue
        rows = [change for change, place in inputs if place.kind == "row" and change.status == "A"]
        if len(rows) > 1:
            message = f"commit {short} adds {len(rows)} rows"
            yield finding("several_rows", message, rows[1].path, severity=several)
        for change, _ in inputs:
            if change.path in touched:
                message = f"commits {touched[change.path][:12]} and {short} both change it"
                yield finding("changed_again", message, change.path)
            touched[change.path] = commit.oid


def message_fault(message: str) -> str:
    """What no message of a commit may have; empty where it has nothing of that."""
    if len(message) >= MESSAGE_MAX:
        return "a message of 64 KiB or more"
    character = _CONTROL.search(message)
    return f"U+{ord(character[0]):04X} in its message" if character else ""


def trailer_findings(
    commit: ProposedCommit, facts: Mapping[str, str], *, is_merge_group: bool
) -> Iterator[Finding]:
    """Trailers of a row's commit that say other than the row; a queue may have joined messages."""
    for claim in contradictions(said_in(commit.message), facts, is_joined=is_merge_group):
        yield finding("trailer_mismatch", f"commit {commit.oid[:12]} says {claim}")


def row_commits(commits: Sequence[ProposedCommit]) -> dict[str, ProposedCommit]:
    """The commit that adds each row, by the row's path."""
    return {
        change.path: commit
        for commit in commits
        for change in commit.changes
        if change.status == "A" and (place := parse_path(change.path)) and place.kind == "row"
    }

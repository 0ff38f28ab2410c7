"""The gate on a pull request: everything of it read as data from git objects, judged by the base.

No checkout is needed and none is looked at; rules, schemas and program are those of the base.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from homegolf_git.core.judge.admission import Trial
from homegolf_git.core.judge.arrivals import Spot
from homegolf_git.core.judge.history import PathChange, landing_order
from homegolf_git.core.judge.ledger import LandedRetraction, Ledger
from homegolf_git.core.judge.proposal import (
    Proposal,
    ProposedCommit,
    row_commits,
    structure_findings,
    trailer_findings,
)
from homegolf_git.core.judge.remarks import NOTHING_MEANT, Meant
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.strangers import stranger_finding
from homegolf_git.core.judge.takenback import late_receipts, taken_back_findings
from homegolf_git.core.model.findings import TAKE_OUT, Finding, Told, capped, finding, has_errors
from homegolf_git.core.model.lane import Lane, Signatures
from homegolf_git.core.model.naming import (
    SIGNERS_PATH,
    LaneId,
    LedgerPath,
    Oid,
    receipt_folder,
    time_key,
)
from homegolf_git.core.model.row import LandedRow, Row
from homegolf_git.core.search.advice import stop_call
from homegolf_git.core.views.gate import Gate
from homegolf_git.errors import refused
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.files.documents import read_retraction
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.baseschema import base_schema, proposed_schema_findings
from homegolf_git.shell.landing.incoming import is_admitted
from homegolf_git.shell.landing.proposals import merge_bases, read_proposal
from homegolf_git.shell.landing.proposedfiles import ProposedFiles
from homegolf_git.shell.landing.rulechanges import RuleChanges
from homegolf_git.shell.progress import SILENT, Progress
from homegolf_git.shell.reading.door import Arrival, arrive
from homegolf_git.shell.reading.load import load_ledger, promotion_tags
from homegolf_git.shell.reading.mainline import require_line
from homegolf_git.shell.reading.owners import owners
from homegolf_git.shell.reading.promotions import PromotionTags
from homegolf_git.shell.reading.signatures import proposed_signatures, signers_at

REJUDGED_MAX = 1_000  # verdicts that its retractions change, as they are told
PROMOTIONS_MAX = 10  # that rows of one pull request may name
CLOCK_TOLERANCE = timedelta(minutes=5)
LONG_PAST = timedelta(days=366)
_UNKNOWN_YEAR = 1970


def check_proposal(
    repo: GitRepo,
    base: str,
    head: str,
    *,
    is_merge_group: bool = False,
    meant: Meant = NOTHING_MEANT,
    progress: Progress = SILENT,
) -> Gate:
    """Judge what `head` would bring into `base`.

    Raises:
        HomegolfError: for revisions that are not here or share no history, and in a shallow clone.
    """
    repo.require_history()
    commits = []
    for revision in (base, head):
        commit = repo.resolve(revision)
        if commit is None:
            raise refused(finding("no_such_revision", f"there is no commit {revision[:80]!r}"))
        commits.append(commit)
    require_line(repo, commits[0], base)
    bases = merge_bases(repo, *commits)
    if not bases:
        raise refused(finding("no_merge_base", f"{base[:80]} and {head[:80]} share no commit"))
    proposal = read_proposal(repo, commits[0], bases, commits[1])
    kinds = ("row", "receipt", "retraction", "lane")
    lanes = {place.lane for _, place in proposal.places(*kinds)}
    tags = promotion_tags(repo, progress)
    is_for_all = bool(proposal.places("maps"))
    ledger = load_ledger(repo, commits[0], None if is_for_all else lanes, tags)
    judging = _Judging(
        tags, ledger, proposal,
        is_merge_group=is_merge_group, meant=meant,
    )  # fmt: skip
    return judging.check()


class _Judging:
    """Judges a proposal file by file against the ledger of its base."""

    def __init__(
        self,
        tags: PromotionTags,
        ledger: Ledger,
        proposal: Proposal,
        *,
        is_merge_group: bool,
        meant: Meant,
    ) -> None:
        self.tags, self.repo, self.proposal = tags, tags.repo, proposal
        self.trial, self.is_merge_group = Trial(ledger, meant), is_merge_group
        self.report, self.told = Gate(), Told()
        self.promotions: set[str] = set()  # that its rows name
        self.signing: dict[
            str, tuple[str, Oid]
        ] = {}  # whose a file is that must be signed, and what
        self.base_schema, found = base_schema(self.repo, ledger.head, proposal)
        self._note(*found)

    def check(self) -> Gate:
        """What is to be said of it."""
        self._check()
        self.report.findings = self.told.all()
        return self.report

    def _check(self) -> None:
        self._note(*structure_findings(self.proposal, is_merge_group=self.is_merge_group))
        self._note(*taken_back_findings(self.proposal), *late_receipts(self.proposal))
        if not self.proposal.commits:
            return
        files = ProposedFiles(self.repo, self.proposal)
        self._note(*files.findings)
        touched = {place.lane for _, place in self.proposal.places("row", "retraction")}
        lanes = [name for name in self.trial.ledger.lane_order() if name in touched]
        states = {name: judge_lane(self.trial.ledger.lanes[name]).state for name in lanes}
        before = {name: stop_call(state) for name, state in states.items()}
        held = {name: state.incumbent for name, state in states.items()}
        self._take_retractions(files)
        self._take_rows(files)
        self._check_signatures()
        self._check_stray_receipts(files)
        changed = RuleChanges(self.proposal, self.trial.ledger, files.blobs)
        self._note(*changed.findings, *self._unlisted(changed.rules))
        self.report.rule_changes = changed.backtests
        self._note(*proposed_schema_findings(self.repo, self.proposal))
        self.report.states = {name: self.trial.judged(name).state for name in lanes}
        self.report.incumbents = {
            name: (held[name], state.incumbent) for name, state in self.report.states.items()
        }
        self.report.calls = {
            name: (before[name], stop_call(state)) for name, state in self.report.states.items()
        }

    def _note(self, *found: Finding) -> None:
        self.told.take(found)

    # --- retractions

    def _take_retractions(self, files: ProposedFiles) -> None:
        lanes: dict[LaneId, None] = {}
        added = list(files.added("retraction"))
        known = owners(self.repo, self.trial.ledger.head) if added else frozenset()
        for change, place in added:
            retraction, found = read_retraction(files.blobs[change.blob], change.path, place)
            self._note(*found)
            lane = self.trial.ledger.lanes.get(place.lane)
            if retraction is None:
                continue
            landed = lane.find(retraction.run_id) if lane else None
            if landed is None:
                message = f"{retraction.run_id} has not landed in {place.lane}"
                fix = "remove it, or name a run that landed before"
                self._note(finding("unknown_run", message, change.path, fix=fix))
                continue
            self._note(*stranger_finding(place.lane, retraction, landed.row, known))
            self._ask_signature(place.lane, change, retraction.by)
            position = self.trial.ledger.track.commits
            self.trial.retract(place.lane, LandedRetraction(retraction, Oid(""), position))
            lanes[place.lane] = None
        changed = [pair for name in lanes for pair in self.trial.rejudged(name)]
        self.report.rejudged = changed[:REJUDGED_MAX]
        if (more := len(changed) - REJUDGED_MAX) > 0:
            message = f"{more:,} more rows are judged anew by its retractions"
            self._note(finding("too_many_findings", message, severity="note"))

    # --- signatures

    def _ask_signature(self, name: LaneId, change: PathChange, by: str) -> None:
        lane = self.trial.ledger.lanes.get(name)
        if lane is not None and lane.current.lane.signatures.rows:
            self.signing[change.path] = by, change.blob

    def _check_signatures(self) -> None:
        """Of files whose lane, as the base has it, asks for them, by the base's list of signers."""
        if not self.signing:
            return
        commits: dict[str, list[Oid]] = {}
        for commit in self.proposal.commits:
            for change in commit.changes:
                wanted = self.signing.get(change.path, ("", ""))[1]
                if change.blob == wanted and not commit.is_merge:
                    commits.setdefault(change.path, []).append(commit.oid)
        names = {path: by for path, (by, _) in self.signing.items()}
        self._note(*proposed_signatures(self.repo, self.trial.ledger.head, commits, names))

    def _unlisted(self, changed: Mapping[LaneId, Lane]) -> Iterator[Finding]:
        """Lanes that ask for signatures, where the pull request leaves no list of who may sign."""
        lists = [change for change, _ in self.proposal.places("signers")]
        if not changed and not lists:
            return
        ledger = self.trial.ledger
        lanes = {name: lane.current.lane for name, lane in ledger.lanes.items()} | dict(changed)
        asking = [name for name, rules in lanes.items() if rules.signatures != Signatures()]
        is_there = lists[0].status != "D" if lists else None
        if asking and is_there is None:
            is_there = signers_at(self.repo, ledger.head) is not None
        if asking and not is_there:
            message = f"{asking[0]} asks for signatures, and there is no such file"
            yield finding("bad_signers", message, SIGNERS_PATH)

    # --- rows

    def _take_rows(self, files: ProposedFiles) -> None:
        commits = row_commits(self.proposal.commits)
        order = {commit.oid: i for i, commit in enumerate(self.proposal.commits)}
        read = []
        for change, place in files.added("row"):
            commit = commits.get(change.path)
            landed = self._read_row(files, change, place, commit)
            if landed is not None:
                read.append((order[commit.oid] if commit else 0, landed))
        self._check_order(sorted(read, key=lambda item: (item[0], landing_order(item[1].row))))
        for _, landed in sorted(read, key=lambda item: landing_order(item[1].row)):
            verdict, found = self.trial.admit(landed)
            self._note(*found)
            self.report.verdicts.append(verdict)

    def _check_order(self, read: list[tuple[int, LandedRow]]) -> None:
        now = datetime.now(UTC)
        latest: LandedRow | None = None
        for _, landed in read:
            row = landed.row
            self._note(*_date_findings(landed, now))
            if self.is_merge_group:
                continue  # pull requests of a group need not have finished in its order
            if latest and time_key(row.finished_at) < time_key(latest.row.finished_at):
                message = f"it finished before {latest.row.run_id}, which is committed earlier"
                self._note(finding("order_conflict", message, landed.path))
            if latest is None or time_key(row.finished_at) > time_key(latest.row.finished_at):
                latest = landed

    def _read_row(
        self,
        files: ProposedFiles,
        change: PathChange,
        place: LedgerPath,
        commit: ProposedCommit | None,
    ) -> LandedRow | None:
        """A row through the door; what concerns its commit and the base's schema keeps it out too."""
        data, path = files.blobs[change.blob], change.path
        folder = receipt_folder(place.lane, place.run_id)
        arrival = Arrival("pull request", path, data, place, f"commit it with the row, in {folder}")
        spot = Spot(path, commit.oid if commit else Oid(""), blob=change.blob)
        landed, found = arrive(
            self.trial, arrival, files.delivered((place.lane, place.run_id)), spot,
            self._is_admitted,
        )  # fmt: skip
        if commit is not None:
            facts = {"Run": place.run_id, "Lane": place.lane, "Row-Sha256": sha256_hex(data)}
            found += capped(
                trailer_findings(commit, facts, is_merge_group=self.is_merge_group), path
            )
        if arrival.document is not None and self.base_schema is not None:
            from homegolf_git.shell.files.schema import foreign_findings  # noqa: PLC0415 - slow, rarely needed

            found += foreign_findings(self.base_schema, arrival.document, path)
        self._note(*found)
        if landed is not None:
            self._ask_signature(place.lane, change, landed.row.submitter)
        return None if has_errors(found) else landed

    def _is_admitted(self, row: Row, rules: Lane) -> bool:
        """Whether a promotion admits a row; each that is named takes a reading of its ledger."""
        if row.promotion is not None and rules.needs_promotion_from is not None:
            self.promotions.add(row.promotion)
            if len(self.promotions) > PROMOTIONS_MAX:
                message = f"its rows name more than {PROMOTIONS_MAX} promotions"
                self._note(finding("too_many_changes", message))
                return False
        return is_admitted(self.tags, self.trial.ledger, row, rules)

    def _check_stray_receipts(self, files: ProposedFiles) -> None:
        """Receipts whose row is not part of the pull request."""
        rows = {(place.lane, place.run_id) for _, place in self.proposal.places("row")}
        for run, receipts in files.receipts.items():
            if run not in rows:
                message = "the row it belongs to is not in the pull request"
                path = receipts[0][0].path
                self._note(finding("unlisted_receipt", message, path, fix=TAKE_OUT))


def _date_findings(landed: LandedRow, now: datetime) -> Iterator[Finding]:
    """A time that the clock here contradicts; importers give 1970 to a run whose time nobody knows."""
    finished_at = landed.row.finished_at
    finished = datetime.fromisoformat(finished_at)
    if finished > now + CLOCK_TOLERANCE:
        yield finding("in_the_future", f"finished_at is {finished_at}", landed.path)
    elif finished < now - LONG_PAST and finished.year != _UNKNOWN_YEAR:
        message = f"finished_at is {finished_at}, and now it is {now:%Y-%m-%dT%H:%M:%SZ}"
        yield finding("long_past", message, landed.path, severity="note")

"""The gate on a pull request: everything of it read as data from git objects, judged by the base.

No checkout is needed and none is looked at; rules, schemas and program are those of the base.
"""

from datetime import UTC, datetime, timedelta

from homegolf_git.core.judge.admission import admit, suspicions
from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.judge.ledger import Judged, LandedRetraction, Ledger
from homegolf_git.core.judge.proposal import (
    Proposal,
    ProposedCommit,
    row_commits,
    structure_findings,
    trailer_findings,
)
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.findings import Finding, finding, has_errors
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import (
    REGULAR_FILE_MODE,
    LaneId,
    LedgerPath,
    Oid,
    RunId,
    receipt_folder,
    time_key,
)
from homegolf_git.core.model.row import Evidence, LandedRow, Row
from homegolf_git.core.model.values import Record, field
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.advice import StopCall, stop_call
from homegolf_git.core.search.backtest import Backtest
from homegolf_git.errors import environment_error, refused
from homegolf_git.receipts.strictjson import ReceiptError, parse
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.files.documents import check_metric, read_retraction, read_row
from homegolf_git.shell.files.rowyaml import BYTES_MAX
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.intake import RECEIPT_BYTES_MAX, RECEIPTS_BYTES_MAX, is_admitted
from homegolf_git.shell.landing.proposals import merge_bases, read_proposal
from homegolf_git.shell.landing.rulechanges import read_rules
from homegolf_git.shell.reading.load import load_ledger, promotion_tags
from homegolf_git.shell.reading.promotions import PromotionTags
from homegolf_git.shell.reading.rowfiles import read_evidence

CLOCK_TOLERANCE = timedelta(minutes=5)


class GateReport(Record):
    """What the gate says of a pull request."""

    findings: list[Finding] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)  # in the order they would land
    rejudged: list[tuple[Verdict, Verdict]] = field(default_factory=list)  # by its retractions
    calls: dict[LaneId, tuple[StopCall, StopCall]] = field(default_factory=dict)
    states: dict[LaneId, LaneState] = field(default_factory=dict)  # as they would be
    rule_changes: dict[LaneId, Backtest] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Whether the pull request may be merged."""
        return not has_errors(self.findings)


def check_proposal(
    repo: GitRepo, base: str, head: str, *, is_merge_group: bool = False
) -> GateReport:
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
    bases = merge_bases(repo, *commits)
    if not bases:
        raise refused(finding("no_merge_base", f"{base[:80]} and {head[:80]} share no commit"))
    proposal = read_proposal(repo, commits[0], bases, commits[1])
    kinds = ("row", "receipt", "retraction", "lane")
    lanes = {place.lane for _, place in proposal.places(*kinds)}
    tags = promotion_tags(repo)
    ledger = load_ledger(repo, commits[0], lanes, tags)
    return _Gate(tags, ledger, proposal, is_merge_group=is_merge_group).check()


class _Gate:
    """Reads a proposal file by file against the ledger of its base."""

    def __init__(
        self, tags: PromotionTags, ledger: Ledger, proposal: Proposal, *, is_merge_group: bool
    ) -> None:
        self.tags, self.repo, self.ledger, self.proposal = tags, tags.repo, ledger, proposal
        self.is_merge_group = is_merge_group
        self.report = GateReport()
        self.base_schema = self._base_schema()
        self.sizes: dict[Oid, int] = {}
        self.blobs: dict[Oid, bytes] = {}
        self.receipts: dict[tuple[LaneId, RunId], list[tuple[PathChange, LedgerPath]]] = {}

    def check(self) -> GateReport:
        self.report.findings += structure_findings(
            self.proposal, is_merge_group=self.is_merge_group
        )
        if any(item.code == "too_many_changes" for item in self.report.findings):
            return self.report
        self._read_blobs()
        for change, place in self.proposal.places("receipt"):
            if change.status != "A":
                continue
            self.receipts.setdefault((place.lane, place.run_id), []).append((change, place))
        touched = {place.lane for _, place in self.proposal.places("row", "retraction")}
        judged = {
            name: judge_lane(self.ledger.lanes[name])
            for name in self.ledger.lane_order()
            if name in touched
        }
        before = {name: stop_call(lane.state) for name, lane in judged.items()}
        self._take_retractions(judged)
        self._take_rows(judged)
        self._check_stray_receipts()
        found, self.report.rule_changes = read_rules(self.proposal, self.ledger, self.blobs)
        self._note(*found)
        self.report.states = {name: lane.state for name, lane in judged.items()}
        self.report.calls = {
            name: (before[name], stop_call(lane.state)) for name, lane in judged.items()
        }
        return self.report

    def _base_schema(self) -> bytes | None:
        """The row schema that the base brings itself, where it is not the program's own."""
        (blob,) = self.repo.lookups([f"{self.ledger.head}:schemas/run-v1.schema.json"])
        if blob is None:
            return None
        data = self.repo.blobs([blob])[blob]
        own = (data_folder("schemas") / "run-v1.schema.json").read_bytes()
        return None if data == own else data

    def _note(self, *found: Finding) -> None:
        self.report.findings += found

    def _files(self, *kinds: str) -> list[tuple[PathChange, LedgerPath]]:
        """Files of a kind that the proposal adds as regular files and that were read."""
        return [
            (change, place)
            for change, place in self.proposal.places(*kinds)
            if change.status == "A"
            and change.mode == REGULAR_FILE_MODE
            and change.blob in self.blobs
        ]

    def _read_blobs(self) -> None:
        """Read what is not too large; a size is asked for before anything is read."""
        limits = {"row": BYTES_MAX, "retraction": BYTES_MAX, "receipt": RECEIPT_BYTES_MAX}
        limits |= {"lane": BYTES_MAX, "ladder": BYTES_MAX}
        places = [
            (change, place)
            for change, place in self.proposal.places(*limits)
            if change.status != "D" and change.mode == REGULAR_FILE_MODE
        ]
        self.sizes = self.repo.sizes(change.blob for change, _ in places)
        for change, _ in places:
            if change.blob not in self.sizes:
                raise environment_error("missing_objects", f"object {change.blob} is not here")
        heavy = self._too_heavy([pair for pair in places if pair[1].kind == "receipt"])
        wanted = []
        for change, place in places:
            size, limit = self.sizes[change.blob], limits[place.kind]
            if size > limit:
                code = "receipt_too_large" if place.kind == "receipt" else "too_large"
                message = f"the file has {size:,} bytes, {limit:,} are allowed"
                self._note(finding(code, message, change.path))
            elif (place.lane, place.run_id) not in heavy or place.kind != "receipt":
                wanted.append(change.blob)
        self.blobs = self.repo.blobs(wanted)

    def _too_heavy(
        self, receipts: list[tuple[PathChange, LedgerPath]]
    ) -> set[tuple[LaneId, RunId]]:
        """Runs whose receipts are too large together: none of those is read."""
        totals: dict[tuple[LaneId, RunId], int] = {}
        for change, place in receipts:
            key = place.lane, place.run_id
            totals[key] = totals.get(key, 0) + self.sizes[change.blob]
        heavy = {key for key, total in totals.items() if total > RECEIPTS_BYTES_MAX}
        for lane, run_id in sorted(heavy):
            message = f"its receipts have {totals[lane, run_id]:,} bytes, {RECEIPTS_BYTES_MAX:,} are allowed"
            self._note(finding("receipt_too_large", message, receipt_folder(lane, run_id)))
        return heavy

    # --- retractions

    def _take_retractions(self, judged: dict[LaneId, Judged]) -> None:
        for change, place in self._files("retraction"):
            retraction, found = read_retraction(self.blobs[change.blob], change.path, place)
            self._note(*found)
            lane = self.ledger.lanes.get(place.lane)
            if retraction is None:
                continue
            if lane is None or lane.find(retraction.run_id) is None:
                message = f"{retraction.run_id} has not landed in {place.lane}"
                self._note(finding("unknown_run", message, change.path))
                continue
            landed = LandedRetraction(retraction, Oid(""), self.ledger.track.commits)
            after = lane.with_retraction(landed)
            now = judge_lane(after)
            pairs = zip(judged[place.lane].verdicts, now.verdicts, strict=True)
            self.report.rejudged += [(was, is_now) for was, is_now in pairs if was != is_now]
            self.ledger.lanes[place.lane], judged[place.lane] = after, now

    # --- rows

    def _take_rows(self, judged: dict[LaneId, Judged]) -> None:
        commits = row_commits(self.proposal.commits)
        order = {commit.oid: i for i, commit in enumerate(self.proposal.commits)}
        read = []
        for change, place in self._files("row"):
            commit = commits.get(change.path)
            landed = self._read_row(change, place, commit)
            if landed is not None:
                read.append((order[commit.oid] if commit else 0, landed))
        read.sort(key=lambda item: (item[0], time_key(item[1].row.finished_at), item[1].row.run_id))
        self._check_order(read)
        read.sort(key=lambda item: (time_key(item[1].row.finished_at), item[1].row.run_id))
        for _, landed in read:
            lane = judged[landed.row.lane]
            self._note(*suspicions(lane, landed))
            verdict, found = admit(self.ledger, lane, landed)
            self._note(*found)
            self.report.verdicts.append(verdict)

    def _check_order(self, read: list[tuple[int, LandedRow]]) -> None:
        now = datetime.now(UTC) + CLOCK_TOLERANCE
        latest: LandedRow | None = None
        for _, landed in read:
            row = landed.row
            if datetime.fromisoformat(row.finished_at) > now:
                message = f"finished_at is {row.finished_at}"
                self._note(finding("in_the_future", message, landed.path))
            if self.is_merge_group:
                continue  # pull requests of a group need not have finished in its order
            if latest and time_key(row.finished_at) < time_key(latest.row.finished_at):
                message = f"it finished before {latest.row.run_id}, which is committed earlier"
                self._note(finding("order_conflict", message, landed.path))
            if latest is None or time_key(row.finished_at) > time_key(latest.row.finished_at):
                latest = landed

    def _read_row(
        self, change: PathChange, place: LedgerPath, commit: ProposedCommit | None
    ) -> LandedRow | None:
        data, path = self.blobs[change.blob], change.path
        row, document, found = read_row(data, path, place)
        if place.run_id in self.ledger.row_paths:
            message = f"{place.run_id} already stands in {self.ledger.row_paths[place.run_id]}"
            found.append(finding("duplicate_run_id", message, path))
        self.ledger.row_paths.setdefault(place.run_id, path)
        lane = self.ledger.lanes.get(place.lane)
        if lane is None:
            found.append(finding("unknown_lane", f"{place.lane} has no rules", path))
        if commit is not None:
            facts = {"Run": place.run_id, "Lane": place.lane, "Row-Sha256": sha256_hex(data)}
            found += trailer_findings(commit, facts, is_merge_group=self.is_merge_group)
        if document is not None and self.base_schema is not None:
            from homegolf_git.shell.files.schema import foreign_findings  # noqa: PLC0415 - slow, rarely needed

            found += foreign_findings(self.base_schema, document, path)
        if row is None or document is None or lane is None:
            self._note(*found)
            return None
        rules = lane.current.lane
        found += check_metric(document, rules, path)
        evidence = self._evidence(row, rules, found)
        self._note(*found)
        if has_errors(found):
            return None
        return LandedRow(
            row=row, evidence=tuple(evidence), is_promoted=is_admitted(self.tags, self.ledger, row, rules),
            commit=commit.oid if commit else Oid(""), position=-1, path=path, blob=change.blob,
        )  # fmt: skip

    def _evidence(self, row: Row, rules: Lane, found: list[Finding]) -> list[Evidence]:
        there = {
            place.file: change for change, place in self.receipts.get((row.lane, row.run_id), [])
        }
        proofs = []
        for listed in row.receipts:
            change = there.get(listed.path)
            if change is None:
                message = f"{listed.path} is not in the pull request"
                found.append(finding("missing_receipt", message, self.ledger.row_paths[row.run_id]))
                continue
            data = self.blobs.get(change.blob)
            if data is None:
                continue  # why it was not read is a finding already
            owner = self.ledger.receipt_owner(change.blob)
            if owner is not None and owner[0] != row.lane:
                message = f"it proves {owner[1]} on {owner[0]}"
                found.append(finding("receipt_reused", message, change.path))
            proof, faults = read_evidence(listed.kind, listed.sha256, data, rules, change.path)
            found += faults
            if proof is not None:
                proofs.append(proof)
        found += self._receipt_faults(row)
        return proofs

    def _receipt_faults(self, row: Row) -> list[Finding]:
        listed = {receipt.path for receipt in row.receipts}
        found = []
        for change, place in self.receipts.get((row.lane, row.run_id), []):
            data = self.blobs.get(change.blob)
            if data is None:
                continue  # why it was not read is a finding already
            if place.file not in listed:
                found.append(finding("unlisted_receipt", "the row does not list it", change.path))
            if place.file.endswith(".json"):
                try:
                    parse(data)
                except ReceiptError as error:
                    if "given twice" in str(error):
                        found.append(finding("receipt_duplicate_key", str(error), change.path))
        return found

    def _check_stray_receipts(self) -> None:
        """Receipts whose row is not part of the pull request."""
        rows = {(place.lane, place.run_id) for _, place in self.proposal.places("row")}
        for key, receipts in self.receipts.items():
            if key not in rows:
                message = "the row it belongs to is not in the pull request"
                self._note(finding("unlisted_receipt", message, receipts[0][0].path))

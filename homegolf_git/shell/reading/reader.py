"""What landed, in its order: from commits and blobs to the rows, rules and retractions of a ledger."""

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from homegolf_git.core.judge.arrivals import (
    Promotions,
    Spot,
    duplicate_findings,
    is_promoted,
    landed_row,
    reuse_findings,
)
from homegolf_git.core.judge.history import (
    Commit,
    LandedFile,
    Landing,
    RowFile,
    landing_order,
    landings,
)
from homegolf_git.core.judge.ledger import LandedRetraction, LandedRules, LaneLedger, Ledger
from homegolf_git.core.judge.trailers import Said, said_of_runs
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.lane import Lane, Maps
from homegolf_git.core.model.namefaults import lane_name_findings
from homegolf_git.core.model.naming import LADDER_PATH, RECEIPTS_PATH, LaneId, Oid, lane_path
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Record, field, replace
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.progress import SILENT, Progress
from homegolf_git.shell.reading.checkpoint import keep_rows
from homegolf_git.shell.reading.promotions import PromotionTags
from homegolf_git.shell.reading.store import Store

if TYPE_CHECKING:
    from homegolf_git.shell.reading.door import ReadRow

_BATCH_ROWS = 250  # a git process a batch, and memory for as many rows


class _Pending(Record):
    """A landing whose files are still to be read; `late` are receipts of rows that landed before."""

    commit: Oid
    position: int
    rows: list[RowFile] = field(default_factory=list)
    retractions: list[LandedFile] = field(default_factory=list)
    late: list[LandedFile] = field(default_factory=list)


class Reader:
    """Brings a ledger from where it stands up to a commit.

    `tags` judges the promotions that rows name. With `lanes` only their rows are read. With a store
    rows are written there as they are read.
    """

    def __init__(
        self,
        repo: GitRepo,
        ledger: Ledger,
        head: Oid,
        tags: PromotionTags,
        lanes: Collection[str] | None = None,
        store: Store | None = None,
    ) -> None:
        self.repo, self.ledger, self.tags = repo, ledger, tags
        self.lanes, self.store = lanes, store
        ledger.head = head
        self.promotions: Promotions | None = None
        self.found: list[tuple[int, Finding]] = []  # with the position they belong to

    def read(self, commits: Iterable[Commit], jobs: int = 1, progress: Progress = SILENT) -> None:
        """Take in commits, oldest first; `jobs` processes read their rows."""
        from homegolf_git.shell.reading.batches import read_batches  # noqa: PLC0415 - only what is new needs YAML

        batches: list[list[_Pending]] = []

        def files() -> Iterator[list[RowFile]]:
            for batch in self._batches(landings(commits, self.ledger.track)):
                batches.append(batch)
                yield [item for pending in batch for item in pending.rows]

        for read in read_batches(self.repo, files(), jobs):
            rows = iter(read)
            batch = batches.pop(0)
            self._take_retractions(batch)
            for pending in batch:
                self._take_rows(pending, [next(rows) for _ in pending.rows])
            progress.show(f"{self.ledger.n_rows:,} rows read")
            if self.store is not None:
                for name, lane in self.ledger.lanes.items():
                    keep_rows(name, lane, self.store)
        progress.clear()
        self.found.sort(key=lambda pair: pair[0])
        self.ledger.noted += [item for _, item in self.found]

    def _note(self, position: int, *found: Finding) -> None:
        self.found += [(position, item) for item in found]

    def _batches(self, arrived: Iterable[Landing]) -> Iterator[list[_Pending]]:
        """Landings whose files are to be read, so many rows at a time; rules are taken at once."""
        batch: list[_Pending] = []
        rows = 0
        for landing in arrived:
            self._take_rules(landing)
            pending = self._pending(landing)
            if pending.rows or pending.retractions or pending.late:
                batch.append(pending)
                rows += len(pending.rows)
            if rows >= _BATCH_ROWS:
                yield batch
                batch, rows = [], 0
        if batch:
            yield batch

    # --- what arrives

    def _pending(self, landing: Landing) -> _Pending:
        ledger, pending = self.ledger, _Pending(landing.commit, landing.position)
        for file in landing.retractions:
            if file.place.lane in ledger.lanes:
                pending.retractions.append(file)
            else:
                message = f"{file.place.lane} has no rules"
                self._note(landing.position, finding("unknown_lane", message, file.path))
        for receipt in landing.receipts:
            run = receipt.place.lane, receipt.place.run_id
            before = ledger.receipt_runs.get(receipt.blob, ())
            if run not in before:
                ledger.receipt_runs[receipt.blob] = (*before, run)
            ledger.waiting.setdefault("/".join(run), []).append(receipt)
        said = said_of_runs(landing.message, {file.place.run_id for file in landing.rows})
        for file in landing.rows:
            run_id, lane = file.place.run_id, file.place.lane
            if (other := ledger.row_paths.get(run_id)) is not None:
                self._note(landing.position, *duplicate_findings(other, run_id, file.path))
                continue
            ledger.row_paths[run_id] = file.path
            ledger.n_rows += 1
            receipts = ledger.waiting.pop(f"{lane}/{run_id}", [])
            row_file = self._row_file(file, receipts, said.get(run_id, ()), landing.merged)
            if self.lanes is None or lane in self.lanes:
                pending.rows.append(row_file)
        for receipt in landing.receipts:  # those that are left wait for a row, or come too late
            run_id, key = receipt.place.run_id, f"{receipt.place.lane}/{receipt.place.run_id}"
            if key in ledger.waiting and run_id in ledger.row_paths:
                pending.late += ledger.waiting.pop(key)
        return pending

    def _row_file(
        self, file: LandedFile, receipts: Iterable[LandedFile], said: Said, merged: Oid | None
    ) -> RowFile:
        """A row file with the rules in force; from now on its lane has rows."""
        lane = self.ledger.lanes.get(file.place.lane)
        if lane is not None:
            lane.has_rows = True
        rules = lane.current.lane if lane is not None else None
        return RowFile(file, tuple(receipts), rules, said, None if said else merged)

    def _take_rules(self, landing: Landing) -> None:
        from homegolf_git.shell.files.documents import read_ladder  # noqa: PLC0415 - as above

        at = landing.position
        files = (landing.ladder, *landing.maps, *landing.lanes.values())
        wanted = [file.blob for file in files if file]
        blobs = self.repo.blobs(wanted)
        if landing.ladder is not None:
            ladder, found = read_ladder(blobs[landing.ladder.blob], LADDER_PATH)
            self._note(at, *found)
            if ladder:
                self.ledger.ladder = ladder
                self._settle(LADDER_PATH)
        for maps in landing.maps:
            self._take_maps(landing, None if maps is None else blobs[maps.blob])
        for name, file in landing.lanes.items():
            if file is None:
                message = f"{name} lost its rules"
                self._note(at, finding("lane_deleted", message, lane_path(name)))
            else:
                self._take_lane(landing, name, file, blobs[file.blob])

    def _take_lane(self, landing: Landing, name: LaneId, file: LandedFile, data: bytes) -> None:
        from homegolf_git.shell.files.documents import read_lane  # noqa: PLC0415 - as above

        at, path = landing.position, file.path
        rules, found = read_lane(data, path, name, "warning")
        lane = self.ledger.lanes.get(name)
        stays = "the rules before it stay in force" if lane else "no rules are in force"
        if rules is None:
            self._note(at, *found, finding("bad_lane", stays, path))
            return
        rules = replace(rules, shared_receipts=self.ledger.receipt_maps)
        if lane and not lane.keeps_metric(rules):
            self._note(at, *found, finding("metric_changed", stays, path))
        elif fault := self._fault(rules):
            self._note(at, *found, finding("unusable_rules", f"{fault}; {stays}", path))
        else:
            landed = LandedRules(rules, sha256_hex(data), at, file.blob, landing.commit)
            self._settle(path)
            self._note(at, *found)
            if lane is not None:
                lane.rules.append(landed)
                return
            self.ledger.lanes[name] = LaneLedger(rules=[landed])
            self._note(at, *lane_name_findings(name, path, "warning"))

    def _take_maps(self, landing: Landing, data: bytes | None) -> None:
        """The receipt maps for all lanes; None: there are none any more. Each lane has them from here on."""
        from homegolf_git.shell.files.documents import read_receipt_maps  # noqa: PLC0415 - as above

        at, lanes = landing.position, self.ledger.lanes
        maps: Maps = {}
        found: list[Finding] = []
        if data is not None:
            metrics = {lane.current.lane.metric.name for lane in lanes.values()}
            read, found = read_receipt_maps(data, RECEIPTS_PATH, metrics, "warning")
            if read is None:
                self._note(at, *found)
                return
            maps = read
        tried = {
            name: replace(lane.current.lane, shared_receipts=maps) for name, lane in lanes.items()
        }
        if fault := next(filter(None, map(self._fault, tried.values())), ""):
            message = f"{fault}; the maps before it stay in force"
            self._note(at, *found, finding("unusable_rules", message, RECEIPTS_PATH))
            return
        self.ledger.receipt_maps = maps
        self._settle(RECEIPTS_PATH)
        self._note(at, *found)
        for name, rules in tried.items():
            before = lanes[name].current
            if rules != before.lane:
                landed = replace(before, lane=rules, position=at, commit=landing.commit)
                lanes[name].rules.append(landed)

    def _fault(self, rules: Lane) -> str:
        from homegolf_git.shell.reading.rulecheck import rules_fault  # noqa: PLC0415 - as above

        return rules_fault(rules)

    def _settle(self, path: str) -> None:
        """Rules that can be read again settle what was wrong with those before."""

        def settled(item: Finding) -> Finding:
            return replace(item, severity="note") if item.path == path else item

        self.ledger.noted = [settled(item) for item in self.ledger.noted]
        self.found = [(at, settled(item)) for at, item in self.found]

    # --- what was read

    def _take_rows(self, pending: _Pending, read: "list[ReadRow]") -> None:
        at, arrived = pending.position, []
        for item, row_read in zip(pending.rows, read, strict=True):
            self._note(at, *row_read.findings)
            row = row_read.row
            if row is None or item.rules is None:
                continue
            spot = Spot(item.file.path, pending.commit, at, item.file.blob)
            is_admitted = self._is_promoted(row, item.rules, at)
            arrived.append(landed_row(row, row_read.evidence, spot, is_promoted=is_admitted))
            self._check_reuse(at, row, item.receipts)
        for landed in sorted(arrived, key=lambda landed: landing_order(landed.row)):
            self.ledger.lanes[landed.row.lane].land(landed)
        for receipt in pending.late:
            self._check_late(at, receipt)

    def _check_reuse(self, at: int, row: Row, receipts: Iterable[LandedFile]) -> None:
        """A receipt of another lane's run is what its submitter could have mended."""
        there = {file.place.file: file.blob for file in receipts}
        self._note(at, *reuse_findings(self.ledger, row, there, "warning", at))

    def _check_late(self, at: int, receipt: LandedFile) -> None:
        lane = self.ledger.lanes.get(receipt.place.lane)
        owner = lane.find(receipt.place.run_id) if lane else None
        if owner is None or receipt.place.file in {file.path for file in owner.row.receipts}:
            return
        self._note(at, finding("unlisted_receipt", "the row does not list it", receipt.path))

    def _is_promoted(self, row: Row, rules: Lane, position: int) -> bool:
        def valid() -> Promotions:
            if self.promotions is None:
                self.promotions, seen = self.tags.valid(self.ledger.head, is_landed=True)
                self.ledger.promotions_seen |= seen
            # A tag of that name that comes later changes what the row is.
            self.ledger.promotions_seen.setdefault(str(row.promotion), "")
            return self.promotions

        def is_before(commit: Oid) -> bool:
            return self.repo.positions(self.ledger.head).get(commit, position) < position

        return is_promoted(row, rules, valid, is_before)

    def _take_retractions(self, batch: list[_Pending]) -> None:
        from homegolf_git.shell.files.documents import read_retraction  # noqa: PLC0415 - as above

        blobs = self.repo.blobs(file.blob for pending in batch for file in pending.retractions)
        for pending in batch:
            for file in pending.retractions:
                retraction, found = read_retraction(blobs[file.blob], file.path, file.place)
                self._note(pending.position, *found)
                if retraction is not None:
                    landed = LandedRetraction(retraction, pending.commit, pending.position)
                    self.ledger.lanes[file.place.lane].retractions.append(landed)

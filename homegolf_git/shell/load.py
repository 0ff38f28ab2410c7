"""From git objects to a ledger: one pass over the history, one over the blobs it names."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from homegolf_git.core.findings import finding
from homegolf_git.core.history import Commit, History, LandedFile, LandedReceipt, Landing, arrange
from homegolf_git.core.ledger import LandedRetraction, LandedRules, LaneLedger, Ledger
from homegolf_git.core.model import Evidence, Finding, LandedRow, Lane, Row
from homegolf_git.core.naming import LADDER_PATH, LaneId, Oid, RunId, parse_path, time_key
from homegolf_git.core.validity import Promotions, is_promoted
from homegolf_git.receipts import ReceiptError, read_receipt, reader_of
from homegolf_git.shell.canonical import sha256_hex
from homegolf_git.shell.documents import (
    check_metric,
    read_ladder,
    read_lane,
    read_retraction,
    read_row,
)
from homegolf_git.shell.gitrepo import GitRepo
from homegolf_git.shell.promotions import valid_promotions


def load_ledger(
    repo: GitRepo, head: Oid | None = None, lanes: Collection[str] | None = None
) -> Ledger:
    """Read everything that landed up to `head` (default: HEAD).

    With `lanes` only their rows are read; of the others the ledger knows rules and run ids, which
    is what uniqueness needs.

    Raises:
        HomegolfError: in a shallow clone or where there is no commit.
    """
    head = head or repo.require_history()
    return _Reader(repo, head, lanes).read()


class _Reader:
    """Reads one ledger; holds what the files of a landing are checked against."""

    def __init__(self, repo: GitRepo, head: Oid, lanes: Collection[str] | None) -> None:
        self.repo, self.lanes = repo, lanes
        self.ledger = Ledger(head)
        self.promotions: Promotions | None = None

    def read(self) -> Ledger:
        history = arrange(self._numbered(self.repo.first_parent_history(self.ledger.head)))
        self.ledger.findings += history.findings
        self.blobs = self.repo.blobs(_wanted(history, self._is_wanted))
        for landing in history.landings:
            self._take_rules(landing)
            self._take_retractions(landing)
            files = [(self._read_row(file), file) for file in landing.rows]
            readable = [(row, file) for row, file in files if row is not None]
            readable.sort(key=lambda pair: (time_key(pair[0].finished_at), pair[0].run_id))
            for row, file in readable:
                self._take_row(history, landing, row, file)
        self._own_receipts(history)
        self._check_receipts(history)
        self._check_ladder()
        self._forgive_retracted()
        return self.ledger

    def _numbered(self, commits: Iterable[Commit]) -> Iterator[Commit]:
        for position, commit in enumerate(commits):
            self.ledger.positions[commit.oid] = position
            yield commit

    def _is_wanted(self, lane: LaneId) -> bool:
        return self.lanes is None or lane in self.lanes

    def _note(self, *found: Finding) -> None:
        self.ledger.findings += found

    # --- lanes

    def _take_rules(self, landing: Landing) -> None:
        if landing.ladder is not None:
            self.ledger.ladder, found = read_ladder(self.blobs[landing.ladder.blob], LADDER_PATH)
            self._note(*found)
        for name, file in landing.lanes.items():
            if file is None:
                self._note(
                    finding("lane_deleted", f"{name} lost its rules", f"ledger/{name}/lane.yaml")
                )
                continue
            data = self.blobs[file.blob]
            rules, found = read_lane(data, file.path, name)
            self._note(*found)
            lane = self.ledger.lanes.get(name)
            if rules is None:
                self._note(finding("bad_lane", "the rules before it stay in force", file.path))
            elif lane is None:
                landed = LandedRules(rules, sha256_hex(data), landing.position, file.blob)
                self.ledger.lanes[name] = LaneLedger(rules=[landed])
            elif _changes_metric(lane.current.lane, rules):
                self._note(
                    finding("metric_changed", "the rules before it stay in force", file.path)
                )
            else:
                lane.rules.append(LandedRules(rules, sha256_hex(data), landing.position, file.blob))
                self._settle(file.path)

    def _settle(self, path: str) -> None:
        """Rules that can be read again settle what was wrong with those before."""
        self.ledger.findings = [
            replace(item, severity="note") if item.path == path else item
            for item in self.ledger.findings
        ]

    def _check_ladder(self) -> None:
        for name in self.ledger.ladder:
            if name not in self.ledger.lanes:
                self._note(finding("unknown_lane", f"the ladder names {name}", LADDER_PATH))

    # --- rows

    def _read_row(self, file: LandedFile) -> Row | None:
        run_id = file.place.run_id
        if run_id in self.ledger.row_paths:
            message = f"{run_id} already stands in {self.ledger.row_paths[run_id]}"
            self._note(finding("duplicate_run_id", message, file.path))
            return None
        self.ledger.row_paths[run_id] = file.path
        if not self._is_wanted(file.place.lane):
            return None
        row, document, found = read_row(self.blobs[file.blob], file.path, file.place)
        lane = self.ledger.lanes.get(file.place.lane)
        if lane is None:
            found.append(finding("unknown_lane", f"{file.place.lane} has no rules", file.path))
        elif row is not None and document is not None:
            found += check_metric(document, lane.current.lane, file.path)
        self._note(*found)
        return None if any(item.severity == "error" for item in found) else row

    def _take_row(self, history: History, landing: Landing, row: Row, file: LandedFile) -> None:
        lane = self.ledger.lanes[row.lane]
        there = history.receipts.get((row.lane, row.run_id), [])
        landed = [receipt for receipt in there if receipt.position <= landing.position]
        lane.rows.append(
            LandedRow(
                row=row,
                evidence=tuple(self._evidence(row, landed, lane.current.lane)),
                is_promoted=is_promoted(
                    row,
                    lane.current.lane,
                    self._valid_promotions,
                    lambda commit: (
                        self.ledger.positions.get(commit, landing.position) < landing.position
                    ),
                ),
                commit=landing.commit,
                position=landing.position,
                path=file.path,
                blob=file.blob,
            )
        )

    def _evidence(self, row: Row, landed: list[LandedReceipt], rules: Lane) -> list[Evidence]:
        by_file = {receipt.file: receipt for receipt in landed}
        found = []
        for listed in row.receipts:
            receipt = by_file.get(listed.path)
            if receipt is None:
                path = self.ledger.row_paths[row.run_id]
                self._note(finding("missing_receipt", f"{listed.path} did not land with it", path))
                continue
            evidence, faults = read_evidence(
                listed.kind, listed.sha256, self.blobs[receipt.blob], rules, receipt.path
            )
            self._note(*faults)
            if evidence is not None:
                found.append(evidence)
        return found

    def _valid_promotions(self) -> Promotions:
        if self.promotions is None:
            self.promotions = valid_promotions(
                self.repo, load_ledger, self.ledger.head, is_landed=True
            )
        return self.promotions

    def _own_receipts(self, history: History) -> None:
        for (lane, run_id), receipts in history.receipts.items():
            ledger = self.ledger.lanes.get(lane)
            if ledger is not None and run_id not in ledger.retracted:
                for receipt in receipts:
                    self.ledger.receipt_blobs.setdefault(receipt.blob, (lane, run_id))

    def _check_receipts(self, history: History) -> None:
        rows = {
            (lane, landed.row.run_id): landed
            for lane, ledger in self.ledger.lanes.items()
            for landed in ledger.rows
        }
        for key, receipts in history.receipts.items():
            if not self._is_wanted(key[0]):
                continue
            landed = rows.get(key)
            if landed is None:
                if key[1] not in self.ledger.row_paths:
                    self._note(finding("unlisted_receipt", "no row lists it", receipts[0].path))
                continue
            listed = {receipt.path for receipt in landed.row.receipts}
            for receipt in receipts:
                if receipt.file not in listed:
                    self._note(
                        finding("unlisted_receipt", "the row does not list it", receipt.path)
                    )

    # --- retractions

    def _take_retractions(self, landing: Landing) -> None:
        for file in landing.retractions:
            retraction, found = read_retraction(self.blobs[file.blob], file.path, file.place)
            self._note(*found)
            lane = self.ledger.lanes.get(file.place.lane)
            if lane is None:
                self._note(finding("unknown_lane", f"{file.place.lane} has no rules", file.path))
            elif retraction is not None:
                landed = LandedRetraction(retraction, landing.commit, landing.position)
                lane.retractions.append(landed)

    def _forgive_retracted(self) -> None:
        """A fault in a file of a retracted run is settled by the retraction."""
        gone = {
            (name, run_id) for name, lane in self.ledger.lanes.items() for run_id in lane.retracted
        }
        for name, lane in self.ledger.lanes.items():
            for landed in lane.retractions:
                run_id = landed.retraction.run_id
                if run_id not in self.ledger.row_paths:
                    path = f"ledger/{name}/retractions/{run_id}.yaml"
                    self._note(finding("unknown_run", f"{run_id} never landed", path))

        def forgive(item: Finding) -> Finding:
            place = parse_path(item.path)
            if place is None or place.kind not in ("row", "receipt"):
                return item
            is_gone = (place.lane, RunId(place.run_id)) in gone
            return replace(item, severity="note") if is_gone else item

        self.ledger.findings = list(map(forgive, self.ledger.findings))


def read_evidence(
    kind: str, sha256: str, data: bytes, rules: Lane, path: str
) -> tuple[Evidence | None, list[Finding]]:
    """What a receipt proves; a digest that differs proves nothing."""
    if (found := sha256_hex(data)) != sha256:
        message = f"the file has {found[:12]}..., the row says {sha256[:12]}..."
        return None, [finding("receipt_digest", message, path)]
    if reader_of(kind, rules.receipts) is None:
        message = f"kind {kind!r} has no reader, so it proves nothing"
        return Evidence(sha256, ()), [
            finding("unknown_receipt_kind", message, path, severity="warning")
        ]
    try:
        return Evidence(sha256, read_receipt(kind, data, rules.receipts).observations), []
    except ReceiptError as error:
        return Evidence(sha256, ()), [finding("unreadable_receipt", str(error), path)]


def _changes_metric(before: Lane, after: Lane) -> bool:
    return (before.metric.name, before.metric.direction) != (
        after.metric.name,
        after.metric.direction,
    )


def _wanted(history: History, is_wanted: Callable[[LaneId], bool]) -> list[Oid]:
    """Blobs to read: all rules and retractions, rows and receipts of the wanted lanes."""
    wanted = []
    for landing in history.landings:
        wanted += [file.blob for file in landing.rows if is_wanted(file.place.lane)]
        wanted += [file.blob for file in landing.retractions]
        wanted += [file.blob for file in landing.lanes.values() if file]
        wanted += [landing.ladder.blob] if landing.ladder else []
    for (lane, _), receipts in history.receipts.items():
        wanted += [receipt.blob for receipt in receipts if is_wanted(lane)]
    return wanted

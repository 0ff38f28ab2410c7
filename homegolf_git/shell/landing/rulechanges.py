"""Rules that a pull request changes: whether they may bind, and what they would have made of the rows."""

from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.judge.ledger import LaneLedger, Ledger
from homegolf_git.core.judge.meaning import meaning_findings, title_behind
from homegolf_git.core.judge.proposal import Proposal, Step
from homegolf_git.core.judge.rehearsal import raised
from homegolf_git.core.judge.restored import restored_kinds, restored_parts
from homegolf_git.core.model.findings import TAKE_OUT, Finding, finding
from homegolf_git.core.model.lane import Lane, Maps
from homegolf_git.core.model.namefaults import lane_name_findings
from homegolf_git.core.model.naming import REGULAR_FILE_MODE, RULES, LaneId, LedgerPath, Oid
from homegolf_git.core.model.signers import read_signers
from homegolf_git.core.model.values import replace
from homegolf_git.core.search.backtest import Backtest, backtest
from homegolf_git.shell.files.documents import read_ladder, read_lane, read_receipt_maps
from homegolf_git.shell.reading.rulecheck import fault_behind, rules_fault

VERSIONS_MAX = 20  # of one file of rules within a pull request

Read = tuple[Lane | None, list[Finding]]


class RuleChanges:
    """What the gate says of changed lanes and ladder; for each lane its history judged anew."""

    def __init__(self, proposal: Proposal, ledger: Ledger, blobs: Mapping[Oid, bytes]) -> None:
        self.ledger, self.blobs = ledger, blobs
        self.findings: list[Finding] = []
        self.backtests: dict[LaneId, Backtest] = {}
        self.rules: dict[LaneId, Lane] = {}  # of lanes that it changes, as it leaves them
        steps = proposal.steps(*RULES)
        # Shared receipt maps first: the lanes beside them are tried with those that they will have.
        changed = sorted(proposal.places(*RULES), key=lambda item: item[1].kind != "maps")
        self.shared = ledger.receipt_maps
        self.metrics = {lane.current.lane.metric.name for lane in ledger.lanes.values()}
        for change, place in changed:
            last = (change.mode, change.blob)
            passing = [step for step in steps.get(change.path, ()) if step.state != last]
            refusal = _refusal(change, place, len(passing))
            if refusal is not None:
                self.findings.append(refusal)
            elif place.kind == "ladder":
                self._check_ladder(change.path, change.blob, passing)
            elif place.kind == "maps":
                self._check_maps(change, passing)
            elif place.kind == "signers":
                self._check_signers(change)
            else:
                self._check_lane(change.path, place, change.blob, passing)

    def _check_ladder(self, path: str, blob: Oid, passing: Sequence[Step]) -> None:
        for step in passing:
            if (data := self.blobs.get(step.change.blob)) is not None:
                self._note(read_ladder(data, path)[1], step)
        if (data := self.blobs.get(blob)) is not None:
            self._note(read_ladder(data, path)[1])

    def _check_maps(self, change: PathChange, passing: Sequence[Step]) -> None:
        before, maps = self.shared, self._maps(change)
        for step in passing:
            between = self._maps(step.change, step)
            if maps is not None and between is not None:
                for kind in restored_kinds(before, between, maps):
                    message = f"commit {step.commit.oid[:12]} changes its {kind}, and in the end that is as before"
                    self.findings.append(finding("taken_back", message, change.path))
        if maps is not None:
            self.shared = maps

    def _check_signers(self, change: PathChange) -> None:
        data = self.blobs.get(change.blob)
        lines = read_signers(data).bad_lines if data is not None and change.status != "D" else ()
        for line in lines:
            self.findings.append(
                finding(
                    "bad_signers", "it names no key, or one of a line before it", change.path, line
                )
            )

    def _maps(self, change: PathChange, step: Step | None = None) -> Maps | None:
        if change.status == "D":
            return {}
        maps, found = self._try_maps(change)
        self._note(found, step)
        return maps

    def _try_maps(self, change: PathChange) -> tuple[Maps | None, list[Finding]]:
        """A version of the maps for all lanes, tried on each; None where it cannot bind."""
        data = self.blobs.get(change.blob)
        if data is None:
            return None, []
        maps, found = read_receipt_maps(data, change.path, self.metrics)
        if maps is None:
            return None, found
        for name, lane in self.ledger.lanes.items():
            if fault := fault_behind(lane, replace(lane.current.lane, shared_receipts=maps)):
                message = f"on {name} {fault}"
                return None, [*found, finding("unusable_rules", message, change.path)]
        return maps, found

    def _check_lane(self, path: str, place: LedgerPath, blob: Oid, passing: Sequence[Step]) -> None:
        rules = self._read(path, place, blob)
        if rules is not None:
            self.rules[place.lane] = rules
        for step in passing:
            between = self._read(path, place, step.change.blob, step)
            lane = self.ledger.lanes.get(place.lane)
            if lane is not None and rules is not None and between is not None:
                for part in restored_parts(lane.current.lane, between, rules):
                    message = f"commit {step.commit.oid[:12]} changes its {part}, and in the end that is as before"
                    self.findings.append(finding("taken_back", message, path))

    def _read(
        self, path: str, place: LedgerPath, blob: Oid, step: Step | None = None
    ) -> Lane | None:
        """A version of a lane's rules, tried; with `step` one that a later commit replaces."""
        data = self.blobs.get(blob)
        if data is None:
            return None
        rules, found = read_lane(data, path, place.lane)
        lane = self.ledger.lanes.get(place.lane)
        self._note(found, step)
        if rules is None:
            return None
        rules = replace(rules, shared_receipts=self.shared)
        if lane is None:
            self._note(_new_lane_findings(rules, path), step)
            return rules
        found = list(_findings(lane, rules, path))
        self._note(found, step)
        is_judged = {"metric_changed", "unusable_rules"}.isdisjoint(item.code for item in found)
        if is_judged and step is None:
            self._judge(place.lane, lane, rules, path)
        return rules

    def _judge(self, name: LaneId, lane: LaneLedger, rules: Lane, path: str) -> None:
        """The lane's rows by the new rules, which must be able to judge them."""
        try:
            self.backtests[name] = backtest(lane, rules)
        except Exception as error:  # noqa: BLE001 - whatever it is, every command would meet it
            message = f"judging the lane's rows by it raises {raised(error)}"
            self.findings.append(finding("unusable_rules", message, path))

    def _note(self, found: Sequence[Finding] | Iterator[Finding], step: Step | None = None) -> None:
        when = "" if step is None else f"as of commit {step.commit.oid[:12]} "
        self.findings += [replace(item, message=when + item.message) for item in found]


def _refusal(change: PathChange, place: LedgerPath, n_passing: int) -> Finding | None:
    """Why a file of rules is not even read."""
    if n_passing > VERSIONS_MAX:
        message = f"{n_passing + 1} versions of it are committed, {VERSIONS_MAX} may be"
        fix = "make them one commit: `git rebase -i <base>`"
        return finding("too_many_changes", message, change.path, fix=fix)
    if change.status == "D" and place.kind not in ("maps", "signers"):  # those are optional
        code = "lane_deleted" if place.kind == "lane" else "unknown_lane"
        return finding(code, "the pull request deletes it", change.path, fix=TAKE_OUT)
    if change.status != "D" and change.mode != REGULAR_FILE_MODE:
        return finding("not_a_file", f"its mode is {change.mode}", change.path)
    return None


def _new_lane_findings(rules: Lane, path: str) -> Iterator[Finding]:
    yield from lane_name_findings(rules.lane, path)
    if fault := rules_fault(rules):
        yield finding("unusable_rules", fault, path)


def _findings(lane: LaneLedger, rules: Lane, path: str) -> Iterator[Finding]:
    """What keeps rules from following those of the lane."""
    before = lane.current.lane
    if not lane.keeps_metric(rules):
        yield finding("metric_changed", f"{before.metric.name} becomes {rules.metric.name}", path)
        return
    if fault := fault_behind(lane, rules):
        yield finding("unusable_rules", fault, path)
        return
    if (title := title_behind(lane, len(lane.rows))) is not None:
        yield from meaning_findings(title, before, rules)

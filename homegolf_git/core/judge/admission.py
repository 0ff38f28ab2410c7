"""What a row would meet if it landed now: its verdict, and the findings that keep it out."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.fold import step, unjudged, validity_of
from homegolf_git.core.judge.ledger import Judged, LandedRetraction, LaneLedger, Ledger
from homegolf_git.core.judge.rehearsal import raised
from homegolf_git.core.judge.remarks import NOTHING_MEANT, Meant, remarks
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.scores import SeedKey, scores_of
from homegolf_git.core.judge.sentences import breach
from homegolf_git.core.judge.validity import MENDABLE_REASONS
from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId, RunId
from homegolf_git.core.model.row import LandedRow, Row
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Verdict, VerdictClass


class Trial:
    """A ledger as it would stand with rows and retractions that are only tried.

    Everything is done to copies: the ledger, and what was judged of it, stay as they are.

    A breach that the submitter can mend, and a suspicion that can be cleared up, is an error (with
    `keep_invalid`, for public history, a warning); any other breach is a warning, because an honest
    run that broke the contract is worth keeping.
    """

    def __init__(self, ledger: Ledger, meant: Meant = NOTHING_MEANT) -> None:
        self.ledger, self._meant = ledger, meant
        self._severity: Severity = "warning" if meant.keep_invalid else "error"
        self._lanes: dict[LaneId, LaneLedger] = {}  # those with a retraction that is tried
        self._judged: dict[LaneId, Judged] = {}
        self._claimed: dict[RunId, str] = {}  # ids of rows that are tried
        self._admitted: dict[LaneId, list[tuple[LandedRow, str]]] = {}  # and what each raised

    def lane(self, name: LaneId) -> LaneLedger:
        """A lane with the retractions that are tried."""
        return self._lanes.get(name) or self.ledger.lanes[name]

    def judged(self, name: LaneId) -> Judged:
        """A lane's judgement with the rows that are tried; a copy, to go on from."""
        if name not in self._judged:
            self._judged[name] = judge_lane(self.lane(name)).copy()
        return self._judged[name]

    def path_of(self, run_id: RunId) -> str | None:
        """The path of the row that has an id, landed or tried."""
        return self.ledger.row_paths.get(run_id) or self._claimed.get(run_id)

    def claim(self, run_id: RunId, path: str) -> None:
        """Note the id of a row that is tried, readable or not; the first one has it."""
        self._claimed.setdefault(run_id, path)

    def retract(self, name: LaneId, landed: LandedRetraction) -> None:
        """Try a retraction, before any row is."""
        self._lanes[name] = self.lane(name).with_retraction(landed)
        self._judged.pop(name, None)

    def rejudged(self, name: LaneId) -> list[tuple[Verdict, Verdict]]:
        """Verdicts that all retractions together change, before and after; no row has been tried."""
        before = judge_lane(self.ledger.lanes[name]).verdicts
        pairs = zip(before, self.judged(name).verdicts, strict=True)
        return [(was, now) for was, now in pairs if was != now]

    def mendable(self, landed: LandedRow) -> Iterator[Finding]:
        """Breaches that could be mended, of a row that something else keeps out: all in one answer."""
        judged = self.judged(landed.row.lane)
        try:
            reasons = validity_of(judged.state, landed).reasons
        except Exception as error:  # noqa: BLE001 - whatever it is, it is about this row
            yield _unjudged(landed, raised(error))
            return
        asked = tuple(reason for reason in reasons if reason in MENDABLE_REASONS)
        yield from self._breaches(judged, landed, asked)

    def admit(self, landed: LandedRow) -> tuple[Verdict, list[Finding]]:
        """Judge a row as the next of its lane."""
        fault = ""
        try:
            return self._admit(landed)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is about this row
            fault = raised(error)
            return self._refuse(landed, fault)
        finally:
            self._admitted.setdefault(landed.row.lane, []).append((landed, fault))

    def _admit(self, landed: LandedRow) -> tuple[Verdict, list[Finding]]:
        judged = self.judged(landed.row.lane)
        found = [
            replace(item, severity=self._severity) if item.severity == "error" else item
            for item in remarks(judged.state, landed, self._meant)
        ]
        found += self._reference_findings(judged, landed)
        verdict = self._step(judged, landed)
        reasons = verdict.reasons if verdict.verdict_class == "invalid" else ()
        return verdict, [*found, *self._breaches(judged, landed, reasons)]

    def _breaches(
        self, judged: Judged, landed: LandedRow, reasons: Sequence[str]
    ) -> Iterator[Finding]:
        for item in breach_findings(reasons, landed, judged.state.rules, self._severity):
            is_twice = item.code == "duplicate_seed"
            twice = "; ".join(_seeds_given_twice(judged, landed.row)) if is_twice else ""
            yield replace(item, message=f"{item.message} ({twice})") if twice else item

    def _step(self, judged: Judged, landed: LandedRow, fault: str = "") -> Verdict:
        """Judge a row as the next one, or note that it raised."""
        is_retracted = self.lane(landed.row.lane).is_retracted(landed.row.run_id)
        if fault:
            verdict = unjudged(judged.state, landed, fault, is_retracted=is_retracted)
        else:
            verdict = step(judged.state, landed, is_retracted=is_retracted)
        judged.verdicts.append(verdict)
        return verdict

    def _refuse(self, landed: LandedRow, fault: str) -> tuple[Verdict, list[Finding]]:
        """A row that cannot be judged; what was judged of it halfway is taken back."""
        name = landed.row.lane
        del self._judged[name]
        judged = self.judged(name)
        for earlier, raised_then in self._admitted.get(name, ()):
            self._step(judged, earlier, raised_then)
        verdict = self._step(judged, landed, fault)
        return verdict, [_unjudged(landed, fault)]

    def _reference_findings(self, judged: Judged, landed: LandedRow) -> Iterator[Finding]:
        """Runs that the row names, and that are not what it takes them for."""
        row, state = landed.row, judged.state
        if row.base is not None and row.base not in state.rows and self.path_of(row.base) is None:
            message = f"base {row.base} has not landed, so what changed cannot be told"
            yield finding("unknown_run", message, landed.path, severity="warning")
        for run_id in row.resolves:
            if run_id not in state.rows:
                message = f"{run_id}, which it resolves, is not in the lane"
                yield finding("unknown_run", message, landed.path)
            elif run_id not in state.blockers and run_id not in state.settled:
                named = self._class_of(judged, row.lane, run_id)
                yield finding("not_blocked", f"{run_id} is {named}, not blocked", landed.path)

    def _class_of(self, judged: Judged, name: LaneId, run_id: RunId) -> VerdictClass:
        """Class of a row that has landed, or that was tried before this one."""
        lane = self.lane(name)
        number = lane.numbers.get(run_id)
        if number is not None:
            return judged.verdicts[number].verdict_class
        tried = judged.verdicts[len(lane.rows) :]
        return next(verdict.verdict_class for verdict in tried if verdict.run_id == run_id)


def _unjudged(landed: LandedRow, fault: str) -> Finding:
    return finding("unjudged", f"judging it raises {fault}", landed.path)


def _seeds_given_twice(judged: Judged, row: Row) -> Iterator[str]:
    """Each seed that a row gives a second score, with both scores and the run that has the other."""
    config = judged.state.configs.get(row.config_digest)
    known = {} if config is None else config.known()
    seen: dict[SeedKey, float] = {}
    for score in scores_of(row, judged.state.rules, 0):
        if score.key is None:
            continue
        name = f"seed {score.seed}" + (f" repeat {score.repeat}" if score.repeat else "")
        if score.key in seen:
            yield f"{name}: {seen[score.key]!r} and {score.value!r} in the row itself"
        seen[score.key] = score.value
        earlier = known.get(score.key)
        if earlier is not None and earlier.as_stated != score.value:
            run_id = judged.verdicts[earlier.order - 1].run_id
            yield f"{name}: {score.value!r} here, {earlier.as_stated!r} in {run_id}"


def landed_breaches(ledger: Ledger) -> Iterator[Finding]:
    """What the submitters of rows that landed could have mended, as warnings.

    A retraction settles what is wrong with its run.
    """
    for lane in ledger.lanes.values():
        judged = judge_lane(lane)
        if not any(name.startswith("invalid/") for name in judged.state.tally):
            continue
        for verdict in judged.verdicts:
            asked = [reason for reason in verdict.reasons if reason in MENDABLE_REASONS]
            if not asked or verdict.reason == "retracted":
                continue
            landed = lane.find(verdict.run_id)
            assert landed is not None  # noqa: S101 - it has a verdict
            yield from breach_findings(asked, landed, lane.rules_of(landed).lane, "warning")


def breach_findings(
    reasons: Sequence[str], landed: LandedRow, rules: Lane, severity: Severity
) -> Iterator[Finding]:
    """A finding for each breach that could be mended, and one warning for all the others."""
    lasting = []
    for reason in reasons:
        text = breach(reason, landed, rules)
        if reason in MENDABLE_REASONS:
            yield finding(reason, text, landed.path, severity=severity)
        else:
            lasting.append(f"{reason} ({text})")
    if lasting:
        yield finding("breaks_contract", "; ".join(lasting), landed.path, severity="warning")

"""What a row would meet if it landed now: its verdict, and the findings that keep it out."""

from collections.abc import Iterator
from itertools import chain

from homegolf_git.core.judge.fold import models_of, precise_scores, step
from homegolf_git.core.judge.ledger import Judged, LaneLedger, Ledger
from homegolf_git.core.judge.sentences import breach
from homegolf_git.core.judge.validity import MENDABLE_REASONS
from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.verdict import Verdict, VerdictClass


def admit(
    ledger: Ledger, judged: Judged, landed: LandedRow, *, keep_invalid: bool = False
) -> tuple[Verdict, list[Finding]]:
    """Judge a row as the next of its lane and take it into `judged`.

    A breach that the submitter can mend is an error (with `keep_invalid`, for public history, a
    warning); any other is a warning, because an honest run that broke the contract is worth keeping.
    """
    found = list(_reference_findings(ledger, judged, landed))
    retracted = ledger.lanes[landed.row.lane].retracted
    verdict = step(judged.state, landed, is_retracted=landed.row.run_id in retracted)
    judged.verdicts.append(verdict)
    if verdict.verdict_class == "invalid":
        rules = judged.state.rules
        found += _breaches(verdict, landed, rules, keep_invalid=keep_invalid)
    return verdict, found


def suspicions(judged: Judged, landed: LandedRow) -> Iterator[Finding]:
    """Facts of a row that are another run's: its model artifact, or its scores to the last digit."""
    row, state = landed.row, judged.state
    found = (state.model_owners.get(digest, ()) for digest in sorted(models_of(row)))
    for run_id in dict.fromkeys(chain.from_iterable(found)):
        yield finding("artifact_reused", f"{run_id} lists the same model", landed.path)
    scores = precise_scores(row, state.rules.metric)
    for run_id in state.score_owners.get(scores, ()) if scores else ():
        if state.rows[run_id].config_digest != row.config_digest:
            yield finding("copied_scores", f"they are those of {run_id}", landed.path)


def _reference_findings(ledger: Ledger, judged: Judged, landed: LandedRow) -> Iterator[Finding]:
    """Runs that the row names, and that are not what it takes them for."""
    row, state = landed.row, judged.state
    if row.base is not None and row.base not in state.rows and row.base not in ledger.row_paths:
        message = f"base {row.base} has not landed, so what changed cannot be told"
        yield finding("unknown_run", message, landed.path, severity="warning")
    for run_id in row.resolves:
        if run_id not in state.rows:
            yield finding(
                "unknown_run", f"{run_id}, which it resolves, is not in the lane", landed.path
            )
        elif run_id not in state.blockers and run_id not in state.settled:
            named = _class_of(ledger.lanes[row.lane], judged, run_id)
            yield finding("not_blocked", f"{run_id} is {named}, not blocked", landed.path)


def _class_of(lane: LaneLedger, judged: Judged, run_id: RunId) -> VerdictClass:
    """Class of a row that has landed, or that was tried before this one."""
    number = lane.numbers.get(run_id)
    if number is not None:
        return judged.verdicts[number].verdict_class
    tried = judged.verdicts[len(lane.rows) :]
    return next(verdict.verdict_class for verdict in tried if verdict.run_id == run_id)


def _breaches(
    verdict: Verdict, landed: LandedRow, rules: Lane, *, keep_invalid: bool
) -> Iterator[Finding]:
    """An error for each breach that can be mended, and one warning for all the others."""
    lasting = []
    for reason in verdict.reasons:
        text = breach(reason, landed.row, rules)
        if reason in MENDABLE_REASONS:
            severity: Severity = "warning" if keep_invalid else "error"
            yield finding(reason, text, landed.path, severity=severity)
        else:
            lasting.append(f"{reason} ({text})")
    if lasting:
        yield finding("breaks_contract", "; ".join(lasting), landed.path, severity="warning")

"""What a row would meet if it landed now: its verdict, and the findings that keep it out."""

from collections.abc import Iterator

from homegolf_git.core.findings import finding
from homegolf_git.core.fold import step
from homegolf_git.core.ledger import Judged, Ledger
from homegolf_git.core.model import Finding, LandedRow, Lane, Severity, Verdict
from homegolf_git.core.sentences import breach
from homegolf_git.core.validity import MENDABLE_REASONS


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


def _reference_findings(ledger: Ledger, judged: Judged, landed: LandedRow) -> Iterator[Finding]:
    """Runs that the row names, and that are not what it takes them for."""
    row = landed.row
    known = {verdict.run_id: verdict for verdict in judged.verdicts}
    if row.base is not None and row.base not in known and row.base not in ledger.row_paths:
        message = f"base {row.base} has not landed, so what changed cannot be told"
        yield finding("unknown_run", message, landed.path, severity="warning")
    for run_id in row.resolves:
        if run_id not in known:
            yield finding(
                "unknown_run", f"{run_id}, which it resolves, is not in the lane", landed.path
            )
        elif known[run_id].verdict_class != "blocked":
            named = known[run_id].verdict_class
            yield finding("not_blocked", f"{run_id} is {named}, not blocked", landed.path)


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

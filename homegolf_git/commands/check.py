"""`homegolf check`: judge a pull request by its base, as data."""

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.values import Json
from homegolf_git.core.views.annotations import annotations
from homegolf_git.core.views.findings import findings_json
from homegolf_git.core.views.gate import Gate, markdown, text_lines
from homegolf_git.core.views.stop import plateau_json
from homegolf_git.core.views.verdicts import verdict_json
from homegolf_git.errors import Exit
from homegolf_git.shell.landing.gate import GateReport, check_proposal
from homegolf_git.shell.reporters import Output

FORMATS = ("text", "json", "github", "markdown")


def check(
    out: Output, workspace: Workspace, base: str, head: str, *, style: str, is_merge_group: bool
) -> Exit:
    """Judge what `head` would bring into `base`; exit 1 when it may not be merged."""
    report = check_proposal(
        workspace.repo(), base, head, is_merge_group=is_merge_group, progress=workspace.progress
    )
    gate = gate_of(report)
    if style == "markdown":
        out.answer(markdown(gate))
    elif style == "github":
        out.answer("\n".join([*annotations(report.findings), *text_lines(gate)]))
    else:
        out.findings(report.findings)
        out.answer("\n".join(text_lines(gate)), **check_json(report))
    return Exit.OK if report.is_ok else Exit.FINDINGS


def gate_of(report: GateReport) -> Gate:
    """What is shown of a report."""
    return Gate(
        report.findings, report.verdicts, report.rejudged, report.calls, report.states,
        report.rule_changes,
    )  # fmt: skip


def check_json(report: GateReport) -> dict[str, Json]:
    """A report as JSON."""
    return {
        "ok": report.is_ok,
        "findings": findings_json(report.findings),
        "rows": [{"lane": verdict.lane, **verdict_json(verdict)} for verdict in report.verdicts],
        "rejudged": [
            {"before": verdict_json(was), "after": verdict_json(now)}
            for was, now in report.rejudged
        ],
        "plateau": {
            lane: {"before": plateau_json(before), "after": plateau_json(after)}
            for lane, (before, after) in report.calls.items()
        },
        "rules": _rules_json(report),
    }


def _rules_json(report: GateReport) -> dict[str, Json]:
    if not report.rule_changes:
        return {}
    from homegolf_git.core.views.backtest import backtest_json  # noqa: PLC0415 - no row needs it

    return {lane: backtest_json(found) for lane, found in report.rule_changes.items()}

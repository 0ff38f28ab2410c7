"""`homegolf check`: judge a pull request by its base, as data."""

from collections.abc import Callable, Iterator

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.views import gate as view
from homegolf_git.errors import Exit
from homegolf_git.shell.landing.gate import GateReport, check_proposal
from homegolf_git.shell.reporters import Answer

_MADE_FOR_OTHERS: dict[str, Callable[[view.Gate], Iterator[str]]] = {
    "github": view.github,
    "markdown": view.page,
}
FORMATS = ("text", "json", *_MADE_FOR_OTHERS)


def check(
    workspace: Workspace, base: str, head: str, *, style: str, is_merge_group: bool
) -> Answer[view.Gate]:
    """Judge what `head` would bring into `base`; exit 1 when it may not be merged."""
    report = check_proposal(
        workspace.repo(), base, head, is_merge_group=is_merge_group, progress=workspace.progress
    )
    code = Exit.OK if report.is_ok else Exit.FINDINGS
    if style in _MADE_FOR_OTHERS:
        text = _MADE_FOR_OTHERS[style]
        return Answer(gate_of(report), text, view.json, code, is_harmless=True)
    return Answer(gate_of(report), view.text, view.json, code, report.findings)


def gate_of(report: GateReport) -> view.Gate:
    """What is shown of a report."""
    return view.Gate(
        report.findings, report.verdicts, report.rejudged, report.calls, report.states,
        report.rule_changes,
    )  # fmt: skip

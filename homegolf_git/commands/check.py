"""`homegolf check`: judge a pull request by its base, as data."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.remarks import NOTHING_MEANT, Meant
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.values import Value
from homegolf_git.core.views import gate as view
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.landing.gate import check_proposal
from homegolf_git.shell.reporters import Answer, refusal

_MADE_FOR_OTHERS: dict[str, Callable[[view.Gate], Iterator[str]]] = {
    "github": view.github,
    "markdown": view.page,
}
FORMATS = ("text", "json", *_MADE_FOR_OTHERS)


class CheckOptions(Value, frozen=True):
    """How the answer is told, and files that get it as well: JSON, and Markdown at their end."""

    style: str = "text"
    is_merge_group: bool = False
    meant: Meant = NOTHING_MEANT
    report: Path | None = None
    summary: Path | None = None


def check(workspace: Workspace, base: str, head: str, options: CheckOptions) -> Answer[view.Gate]:
    """Judge what `head` would bring into `base`; exit 1 when it may not be merged."""
    try:
        gate = check_proposal(
            workspace.repo(), base, head,
            is_merge_group=options.is_merge_group,
            meant=options.meant, progress=workspace.progress,
        )  # fmt: skip
    except HomegolfError as error:
        faults = _write_files(options, refusal(error.findings, error.exit_code), "")
        raise HomegolfError(error.exit_code, *error.findings, *faults) from error
    answer = _answer(gate, options.style)
    if faults := _write_files(options, answer, view.markdown(answer.result)):
        raise HomegolfError(Exit.ENVIRONMENT, *faults)
    return answer


def _answer(gate: view.Gate, style: str) -> Answer[view.Gate]:
    code = Exit.OK if gate.is_ok else Exit.FINDINGS
    if style in _MADE_FOR_OTHERS:
        return Answer(gate, _MADE_FOR_OTHERS[style], view.json, code, is_harmless=True)
    return Answer(gate, view.text, view.json, code, gate.findings)


def _write_files(options: CheckOptions, answer: Answer[Any], summary: str) -> list[Finding]:
    """Write the files that were asked for; a finding for each that cannot be written."""
    files = [
        (options.report, "w", answer.document("check")),  # which is made where it is asked for
        (options.summary, "a", [summary]),
    ]
    found = []
    for path, mode, pieces in files:
        if path is not None:
            text = "".join(pieces)
            try:
                with path.open(mode, encoding="utf-8", newline="\n") as file:
                    file.write(text)
            except OSError as error:
                found.append(finding("cannot_write", f"{path}: {error.strerror}", str(path)))
    return found

"""Findings as annotations of GitHub's workflow commands, worst first.

GitHub shows ten of a kind for each step; what is beyond is counted in the last line. So that no
code is lost behind many findings of another, one of each comes before the others.
"""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.findings import Finding
from homegolf_git.core.views import inert
from homegolf_git.core.views.findings import worst_first

SHOWN = 10
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def annotations(found: Sequence[Finding]) -> Iterator[str]:
    """One workflow command a finding; nothing in a finding can begin another."""
    for item in _chosen(found):
        properties = {"file": item.path, "line": str(item.line or ""), "title": item.code}
        stated = ",".join(
            f"{name}={_property(value)}" for name, value in properties.items() if value
        )
        text = item.message + (f"\nfix: {item.fix}" if item.fix else "")
        yield f"::{_COMMANDS[item.severity]} {stated}::{_data(text)}"
    if len(found) > SHOWN:
        yield f"::notice title=more findings::{len(found) - SHOWN} more findings: see the summary"


def _chosen(found: Sequence[Finding]) -> list[Finding]:
    """The findings that are shown."""
    seen: set[str] = set()
    firsts: list[Finding] = []
    others: list[Finding] = []
    for item in worst_first(found):
        (others if item.code in seen else firsts).append(item)
        seen.add(item.code)
    return worst_first([*firsts, *others])[:SHOWN]


def _data(text: str) -> str:
    shown = inert.block(text)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

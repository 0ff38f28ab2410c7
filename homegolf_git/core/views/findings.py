"""Findings as JSON, and in the order in which they are shown; an answer that has nothing else."""

from collections.abc import Iterable, Sequence

from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.values import Json

_RANK = {"error": 0, "warning": 1, "note": 2}


def worst_first(found: Sequence[Finding]) -> list[Finding]:
    """Errors, then warnings, then notes, each in their order."""
    return sorted(found, key=lambda item: _RANK[item.severity])


def finding_json(item: Finding) -> dict[str, Json]:
    """A finding."""
    return {
        "code": item.code,
        "severity": item.severity,
        "path": item.path,
        "line": item.line,
        "message": item.message,
        "fix": item.fix,
    }


def findings_json(found: Iterable[Finding]) -> list[Json]:
    """Findings in their order."""
    return [finding_json(item) for item in found]


def text(found: Sequence[Finding]) -> Iterable[str]:  # noqa: ARG001 - they are shown beside the text
    """Nothing but the findings themselves."""
    return ()


def json(found: Sequence[Finding]) -> dict[str, Json]:
    """Findings alone."""
    return {"findings": findings_json(found)}

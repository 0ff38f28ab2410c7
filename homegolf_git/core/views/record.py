"""Rows that were recorded, or would be: text and JSON."""

from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.views.findings import findings_json
from homegolf_git.core.views.verdicts import verdict_json


class Planned(Value, frozen=True):
    """A row that may land, the verdict it would have, and its commit; None: not committed."""

    verdict: Verdict
    message: str
    files: Mapping[str, bytes]
    commit: Oid | None = None
    signed_for: str = ""  # whose signature the lane asks for


class Recorded(Value, frozen=True):
    """Rows in the order of their commits, those that had landed before, and all findings.

    `draft` is the text of a row that was made from receipts and is only shown.
    """

    planned: Sequence[Planned]
    landed: Sequence[str]
    findings: Sequence[Finding]
    is_dry_run: bool
    draft: str = ""


def text(recorded: Recorded) -> Iterator[str]:
    """The draft, and a line or a paragraph a row."""
    if recorded.draft:
        yield from recorded.draft.rstrip("\n").split("\n")
    for plan in recorded.planned:
        yield from _plan_lines(plan)
    for run_id in recorded.landed:
        yield f"{run_id} has landed before with the same content: nothing to do"


def _plan_lines(plan: Planned) -> Iterator[str]:
    verdict = plan.verdict
    judged = f"{verdict.name}: {verdict.sentence}"
    if plan.commit is not None:
        yield f"{plan.commit[:12]} {verdict.run_id} in {verdict.lane}: {judged}"
        return
    yield f"would commit {verdict.run_id} to {verdict.lane}"
    yield from (f"  + {path}" for path in plan.files)
    yield from (f"  | {line}" for line in plan.message.rstrip().split("\n"))
    yield f"  {judged}"


def refused_text(recorded: Recorded) -> Iterator[str]:
    """The draft alone: nothing was recorded."""
    yield from recorded.draft.rstrip("\n").split("\n") if recorded.draft else ()


def json(recorded: Recorded) -> dict[str, Json]:
    """What was recorded, or would be."""
    return {
        "dry_run": recorded.is_dry_run,
        "committed": [_plan_json(plan) for plan in recorded.planned],
        "already_landed": list(recorded.landed),
        "findings": findings_json(recorded.findings),
    }


def refused_json(recorded: Recorded) -> dict[str, Json]:
    """Why nothing was recorded."""
    return {"findings": findings_json(recorded.findings)}


def _plan_json(plan: Planned) -> Json:
    return {
        "run_id": plan.verdict.run_id,
        "lane": plan.verdict.lane,
        "commit": plan.commit,
        "files": list(plan.files),
        "message": plan.message,
        "verdict": verdict_json(plan.verdict),
    }

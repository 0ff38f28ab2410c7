"""A run as it landed: its row, commit, receipts and verdict."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import receipt_folder
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import Document, Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.views.findings import findings_json
from homegolf_git.core.views.verdicts import verdict_json


class Shown(Value, frozen=True):
    """A landed row with its file's text and document."""

    landed: LandedRow
    verdict: Verdict
    text: str
    document: Document
    findings: Sequence[Finding] = ()  # what to look at


def text(shown: Shown) -> Iterator[str]:
    """Where it landed, the verdict, and the file as it is."""
    landed, verdict = shown.landed, shown.verdict
    yield f"commit   {landed.commit}"
    yield f"path     {landed.path}"
    for path in _receipts(landed):
        yield f"receipt  {path}"
    yield f"verdict  {verdict.name}: {verdict.sentence}"
    yield ""
    yield from shown.text.splitlines()


def json(shown: Shown) -> Document:
    """The row's document with where it landed and its verdict."""
    return {
        "commit": shown.landed.commit,
        "path": shown.landed.path,
        "receipts": _receipts(shown.landed),
        "row": shown.document,
        "verdict": verdict_json(shown.verdict),
        "findings": findings_json(shown.findings),
    }


def _receipts(landed: LandedRow) -> list[str]:
    row = landed.row
    return [f"{receipt_folder(row.lane, row.run_id)}/{receipt.path}" for receipt in row.receipts]

"""Training reports of psionic: one run a file, which names no seed."""

from collections.abc import Mapping, Sequence
from typing import Any

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.rowcheck import RESULT_FIELDS, as_field
from homegolf_git.core.model.values import Document, Json
from homegolf_git.importers import cells
from homegolf_git.importers.entries import Entry, Failure, LeftOut, Log, LogError, LogFile
from homegolf_git.importers.logtext import file_record
from homegolf_git.receipts import ReceiptError, psionic

KIND = "psionic"
WANTED = ("*.json",)


def read(files: Sequence[LogFile], lane: Lane, _map: Mapping[str, Json]) -> Log:
    """Read the reports among files; others are left out.

    Raises:
        LogError: where none of them is a training report.
    """
    entries: list[Entry] = []
    left_out: list[LeftOut] = []
    for file in files:
        try:
            entries.append(_entry(file, lane.metric.name))
        except ReceiptError as error:
            left_out.append(LeftOut(file.name, 0, str(error)))
    if not entries:
        raise LogError(files[0].name, left_out[0].why)
    return Log(tuple(entries), tuple(left_out))


def _entry(file: LogFile, metric: str) -> Entry:
    receipt = psionic.read(file.data)
    facts: dict[str, Any] = dict(receipt.facts)
    (seen,) = receipt.observations
    result: dict[str, Any] = {"seed": None}
    for name, reading in seen.numbers.items():
        if name == metric or name in RESULT_FIELDS:
            result[name] = as_field(name, reading.value)
    name = str(facts.get("run_id") or file.name.rpartition("/")[2])
    evaluation: Document = facts.get("evaluation") or {}
    known = {
        "artifacts": facts.get("artifacts"),
        "train_seconds_budget": facts.get("train_seconds_budget"),
        "evaluation": {key: value for key, value in evaluation.items() if value},
    }
    return Entry(
        file_record(file),
        cells.clean(name),
        finished_at=facts.get("finished_at"),
        results=(result,) if metric in result else (),
        failure=None if metric in result else Failure("no_score_receipt", "the report has no final score", "score"),
        config=facts.get("config") or {},
        hardware=tuple(facts.get("hardware") or ()),
        facts={key: value for key, value in known.items() if value},
    )  # fmt: skip

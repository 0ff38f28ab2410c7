"""From entries to documents of rows: run ids, order, what pools with what, and the notes.

What others decided goes into the notes: it is never a verdict.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import time_key
from homegolf_git.core.model.values import Document, Json, Value, field, replace
from homegolf_git.importers.cells import commit_of, cut, written
from homegolf_git.importers.entries import Entry, LeftOut, Record

Replicates = Literal["none", "commit", "description"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID_DIGITS, _REVISION_DIGITS = 12, 40
_SUMMARY_MAX, _NOTES_MAX, _REF_MAX = 300, 2000, 200


class Draft(Value, frozen=True):
    """A row that a log gives."""

    document: Document
    entry: Entry

    @property
    def run_id(self) -> str:
        """Its run."""
        return str(self.document["run_id"])

    @property
    def source(self) -> str:
        """Where it stands in the log."""
        return place_of(self.entry.record)


class Plan(Value, frozen=True):
    """How entries become rows of a lane."""

    kind: str
    lane: Lane
    replicates: Replicates = "none"
    commit_times: Mapping[str, str] = field(default_factory=dict)  # of commits that resolve
    repository: str | None = None  # where the runs are from, if the log does not say


def place_of(record: Record | LeftOut) -> str:
    """File and line of a record, as given; a record that is a whole folder has no line."""
    return f"{record.source}:{record.line}" if record.line else record.source


def run_ids(kind: str, records: Sequence[Record]) -> list[str]:
    """The run id of each record: the same record of a log that grew has the same one."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for record in records:
        cells = {name: text for name, text in record.cells.items() if text}
        text = json.dumps(cells, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        occurrence = seen[record.source, text] = seen.get((record.source, text), 0) + 1
        digest = hashlib.sha256(f"{text}\n{occurrence}".encode()).hexdigest()
        found.append(f"{kind}-{digest[:_ID_DIGITS]}")
    return found


def drafts(plan: Plan, entries: Sequence[Entry]) -> tuple[list[Draft], list[LeftOut]]:
    """The rows in the order in which they are to land, and records that are there twice."""
    found: dict[str, Draft] = {}
    left_out: list[LeftOut] = []
    ids = run_ids(plan.kind, [entry.record for entry in entries])
    for run_id, entry in zip(ids, entries, strict=True):
        if (first := found.get(run_id)) is not None:
            why = f"the same record as {first.source}"
            left_out.append(LeftOut(entry.record.source, entry.record.line, why))
        else:
            found[run_id] = Draft(_document(plan, run_id, entry), entry)
    return _in_order(plan, list(found.values())), left_out


def _in_order(plan: Plan, rows: list[Draft]) -> list[Draft]:
    """By time where every row has one; a log that tells it of some only keeps its own order."""
    if any(_time(plan, row.entry) is None for row in rows):
        return rows
    return sorted(rows, key=lambda row: time_key(row.document["finished_at"]))


def _time(plan: Plan, entry: Entry) -> str | None:
    return entry.finished_at or plan.commit_times.get(commit_of(entry.commit))


def _document(plan: Plan, run_id: str, entry: Entry) -> Document:
    facts: dict[str, Any] = dict(entry.facts)
    at = _time(plan, entry)
    revision = _revision(plan, entry)
    count = len(entry.results)
    document: dict[str, Json] = {
        "schema": "homegolf/run/v1",
        "run_id": run_id,
        "lane": plan.lane.lane,
        "finished_at": at or written(_EPOCH + timedelta(seconds=entry.record.line)),
        "submitter": cut(str(facts.pop("submitter", "") or plan.kind), 100),
        "base": None,
        "change": {
            "kind": facts.pop("change.kind", "mixed"),
            "summary": cut(entry.summary, _SUMMARY_MAX),
        },
        "source": {
            "repository": facts.pop("source.repository", None) or plan.repository,
            "revision": revision,
            "dirty": facts.pop("source.dirty", None),
            "changed_paths": None,
            "ref": cut(entry.commit, _REF_MAX) or None,
        },
        "config": dict(entry.config),
        "hardware": list(entry.hardware),
        "evaluation": {
            "mode": facts.pop("evaluation.mode", None) or _mode(plan.lane),
            **(facts.pop("evaluation", None) or {}),
        },
        "verification": "self",
        "seeds_planned": facts.pop("seeds_planned", max(count, 1)),
        "seeds_run": facts.pop("seeds_run", count),
        "outcome": _outcome(entry),
        "results": list(entry.results),
    }
    document |= {name: value for name, value in facts.items() if "." not in name}
    return document | {"notes": cut("; ".join(_notes(plan, entry, at)), _NOTES_MAX)}


def _mode(lane: Lane) -> str:
    modes = lane.contract.evaluation_modes or ()
    return modes[0] if len(modes) == 1 else "unknown"


def _revision(plan: Plan, entry: Entry) -> str | None:
    """What makes two rows one config: nothing, the commit, or the words of the description."""
    if plan.replicates == "commit":
        return commit_of(entry.commit) or None
    if plan.replicates == "description":
        return hashlib.sha256(entry.summary.encode()).hexdigest()[:_REVISION_DIGITS]
    return None


def _outcome(entry: Entry) -> Json:
    if entry.failure is None:
        return {"status": "scored"}
    failure = entry.failure
    return {
        "status": "failed",
        "failure": {"kind": failure.kind, "stage": failure.stage, "detail": failure.detail},
    }


def _notes(plan: Plan, entry: Entry, at: str | None) -> Iterator[str]:
    yield f"from {place_of(replace(entry.record, source=entry.record.source.rpartition('/')[2]))}"
    if entry.status:
        yield f"they said: {entry.status}"
    if at is None:
        yield "time unknown"
    elif entry.finished_at is None:
        yield "time of the commit"
    if plan.replicates == "description":
        yield "the revision stands for the description"
    if len(entry.summary) > _SUMMARY_MAX:
        yield entry.summary
    yield from entry.said


class Candidates(Value, frozen=True):
    """Scored rows that `--replicates` would pool."""

    by: str
    value: str
    run_ids: tuple[str, ...]


def replicate_candidates(rows: Iterable[Draft]) -> list[Candidates]:
    """Rows of one commit, and rows of one description, where there are several."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.entry.failure is None:
            for by, value in (("commit", row.entry.commit), ("description", row.entry.summary)):
                if value:
                    groups.setdefault((by, value), []).append(row.run_id)
    return [
        Candidates(by, value, tuple(ids)) for (by, value), ids in groups.items() if len(ids) > 1
    ]

"""A row drafted from receipts and a few facts that no receipt states."""

from collections.abc import Iterable, Mapping
from typing import Any

from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.row import Observation, Receipt
from homegolf_git.core.model.rowcheck import RESULT_FIELDS
from homegolf_git.core.model.values import Document, Json, Value, field

_WHOLE = ("evaluated_tokens", "evaluated_bytes", "steps", "train_tokens", "artifact_bytes")


class ReceiptFile(Value, frozen=True):
    """A receipt with the name it will have below the row's receipts folder."""

    kind: str
    name: str
    sha256: str
    receipt: Receipt


class DraftFacts(Value, frozen=True):
    """What a submitter states; None leaves a fact to the receipts."""

    run_id: str | None = None
    finished_at: str | None = None
    submitter: str | None = None
    base: str | None = None
    change_kind: str = "rerun"
    change_summary: str | None = None
    repository: str | None = None
    revision: str | None = None
    is_dirty: bool | None = None
    evaluation_mode: str | None = None
    split: str | None = None
    seeds: tuple[int, ...] = ()
    seeds_planned: int | None = None
    seeds_run: int | None = None
    train_seconds_budget: float | None = None
    config: Mapping[str, Json] = field(default_factory=dict)
    hardware: tuple[tuple[str, int], ...] = ()
    failure: tuple[str, str, str] | None = None  # kind, stage, detail
    is_unbounded: bool = False  # no time budget was set
    promotion: str | None = None
    resolves: tuple[str, ...] = ()
    notes: str = ""


def draft_row(
    lane: Lane, facts: DraftFacts, files: list[ReceiptFile]
) -> tuple[Document, list[Finding]]:
    """Build the document of a row; findings name the options that are missing."""
    read: dict[str, Any] = {}
    for file in files:
        read = {**file.receipt.facts, **read}
    observations = [seen for file in files for seen in file.receipt.observations]
    results, found = _results(lane, facts, observations)
    document: dict[str, Json] = {
        "schema": "homegolf/run/v1",
        "run_id": facts.run_id or read.get("run_id"),
        "lane": lane.lane,
        "finished_at": facts.finished_at or read.get("finished_at"),
        "submitter": facts.submitter or read.get("submitter"),
        "base": facts.base,
        "change": {
            "kind": facts.change_kind,
            "summary": facts.change_summary or read.get("change", {}).get("summary"),
        },
        "source": {
            "repository": facts.repository,
            "revision": facts.revision,
            "dirty": facts.is_dirty,
            "changed_paths": None,
        },
        "config": {**read.get("config", {}), **facts.config},
        "hardware": [{"device": name, "count": count} for name, count in facts.hardware]
        or read.get("hardware", []),
        "evaluation": {
            **read.get("evaluation", {}),
            "split": facts.split or read.get("evaluation", {}).get("split"),
            "mode": facts.evaluation_mode or read.get("evaluation", {}).get("mode"),
        },
        "verification": "self",
        "seeds_planned": facts.seeds_planned or len(results) or 1,
        "seeds_run": len(results) if facts.seeds_run is None else facts.seeds_run,
        "outcome": _outcome(facts),
        "results": results,
        "artifacts": read.get("artifacts", []),
        "receipts": [{"kind": f.kind, "path": f.name, "sha256": f.sha256} for f in files],
    }
    budget = facts.train_seconds_budget or read.get("train_seconds_budget")
    if facts.is_unbounded or budget is not None:
        document["train_seconds_budget"] = None if facts.is_unbounded else budget
    if facts.promotion:
        document["promotion"] = facts.promotion
    if facts.resolves:
        document["resolves"] = list(facts.resolves)
    if facts.notes:
        document["notes"] = facts.notes
    return document, [*_missing(document), *found]


def _missing(document: Document) -> Iterable[Finding]:
    needed = {
        "--run-id ID": ("the run's id", document["run_id"]),
        "--finished-at TIME": ("when it finished", document["finished_at"]),
        "--submitter NAME": ("who submits it", document["submitter"]),
        "--summary TEXT": ("what was changed", document["change"]["summary"]),
        "--mode MODE": ("the evaluation mode", document["evaluation"]["mode"]),
    }
    for option, (what, value) in needed.items():
        if value is None:
            yield finding("missing_option", f"no receipt states {what}", fix=f"give {option}")


def _outcome(facts: DraftFacts) -> Json:
    if facts.failure is None:
        return {"status": "scored"}
    kind, stage, detail = facts.failure
    return {"status": "failed", "failure": {"kind": kind, "stage": stage, "detail": detail}}


def _results(
    lane: Lane, facts: DraftFacts, observations: list[Observation]
) -> tuple[list[Json], list[Finding]]:
    """One result a scored observation; seeds that receipts do not name are taken in order."""
    if facts.failure is not None:
        return [], []
    metric = lane.metric.name
    scored = [seen for seen in observations if metric in seen.numbers]
    if not scored:
        message = f"no receipt holds {metric}"
        fix = "give --failure KIND and --stage STAGE if the run ended without a score"
        return [], [finding("missing_option", message, fix=fix)]
    nameless = sum(seen.seed is None for seen in scored)
    if nameless != len(facts.seeds):
        message = (
            f"the receipts leave {counted(nameless, 'seed')} open, and {len(facts.seeds)} are given"
        )
        return [], [finding("missing_option", message, fix="give --seed N once for each of them")]
    open_seeds = iter(facts.seeds)
    results: list[Json] = []
    for seen in scored:
        result: dict[str, Json] = {"seed": next(open_seeds) if seen.seed is None else seen.seed}
        for name, reading in seen.numbers.items():
            if name == metric or name in RESULT_FIELDS:
                result[name] = round(reading.value) if name in _WHOLE else reading.value
        results.append(result)
    return results, []

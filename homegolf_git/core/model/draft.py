"""A row drafted from receipts, from what a person states, and from what the machine knows."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.row import Observation, Receipt
from homegolf_git.core.model.rowcheck import RESULT_FIELDS, as_field
from homegolf_git.core.model.seedkeys import without_seeds
from homegolf_git.core.model.values import Document, Json, Value, field

_NO_WORD = re.compile(r"[^a-z0-9]+")
_SLUG_MAX = 40  # characters of a summary in a run id
UNKNOWN_MODE = "unknown"


class ReceiptFile(Value, frozen=True):
    """A receipt with the name it will have below the row's receipts folder."""

    kind: str
    name: str
    sha256: str
    receipt: Receipt


class DraftFacts(Value, frozen=True):
    """What a submitter states; None leaves a fact to the receipts, and then to what is known."""

    run_id: str | None = None
    finished_at: str | None = None
    submitter: str | None = None
    base: str | None = None
    change_kind: str | None = None
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


class Known(Value, frozen=True):
    """What a machine knows of a run that nobody states otherwise; None: it does not.

    `mark` is what makes a run id made here like no other.
    """

    now: str  # UTC
    mark: str
    submitter: str | None = None
    base: str | None = None
    summary: str | None = None
    source: Mapping[str, Json] = field(default_factory=dict)
    hardware: tuple[tuple[str, int], ...] = ()


def draft_row(
    lane: Lane, facts: DraftFacts, files: list[ReceiptFile], known: Known
) -> tuple[Document, list[Finding]]:
    """Build the document of a row; findings name the options that are missing."""
    read, found = _read_facts(files)
    summary = facts.change_summary or read.get("change", {}).get("summary") or known.summary
    finished_at = facts.finished_at or read.get("finished_at") or known.now
    observations = [seen for file in files for seen in file.receipt.observations]
    outcome = _outcome(facts, read)
    results: list[Json] = []
    if outcome["status"] == "scored":
        results, faults = _results(lane, facts, observations)
        found += faults
    seeds_run = max(len(results), read.get("seeds_run", 0))
    document: dict[str, Json] = {
        "schema": "homegolf/run/v1",
        "run_id": facts.run_id or read.get("run_id") or run_id(finished_at, summary, known.mark),
        "lane": lane.lane,
        "finished_at": finished_at,
        "submitter": facts.submitter or read.get("submitter") or known.submitter,
        "base": facts.base or read.get("base") or known.base,
        "change": {
            "kind": facts.change_kind or read.get("change", {}).get("kind"),
            "summary": summary,
        },
        "source": _source(facts, read.get("source", {}), known),
        "config": {**read.get("config", {}), **facts.config},
        "hardware": _devices(facts.hardware) or read.get("hardware") or _devices(known.hardware),
        "evaluation": _evaluation(lane, facts, read.get("evaluation", {})),
        "verification": "self",
        "seeds_planned": facts.seeds_planned or read.get("seeds_planned") or len(results) or 1,
        "seeds_run": seeds_run if facts.seeds_run is None else facts.seeds_run,
        "outcome": outcome,
        "results": results,
        "artifacts": read.get("artifacts", []),
        "receipts": [{"kind": f.kind, "path": f.name, "sha256": f.sha256} for f in files],
    }
    document |= _optional(facts, read)
    return document, [*_missing(document), *found]


def run_id(finished_at: str, summary: str | None, mark: str) -> str:
    """An id for a run that nobody named: when it finished, what it tried, and a mark."""
    day, _, time = finished_at.rstrip("Z").partition("T")
    slug = _NO_WORD.sub("-", (summary or "").lower()).strip("-")[:_SLUG_MAX].rstrip("-")
    return f"{day.replace('-', '')}-{time[:8].replace(':', '')}-{slug or 'run'}-{mark}"


def _devices(hardware: Iterable[tuple[str, int]]) -> list[Json]:
    return [{"device": name, "count": count} for name, count in hardware]


def _source(facts: DraftFacts, stated: Document, known: Known) -> Json:
    """What was stated; where that is the revision that is known here, or none, all that is known."""
    revision = facts.revision or stated.get("revision")
    here = known.source if revision in (None, known.source.get("revision")) else {}
    source = {**here, **stated, "revision": revision or here.get("revision")}
    return {
        **source,
        "repository": facts.repository or source.get("repository"),
        "dirty": source.get("dirty") if facts.is_dirty is None else facts.is_dirty,
        "changed_paths": source.get("changed_paths"),
    }


def _evaluation(lane: Lane, facts: DraftFacts, stated: Document) -> Json:
    """The mode is the only one that the lane accepts, unless somebody says another."""
    modes = lane.contract.evaluation_modes or ()
    usual = modes[0] if len(modes) == 1 else UNKNOWN_MODE
    return {
        **stated,
        "split": facts.split or stated.get("split"),
        "mode": facts.evaluation_mode or stated.get("mode") or usual,
    }


def _optional(facts: DraftFacts, read: Document) -> dict[str, Json]:
    """Facts that a row leaves out where nobody states them."""
    found: dict[str, Json] = {
        "train_seconds_budget": facts.train_seconds_budget or read.get("train_seconds_budget"),
        "promotion": facts.promotion,
        "resolves": list(facts.resolves) or read.get("resolves"),
        "session": read.get("session"),
        "notes": facts.notes or read.get("notes"),
    }
    found = {name: value for name, value in found.items() if value}
    return found | ({"train_seconds_budget": None} if facts.is_unbounded else {})


# Of several reports of one run the largest counts.
_LARGEST = ("seeds_planned", "seeds_run", "finished_at")


def _read_facts(files: list[ReceiptFile]) -> tuple[dict[str, Any], list[Finding]]:
    """What the reports state together; findings name what they state differently."""
    read: dict[str, Any] = {}
    found: list[Finding] = []
    for file in files:
        if not file.receipt.stated:  # a report of another kind: the first one says it all
            read = {**file.receipt.facts, **read}
            continue
        value: Any
        for name, value in file.receipt.facts.items():
            before = read.get(name)
            if name == "artifacts":
                read[name] = [
                    *(before or ()),
                    *(item for item in value if item not in (before or ())),
                ]
            elif name in _LARGEST:
                read[name] = value if before is None else max(before, value)
            elif isinstance(value, dict) and name != "outcome":
                parts = value
                if name == "config":
                    parts = without_seeds(value, file.receipt.observations)
                read[name] = {**parts, **(before or {})}
                if name == "config" and before not in (None, parts):
                    found.append(_disagreement(file.name, before, parts))
            elif before is None:
                read[name] = value
    return read, found


def _disagreement(name: str, before: Mapping[str, Json], after: Mapping[str, Json]) -> Finding:
    keys = sorted(
        key
        for key in {**before, **after}
        if key not in before or key not in after or before[key] != after[key]
    )
    message = f"its config differs from that of the reports before it in {', '.join(keys[:5])}"
    fix = "record a row for each config, or map `config` to what the runs have in common"
    return finding("receipts_disagree", message, name, fix=fix)


def _missing(document: Document) -> Iterable[Finding]:
    needed = {
        "--submitter NAME": ("who submits it", document["submitter"]),
        "--summary TEXT": ("what was changed", document["change"]["summary"]),
    }
    for option, (what, value) in needed.items():
        if value is None:
            yield finding("missing_option", f"nobody states {what}", fix=f"give {option}")


def unstated(document: Document) -> Iterator[Finding]:
    """What a drafted row leaves open, with the options that state it; none of it is needed."""
    source, evaluation = document["source"], document["evaluation"]
    is_open = {
        "the config (--set KEY=VALUE or --config FILE)": not document["config"],
        "the evaluation mode (--mode MODE)": evaluation["mode"] == UNKNOWN_MODE,
        "the validation split (--split NAME)": evaluation["split"] is None,
        "the trainer's commit (--revision HEX)": source["revision"] is None,
        "the training budget (--budget SECONDS or --no-budget)": (
            "train_seconds_budget" not in document
        ),
    }
    if any(is_open.values()):
        message = "not known: " + ", ".join(text for text, holds in is_open.items() if holds)
        yield finding("unstated", message, severity="note")


def _outcome(facts: DraftFacts, read: Mapping[str, Any]) -> dict[str, Any]:
    if facts.failure is None:
        outcome: dict[str, Any] = read.get("outcome", {"status": "scored"})
        return outcome
    kind, stage, detail = facts.failure
    return {"status": "failed", "failure": {"kind": kind, "stage": stage, "detail": detail}}


def _results(
    lane: Lane, facts: DraftFacts, observations: list[Observation]
) -> tuple[list[Json], list[Finding]]:
    """One result a scored observation; seeds that receipts do not name are taken in order."""
    metric = lane.metric.name
    scored = [seen for seen in observations if metric in seen.numbers]
    if not scored:
        message = f"no receipt holds {metric}"
        fix = "give --failure KIND and --stage STAGE if the run ended without a score"
        return [], [finding("missing_option", message, fix=fix)]
    nameless = sum(seen.seed is None for seen in scored)
    if facts.seeds and nameless != len(facts.seeds):
        message = (
            f"the receipts leave {counted(nameless, 'seed')} open, and {len(facts.seeds)} are given"
        )
        return [], [finding("missing_option", message, fix="give --seed N once for each of them")]
    open_seeds = iter(facts.seeds)
    taken: set[tuple[int, int]] = set()
    results: list[Json] = []
    for seen in scored:
        seed = next(open_seeds, None) if seen.seed is None else seen.seed
        result: dict[str, Json] = {"seed": seed}
        if repeat := _repeat(seed, seen.repeat, taken):
            result["repeat"] = repeat
        for name, reading in seen.numbers.items():
            if name == metric or name in RESULT_FIELDS:
                result[name] = as_field(name, reading.value)
        if seen.extra:
            result["extra"] = dict(seen.extra)
        results.append(result)
    return results, []


def _repeat(seed: int | None, stated: int | None, taken: set[tuple[int, int]]) -> int:
    """Which run of its seed a result is: as stated, or the next of this row."""
    if seed is None:
        return 0
    repeat = stated or 0
    while stated is None and (seed, repeat) in taken:
        repeat += 1
    taken.add((seed, repeat))
    return repeat

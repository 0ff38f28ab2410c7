"""From the cells of a record to an entry, by what each column means."""

from collections.abc import Mapping, Sequence

from homegolf_git.core.model.rowcheck import COUNTS, RESULT_FIELDS
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.importers import cells
from homegolf_git.importers.entries import Entry, Failure, LeftOut, Record

_SENTINELS = (0.0, 100.0)  # what loops write where there is no score
_COMMIT = ("commit", "sha", "git_sha", "git_commit", "commit_hash", "revision")
_STATUS = ("status", "decision", "verdict", "outcome")
_SUMMARY = ("description", "desc", "change", "experiment_description", "summary", "idea", "name")
_TIME = ("timestamp", "time", "date", "finished_at", "datetime", "created_at", "end_time")
_NOTES = ("notes", "note", "comment", "asi")
_DEVICE = ("gpu_name", "gpu", "device", "hardware")
_SEED = ("seed",)
_LABEL = ("experiment", "exp", "run", "run_id", "id", "trial", "trial_id", "iteration", "#")
_ALIASES = {
    "num_steps": "steps", "step": "steps", "training_seconds": "train_seconds",
    "train_time_s": "train_seconds", "eval_time_s": "eval_seconds",
}  # fmt: skip
_EXTRA_MAX = 64


class Meaning(Value, frozen=True):
    """Which column of a record means what; empty where none does."""

    metric: str
    commit: str = ""
    status: str = ""
    summary: str = ""
    time: str = ""
    notes: str = ""
    device: str = ""
    seed: str = ""
    label: str = ""


def meaning_of(columns: Sequence[str], metric: str) -> Meaning:
    """What the columns of a log mean, by their usual names in any order."""
    names = {name.casefold(): name for name in columns}

    def first(known: Sequence[str]) -> str:
        return next((names[name] for name in known if name in names), "")

    return Meaning(
        metric, first(_COMMIT), first(_STATUS), first(_SUMMARY), first(_TIME), first(_NOTES),
        first(_DEVICE), first(_SEED), first(_LABEL),
    )  # fmt: skip


def entry_of(record: Record, means: Meaning, metric: str) -> Entry | LeftOut:
    """The entry that a record is; `metric` is the name that the lane has for the score."""

    def cell(column: str) -> str:
        return record.cells.get(column, "") if column else ""

    status, said = cells.clean(cell(means.status)), cells.clean(cell(means.summary))
    label, notes = cells.clean(cell(means.label)), cells.clean(cell(means.notes))
    score = score_of(cell(means.metric), status, said, notes)
    if isinstance(score, str):
        return LeftOut(record.source, record.line, f"{means.metric} is {score}")
    device = cells.clean(cell(means.device))
    finished_at = cells.time_of(cell(means.time))
    used = {getattr(means, name) for name in Meaning.__struct_fields__}
    used -= set() if finished_at else {means.time}
    rest = {name: text for name, text in record.cells.items() if name not in used}
    return Entry(
        record,
        said or (f"{label} (no description)" if label else "no description"),
        finished_at=finished_at,
        commit=cells.clean(cell(means.commit)),
        status=status,
        said=tuple(filter(None, (label and said and f"{means.label} {label}", notes, *_words(rest)))),
        hardware=({"device": cells.cut(device, 200), "count": 1},) if device else (),
        failure=score if isinstance(score, Failure) else None,
        results=() if isinstance(score, Failure) else (_result(score, cell(means.seed), rest, metric),),
    )  # fmt: skip


def score_of(text: str, status: str, *said: str) -> float | Failure | str:
    """The score that a cell is, the failure that it means, or what stands there instead."""
    value = cells.number(text)
    if cells.says_failed(status):
        stated = f"the log states {text}" if value not in (None, *_SENTINELS) else ""
        return cells.failure(status, *said, stated)
    if value is not None:
        return value
    if cells.is_missing(text):
        return cells.failure(status if text.strip() == "" else f"{status} {text}", *said)
    return f"{cells.cut(cells.clean(text), 40)!r}, which is no number"


def _result(score: float, seed: str, rest: Mapping[str, str], metric: str) -> Document:
    value = cells.number(seed)
    found: dict[str, Json] = {
        "seed": int(value) if value is not None and value.is_integer() else None,
        metric: score,
    }
    extra: dict[str, Json] = {}
    for column, text in rest.items():
        name, value = cells.name_of(column), cells.number(text)
        name = _ALIASES.get(name, name)
        if value is None or not name or name in found:
            continue
        if name in RESULT_FIELDS and value >= 0:
            if name not in COUNTS or value.is_integer():
                found[name] = cells.whole(value)
        elif len(extra) < _EXTRA_MAX:
            extra[name] = cells.whole(value)
    return found | ({"extra": extra} if extra else {})


def _words(rest: Mapping[str, str]) -> list[str]:
    """Cells that are no numbers and have no place of their own."""
    found = {name: cells.clean(text) for name, text in rest.items()}
    return [
        f"{cells.clean(name)}: {text}"
        for name, text in found.items()
        if text and cells.number(text) is None
    ]

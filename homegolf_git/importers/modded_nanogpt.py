"""Logs of modded-nanogpt: one run a file, the code first, then a line a step."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.values import Json, replace
from homegolf_git.importers import cells
from homegolf_git.importers.entries import Entry, Failure, LeftOut, Log, LogError, LogFile
from homegolf_git.importers.logtext import day_of, file_record, folder_of
from homegolf_git.importers.tables import text_of

KIND = "modded-nanogpt"
WANTED = ("*.txt", "*.log")
_DECIMAL = r"([0-9]{1,15}(?:\.[0-9]{0,15})?)"
_STEP = re.compile(
    r"^step:(\d{1,9})/(\d{1,9}) (?:train_loss:\S+ )?(?:val_loss:(\S+) )?train_time:"
    + _DECIMAL
    + "ms",
    re.MULTILINE,
)
_OLD = re.compile(r"^s:(\d{1,9}) tel:" + _DECIMAL + r"(?![0-9.])", re.MULTILINE)
_DEVICE = re.compile(
    r"^\|\s+\d+\s+((?:NVIDIA|AMD) [A-Za-z0-9 -]{1,60}?)(?:\s\.\.\.)?\s+(?:On|Off)", re.MULTILINE
)
_MEMORY = re.compile(r"peak memory(?: consumption| allocated)?: (\d{1,9}) ?MiB")
_SEED = re.compile(r"^seed\s*[:=]\s*(\d{1,19})", re.MULTILINE)
_STATED = ("val_loss", "train_seconds")


def read(files: Sequence[LogFile], lane: Lane, _map: Mapping[str, Json]) -> Log:
    """Read a run a file, scored by its last validation or its training time.

    Raises:
        LogError: for a lane of another metric, or where no file is such a log.
    """
    metric = lane.metric.name
    if metric not in _STATED:
        message = f"such a log states {' and '.join(_STATED)}; the lane's metric is {metric}"
        raise LogError(files[0].name, message)
    made = [_entry(file, metric) for file in files]
    entries = tuple(item for item in made if isinstance(item, Entry))
    if not entries:
        raise LogError(files[0].name, "no line `step:N/N val_loss:... train_time:...ms`")
    return Log(entries, tuple(item for item in made if isinstance(item, LeftOut)))


def _entry(file: LogFile, metric: str) -> Entry | LeftOut:
    try:
        text = text_of(file)
    except LogError as error:
        return LeftOut(file.name, error.line, str(error))
    steps = _STEP.findall(text)
    old = _OLD.findall(text)
    if not steps and not old:
        return LeftOut(file.name, 0, "no line of it tells of a step")
    folder = folder_of(file.name)
    devices = Counter(name.strip() for name in _DEVICE.findall(text))
    entry = Entry(
        file_record(file),
        cells.clean(folder) or "modded-nanogpt",
        finished_at=day_of(folder),
        said=("the day is that of the folder's name",) if day_of(folder) else (),
        hardware=tuple({"device": name, "count": count} for name, count in devices.items()),
    )
    scored = _scored(text, steps, old)
    if isinstance(scored, Failure):
        return replace(entry, failure=scored)
    if metric not in scored:
        return LeftOut(file.name, 0, f"it states no {metric}")
    return replace(entry, results=(scored,))


def _scored(
    text: str, steps: list[tuple[str, str, str, str]], old: list[tuple[str, str]]
) -> dict[str, Json] | Failure:
    """What the last step says of the run; a run that did not reach it failed."""
    seed = _SEED.search(text)
    found: dict[str, Json] = {"seed": int(seed[1]) if seed else None}
    if not steps:
        return found | {"val_loss": float(old[-1][1]), "steps": int(old[-1][0])}
    step, total, loss, millis = steps[-1]
    if int(step) < int(total):
        return cells.failure("", f"the log ends at step {step} of {total}")
    value = cells.number(loss)
    if value is None:
        return Failure(
            "diverged" if loss else "no_score_receipt", f"val_loss is {loss or 'not stated'}"
        )
    memory = _MEMORY.search(text)
    extra: dict[str, Json] = {"extra": {"peak_memory_mib": int(memory[1])}} if memory else {}
    return found | {
        "val_loss": value, "steps": int(step), "train_seconds": float(millis) / 1000,
    } | extra  # fmt: skip

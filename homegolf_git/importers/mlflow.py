"""The stores of MLflow, as files or in sqlite, read without MLflow."""

from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.rowcheck import RESULT_FIELDS
from homegolf_git.core.model.values import Document, Json, Record, Value, field
from homegolf_git.importers import cells, mlflow_sqlite
from homegolf_git.importers.entries import Entry, Failure, LeftOut, Log, LogError, LogFile
from homegolf_git.importers.entries import Record as LogRecord
from homegolf_git.importers.mapped import config_of

KIND = "mlflow"
WANTED = (
    "meta.yaml", "metrics/*", "*/metrics/*", "params/*", "*/params/*", "tags/*", "*/tags/*",
    "*.db", "*.sqlite", "*.sqlite3",
)  # fmt: skip
_STATES = {"1": "RUNNING", "2": "SCHEDULED", "3": "FINISHED", "4": "FAILED", "5": "KILLED"}
_GOING = ("RUNNING", "SCHEDULED", "")
_SEEDS = ("seed", "random_seed")
_EXTRA_MAX = 64
_COMMIT, _NAME = "mlflow.source.git.commit", "mlflow.runName"
_NOTE, _USER = "mlflow.note.content", "mlflow.user"


class Kept(Record):
    """A run as a store keeps it."""

    source: str
    info: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float | None] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


class _Place(Value, frozen=True):
    """What a file of the file store is: of which run, which part, under which name."""

    run: str
    part: str
    name: str


def read(files: Sequence[LogFile], lane: Lane, _map: Mapping[str, Json]) -> Log:
    """Read the runs of stores.

    Raises:
        LogError: where there is no store, or it cannot be read.
    """
    kept = list(_from_files([file for file in files if not mlflow_sqlite.is_sqlite(file.data)]))
    for file in files:
        if mlflow_sqlite.is_sqlite(file.data):
            kept += [Kept(file.name, *parts) for parts in mlflow_sqlite.read_runs(file)]
    if not kept:
        raise LogError(files[0].name, "no run of MLflow is there")
    kept.sort(key=lambda run: (cells.number(run.info.get("end_time", "")) or 0, run.info["run_id"]))
    made = [_entry(run, lane.metric.name) for run in kept]
    return Log(
        tuple(item for item in made if isinstance(item, Entry)),
        tuple(item for item in made if isinstance(item, LeftOut)),
    )


def _from_files(files: Sequence[LogFile]) -> Iterator[Kept]:
    runs: dict[str, Kept] = {}
    for file in files:
        folder, _, name = file.name.rpartition("/")
        if name == "meta.yaml":
            info = _meta(file.data)
            if "run_id" in info or "run_uuid" in info:
                info.setdefault("run_id", info.get("run_uuid", ""))
                runs[folder] = Kept(folder, info)
    for file in files:
        place = _place(file.name, runs)
        if place is None:
            continue
        text = file.data.decode("utf-8", "replace")
        run = runs[place.run]
        if place.part == "metrics":
            words = text.strip().rpartition("\n")[2].split(" ")
            run.metrics[place.name] = cells.number(words[1]) if len(words) > 1 else None
        else:
            (run.params if place.part == "params" else run.tags)[place.name] = text.strip()
    yield from runs.values()


def _place(name: str, runs: Mapping[str, Kept]) -> _Place | None:
    for part in ("metrics", "params", "tags"):
        run, found, inner = name.partition(f"/{part}/")
        if found and run in runs:
            return _Place(run, part, inner)
    return None


def _meta(data: bytes) -> dict[str, str]:
    """The plain fields of a meta.yaml, which holds one a line."""
    found = {}
    for line in data.decode("utf-8", "replace").splitlines():
        name, colon, text = line.partition(": ")
        if colon and not name.startswith((" ", "#")):
            found[name] = text.strip().strip("'\"")
    return {name: text for name, text in found.items() if text not in {"null", ""}}


def _entry(run: Kept, metric: str) -> Entry | LeftOut:
    info = run.info
    state = _STATES.get(info.get("status", ""), info.get("status", ""))
    run_id = info["run_id"]
    if info.get("lifecycle_stage", "active") != "active":
        return LeftOut(run.source, 0, f"run {run_id} was deleted")
    if state in _GOING:
        return LeftOut(run.source, 0, f"run {run_id} is {state.lower() or 'in no known state'}")
    numbers = {cells.name_of(name.replace("/", ".")): value for name, value in run.metrics.items()}
    score = numbers.pop(metric, None)
    name = run.tags.get(_NAME) or info.get("run_name") or info.get("name") or run_id
    params = dict(run.params)
    seed = next((cells.number(params.pop(key)) for key in _SEEDS if key in params), None)
    user = run.tags.get(_USER) or info.get("user_id", "")
    record = LogRecord(run.source, 0, {
        "run_id": run_id, "status": state, "end_time": info.get("end_time", ""), metric: str(score),
    })  # fmt: skip
    is_scored = score is not None and state == "FINISHED"
    return Entry(
        record,
        cells.clean(run.tags.get(_NOTE) or name),
        results=(_result(score, seed, numbers, metric),) if is_scored and score is not None else (),
        failure=None if is_scored else _failure(state, metric),
        finished_at=cells.time_of(info.get("end_time", "")),
        commit=cells.commit_of(run.tags.get(_COMMIT, "")),
        status=state,
        said=(f"run {cells.clean(name)} ({run_id})",),
        config=config_of(params),
        facts={"submitter": user} if user and user != "unknown" else {},
    )


def _failure(state: str, metric: str) -> Failure:
    if state == "FINISHED":
        return Failure("no_score_receipt", f"it logged no {metric}", "score")
    return cells.failure(state)


def _result(
    score: float, seed: float | None, numbers: Mapping[str, float | None], metric: str
) -> Document:
    found: dict[str, Json] = {
        "seed": int(seed) if seed is not None and seed.is_integer() else None,
        metric: score,
    }
    extra: dict[str, Json] = {}
    for name, value in numbers.items():
        if value is None or not name:
            continue
        if name in RESULT_FIELDS and value >= 0:
            found[name] = cells.whole(value)
        elif len(extra) < _EXTRA_MAX:
            extra[name] = cells.whole(value)
    return found | ({"extra": extra} if extra else {})

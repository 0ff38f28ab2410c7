"""Record folders of parameter-golf: a submission.json and the logs of its seeds, one row a folder."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.rowcheck import as_field
from homegolf_git.core.model.values import Document, Json, replace
from homegolf_git.importers import anomalies, cells
from homegolf_git.importers.entries import Entry, Failure, LeftOut, Log, LogError, LogFile, Record
from homegolf_git.importers.folders import (
    Folder,
    SeedLog,
    count_of,
    disclosed_in,
    from_facts,
    number_of,
    seed_log,
    seed_of,
)
from homegolf_git.importers.logtext import day_of, folder_of
from homegolf_git.receipts import ReceiptError, parameter_golf

KIND = "parameter-golf"
WANTED = ("submission.json", "submissions.json", "*.log")
_SUBMISSION = "submission.json"
_SAME_SCORE = 5e-5  # a score and its log agree to four digits
_BUDGET_SECONDS = 600
_OTHER_NAMES = ("mean_val_bpb", "mean_bpb", "sliding_val_bpb", "val_bpb_roundtrip", "best_val_bpb")
_OF_RUN = {
    "val_loss": "val_loss", "steps": "steps", "train_time_s": "train_seconds",
    "eval_time_s": "eval_seconds", "artifact_bytes": "artifact_bytes",
}  # fmt: skip


def read(files: Sequence[LogFile], lane: Lane, _map: Mapping[str, Json]) -> Log:
    """Read folders, or a list of what was extracted from them, the oldest first.

    Raises:
        LogError: for a lane of another metric, or where there is no submission.
    """
    if lane.metric.name != "val_bpb":
        raise LogError(files[0].name, f"submissions score val_bpb, the lane {lane.metric.name}")
    folders: dict[str, Folder] = {}
    for folder in (*_raw(files), *_extracted(files)):
        folders[folder.name] = folder  # what was extracted knows more logs
    if not folders:
        raise LogError(files[0].name, f"no {_SUBMISSION} is there")
    # The sort is stable: folders of one day stay in their order.
    ordered = sorted(folders.values(), key=lambda item: item.day or "")
    entries = [_entry(folder) for folder in _timed(ordered)]
    return Log(tuple(entries), tuple(_strays(files)), tuple(anomalies.of_folders(ordered, lane)))


def _timed(folders: Sequence[Folder]) -> Iterator[Folder]:
    """Folders of one day a second apart, so that they keep their order however they are merged."""
    days: Counter[str] = Counter()
    for folder in folders:
        if folder.day is None:
            yield folder
            continue
        minutes, seconds = divmod(days[folder.day], 60)
        days[folder.day] += 1
        yield replace(
            folder, day=f"{folder.day[:11]}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}Z"
        )


def _strays(files: Sequence[LogFile]) -> list[LeftOut]:
    homes = {folder_path(file) for file in files if file.name.rpartition("/")[2] == _SUBMISSION}
    return [
        LeftOut(file.name, 0, f"a log without a {_SUBMISSION} beside it")
        for file in files
        if file.name.endswith(".log") and folder_path(file) not in homes
    ]


def folder_path(file: LogFile) -> str:
    """The folder that a file lies in."""
    return file.name.rpartition("/")[0]


# --- folders as they are published


def _raw(files: Sequence[LogFile]) -> list[Folder]:
    logs: dict[str, list[LogFile]] = {}
    for file in files:
        if file.name.endswith(".log"):
            logs.setdefault(folder_path(file), []).append(file)
    return [
        _folder(file, logs.get(folder_path(file), []))
        for file in files
        if file.name.rpartition("/")[2] == _SUBMISSION
    ]


def _folder(file: LogFile, logs: Sequence[LogFile]) -> Folder:
    name = folder_of(file.name) or "submission"
    contents = {
        item.name.rpartition("/")[2]: hashlib.sha256(item.data).hexdigest()
        for item in (file, *logs)
    }
    record = Record(folder_path(file) or file.name, 0, contents)
    seed_logs = tuple(map(seed_log, logs))
    try:
        submission: Any = json.loads(file.data)
        receipt = parameter_golf.read(file.data)
    except (ReceiptError, ValueError, RecursionError) as error:
        return Folder(record, name, name, day=day_of(name), logs=seed_logs, fault=str(error))

    def text(key: str) -> str:
        return cells.clean(str(submission.get(key) or ""))

    runs = [
        (str(seen.seed), {key: item.value for key, item in seen.numbers.items()})
        for seen in receipt.observations
        if seen.seed is not None and "val_bpb" in seen.numbers
    ]
    disclosed = disclosed_in(submission.get("seed_results_all_runs_disclosure"))
    if disclosed:  # what is only disclosed was not reported
        named = set(_named(submission))
        runs = [(key, run) for key, run in runs if not named or key in named]
    elif not runs:
        runs = _runs_of(seed_logs)
    stated = cells.time_of(text("date"))
    scores = {key: number_of(submission.get(key)) for key in ("val_bpb", *_OTHER_NAMES)}
    known = {key: value for key, value in scores.items() if value is not None}
    size = receipt.run_numbers.get("artifact_bytes") if receipt.run_numbers else None
    first = next(iter(known), "")
    return Folder(
        record,
        name,
        text("name") or name,
        text("github_id") or text("author"),
        f"{stated[:10]}T00:00:00Z" if stated else day_of(name),
        _is_of_record_track(text("track") or file.name),
        known.get(first),
        first,
        {key: value for key, value in known.items() if key != first},
        tuple(runs),
        disclosed,
        seed_logs,
        text("hardware") or text("gpu"),
        round(size.value) if size else _whole(submission),
    )


def _is_of_record_track(said: str) -> bool | None:
    """Whether a folder competes for the record, as far as its track or path says."""
    if "non_record" in said or "non-record" in said or "unlimited" in said:
        return False
    return True if "10min" in said else None


def _named(submission: Mapping[str, Any]) -> list[str]:
    """The seeds that a submission reports."""
    seeds = submission.get("seeds") or submission.get("seed_results")
    found = [str(seed) for seed in seeds] if isinstance(seeds, list | Mapping) else []
    return [seed.removeprefix("seed_") for seed in found]


def _runs_of(logs: Sequence[SeedLog]) -> list[tuple[str, dict[str, float]]]:
    """The runs of a submission that names none: those of its logs that tell seed and score."""
    return [
        (str(log.its_seed), {"val_bpb": log.score})
        for log in logs
        if log.its_seed is not None and log.score is not None
    ]


def _whole(submission: Mapping[str, Any]) -> int | None:
    found = (
        submission.get(name) for name in ("bytes_total", "artifact_bytes", "artifact_bytes_max")
    )
    return next((item for item in map(count_of, found) if item is not None), None)


# --- folders that were extracted


def _extracted(files: Sequence[LogFile]) -> list[Folder]:
    found = []
    for file in files:
        if not file.name.endswith(".json") or file.name.rpartition("/")[2] == _SUBMISSION:
            continue
        try:
            items = json.loads(file.data)
        except (ValueError, RecursionError) as error:
            raise LogError(file.name, f"no JSON: {error}", getattr(error, "lineno", 0)) from error
        if not isinstance(items, list):
            raise LogError(file.name, "no list of submissions")
        for number, item in enumerate(items, start=1):
            if not isinstance(item, dict) or "folder" not in item:
                raise LogError(file.name, f"item {number} is no submission")
            text = json.dumps(item, sort_keys=True, separators=(",", ":"))
            digest = hashlib.sha256(text.encode()).hexdigest()
            source = f"{file.name}#{item['folder']}"
            found.append(from_facts(source, 0, item, digest))
    return found


# --- entries


def _entry(folder: Folder) -> Entry:
    results = tuple(_results(folder))
    ran = {*folder.disclosed, *(result["seed"] for result in results)}
    said = [f"folder {folder.path or folder.name}"]
    if folder.reported is not None:
        said.append(f"its submission says {folder.reported_as} {folder.reported}")
    if folder.day is not None:
        said.append("time of day unknown")
    facts: dict[str, Json] = {"seeds_run": len(ran), "submitter": folder.author}
    if folder.is_of_record_track:
        facts["train_seconds_budget"] = _BUDGET_SECONDS
    labels = [log.label for log in folder.logs if log.is_reported and log.label]
    if labels:
        facts["evaluation.mode"] = labels[0].replace(" ", "_")
    return Entry(
        folder.record,
        folder.title or folder.name,
        results,
        None if results else _no_score(folder),
        folder.day,
        said=tuple(said),
        config={"submission": folder.name},
        hardware=tuple(_hardware(folder)),
        facts={name: value for name, value in facts.items() if value not in ("", 0)},
    )


def _results(folder: Folder) -> list[Document]:
    """A result a seed; of several versions under one seed the one whose score was published."""
    found: dict[int, dict[str, Any]] = {}
    for key, run in folder.runs:
        seed = seed_of(key)
        is_published = "#" not in key or run.get("val_bpb") == folder.reported
        if seed is not None and is_published and run.get("val_bpb") is not None:
            found[seed] = {"seed": seed, "val_bpb": run["val_bpb"]} | {
                ours: as_field(ours, run[theirs])
                for names in (_OF_RUN, {name: name for name in _OF_RUN.values()})
                for theirs, ours in names.items()
                if run.get(theirs) is not None
            }
    for seed, score in folder.disclosed.items():
        found.setdefault(seed, {"seed": seed, "val_bpb": score})
    for result in found.values():
        _add_log(result, folder.logs)
    if not found and folder.reported is not None and folder.reported_as == "val_bpb":
        return [{"seed": None, "val_bpb": folder.reported}] if not folder.logs else []
    return list(found.values())


def _add_log(result: dict[str, Any], logs: Sequence[SeedLog]) -> None:
    for log in logs:
        if log.its_seed == result["seed"] and log.score is not None:
            if abs(log.score - result["val_bpb"]) > _SAME_SCORE:
                continue
            known = {
                "steps": log.steps, "train_seconds": log.train_seconds,
                "artifact_bytes": log.artifact_bytes, "evaluated_tokens": log.tokens,
            }  # fmt: skip
            for name, value in known.items():
                if value is not None:
                    result.setdefault(name, value)
            return


def _no_score(folder: Folder) -> Failure:
    if folder.fault:
        return Failure("no_score_receipt", cells.cut(folder.fault, 500), "score")
    said = (
        [f"it says {folder.reported_as} {folder.reported}"] if folder.reported is not None else []
    )
    said += [f"{log.name} says {log.score}" for log in folder.logs if log.score is not None][:3]
    detail = "; ".join(said) or "no score is stated"
    return Failure("no_score_receipt", f"{detail}: no seed's score can be told", "score")


def _hardware(folder: Folder) -> list[Document]:
    """The devices that the folder names; else as many nameless ones as its logs counted."""
    stated = re.search(r"(\d{1,4})x[ -]?([^,(]+)", folder.hardware)
    if stated and int(stated[1]):
        return [{"device": stated[2].strip()[:200] or "GPU", "count": int(stated[1])}]
    sizes = {log.world_size for log in folder.logs if log.is_reported and log.world_size}
    return [{"device": "GPU", "count": max(sizes)}] if sizes else []

"""What a reader should know of published runs: claims that their own numbers do not bear out.

Nothing here is a verdict, and nothing is held against a run: each finding names its evidence.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import mean

from homegolf_git.core.model.lane import Lane
from homegolf_git.importers.entries import Anomaly, Entry
from homegolf_git.importers.folders import Folder, SeedLog, seed_of

CODES = {
    "over_bytes": "the artifact is over the cap",
    "best_seed_reported": "the best seed's score is given as the run's",
    "picked_seeds": "more runs were made than are reported",
    "mean_differs": "the score is not the mean of the seeds",
    "other_name": "the score stands under another name",
    "other_validation": "the score was taken on another surface than the others'",
    "wrong_hardware": "it ran on other devices than the track asks for",
    "log_differs": "a log contradicts the file",
    "reused_digest": "a log or score is another run's as well",
    "already_beaten": "an earlier run is better than this record",
    "over_time": "training took longer than the cap",
}
_KEPT = ("keep", "kept", "accept", "improve", "new_best", "promote")
_CAP_BYTES, _CAP_SECONDS, _DEVICES = 16_000_000, 600.0, 8
_SLACK_SECONDS = 1.0
_SAME = 5e-5  # scores agree to the four digits that are published
_EXACT = 6  # decimals that two runs do not share by chance
_NEAR = 0.04  # counts of tokens this close are one split, counted in another way
_OTHER_COUNT = 0.002  # and this far apart it is no rest of a batch
_SEVERAL = 2


def of_folders(folders: Sequence[Folder], lane: Lane) -> Iterator[Anomaly]:
    """Everything that is odd about folders, in their order, the oldest first."""
    counts = Counter(log.tokens for item in folders for log in item.logs if log.tokens is not None)
    owners: dict[str, tuple[Folder, str]] = {}
    scores: dict[tuple[int, float], Folder] = {}
    for place, folder in enumerate(folders):
        found = [
            *_over_bytes(folder, lane),
            *_over_time(folder, lane),
            *_claims(folder),
            *_seeds(folder),
            *_validation(folder, lane, counts),
            *_hardware(folder, lane),
            *_logs(folder),
            *_reused(folder, owners, scores),
            *_beaten(folder, folders[:place]),
        ]
        yield from (Anomaly(folder.record, code, evidence) for code, evidence in found)


def of_entries(entries: Sequence[Entry], lane: Lane) -> Iterator[Anomaly]:
    """What is odd about the runs of a log, in its order."""
    cap, metric = lane.contract.artifact_bytes_max, lane.metric
    best: tuple[float, Entry] | None = None
    for entry in entries:
        sizes = [result.get("artifact_bytes") or 0 for result in entry.results]
        if cap is not None and sizes and max(sizes) > cap:
            text = f"{max(sizes):,} bytes, the cap is {cap:,}"
            yield Anomaly(entry.record, "over_bytes", text)
        if not entry.results:
            continue
        score = mean(result[metric.name] for result in entry.results)
        if best is None or metric.gain(best[0], score) > 0:
            best = (score, entry)
        elif says_kept(entry.status) and metric.gain(best[0], score) < 0:
            text = f"{entry.status} with {score}, while line {best[1].record.line} has {best[0]}"
            yield Anomaly(entry.record, "already_beaten", text)


def says_kept(status: str) -> bool:
    """Whether a status is that of a run that its own loop kept."""
    return any(word in status.casefold() for word in _KEPT)


Found = Iterator[tuple[str, str]]


def _over_bytes(folder: Folder, lane: Lane) -> Found:
    cap = lane.contract.artifact_bytes_max or _CAP_BYTES
    sizes: dict[str, float] = {
        f"seed {key}": run.get("artifact_bytes") or 0 for key, run in folder.runs
    }
    sizes |= {log.name: log.artifact_bytes or 0 for log in folder.logs if log.is_reported}
    sizes["the submission"] = folder.artifact_bytes or 0
    over = {name: size for name, size in sizes.items() if size > cap}
    if over:
        name, size = max(over.items(), key=lambda item: item[1])
        yield "over_bytes", f"{size:,.0f} bytes by {name}, the cap is {cap:,}"


def _over_time(folder: Folder, lane: Lane) -> Found:
    cap = lane.contract.train_seconds_max or _CAP_SECONDS
    times = [(run.get("train_seconds") or run.get("train_time_s") or 0) for _, run in folder.runs]
    times += [log.train_seconds or 0 for log in folder.logs if log.is_reported]
    is_capped = folder.is_of_record_track is not False
    if is_capped and times and max(times) > cap + _SLACK_SECONDS:
        yield "over_time", f"{max(times):,.0f} s of training, the cap is {cap:,.0f}"


def _scores(folder: Folder) -> dict[str, float]:
    """Scores of the reported seeds, by seed; those only disclosed were not reported."""
    found = {key: run.get("val_bpb") for key, run in folder.runs}
    return {key: score for key, score in found.items() if score is not None}


def _claims(folder: Folder) -> Found:
    """The score that is reported, against the scores of its own seeds."""
    if folder.reported_as not in ("", "val_bpb"):
        yield "other_name", f"no val_bpb; the score stands under {folder.reported_as}"
    for name, value in folder.other_scores.items():
        if folder.reported is not None and abs(value - folder.reported) > _SAME:
            yield "other_name", f"{name} is {value}, val_bpb is {folder.reported}"
    scores = list(_scores(folder).values())
    if folder.reported is None or not scores or any("#" in key for key, _ in folder.runs):
        return
    middle = mean(scores)
    if len(scores) >= _SEVERAL and abs(folder.reported - min(scores)) <= _SAME < middle - min(
        scores
    ):
        yield (
            "best_seed_reported",
            f"{folder.reported} is the best of {len(scores)} seeds, whose mean is {middle:.5f}",
        )
    elif abs(folder.reported - middle) > _SAME:
        yield (
            "mean_differs",
            f"it says {folder.reported}, the mean of {_seeds_text(len(scores))} is {middle:.5f}",
        )


def _seeds_text(count: int) -> str:
    return "its one seed" if count == 1 else f"its {count} seeds"


def _seeds(folder: Folder) -> Found:
    """Runs that were made beside the reported ones."""
    reported = {seed_of(key) for key, _ in folder.runs}
    unreported = {seed: score for seed, score in folder.disclosed.items() if seed not in reported}
    several = len(folder.disclosed) > 0 and folder.reported is not None
    if several and not unreported:
        everything = mean(folder.disclosed.values())
        if folder.reported is not None and abs(everything - folder.reported) > _SAME:
            text = f"{len(folder.disclosed)} seeds ran, their mean is {everything:.5f}; it says {folder.reported}"
            yield "picked_seeds", text
    elif unreported:
        named = ", ".join(f"{seed} ({score})" for seed, score in sorted(unreported.items()))
        yield (
            "picked_seeds",
            f"{len(reported)} of {len(reported) + len(unreported)} seeds are reported; not {named}",
        )
    versions = [key for key, _ in folder.runs if "#" in key]
    if versions:
        named = ", ".join(f"{key} {run.get('val_bpb')}" for key, run in folder.runs if "#" in key)
        yield "picked_seeds", f"{len(versions)} runs on one seed: {named}"
    extra = [log for log in folder.logs if not log.is_reported and log.score is not None]
    if extra:
        named = ", ".join(f"{log.name} {log.score}" for log in extra[:4])
        yield "picked_seeds", f"{len(extra)} logs are of no reported run: {named}"


def _validation(folder: Folder, lane: Lane, counts: Counter[int]) -> Found:
    wanted = lane.contract.evaluated_tokens
    by_tokens: dict[int, list[str]] = {}
    for log in folder.logs:
        if log.label.startswith("last_step"):
            said = f"{log.name} scores the last step, not the exported artifact ({log.label})"
            yield "other_validation", said
        if log.tokens is not None and log.is_reported:
            by_tokens.setdefault(log.tokens, []).append(log.name)
    for tokens, names in by_tokens.items():
        said = f"{', '.join(names[:3])} evaluates {tokens:,} tokens"
        if wanted is not None and tokens != wanted:
            yield "other_validation", f"{said}, the lane asks for {wanted:,}"
        elif wanted is None and (usual := _usual(tokens, counts)):
            yield "other_validation", f"{said}, {counts[usual]} other logs {usual:,}"
    labels = {log.label for log in folder.logs if log.is_reported and log.label}
    if len(labels) > 1:
        yield "other_validation", f"its logs call their scores {', '.join(sorted(labels))}"


def _usual(tokens: int, counts: Counter[int]) -> int | None:
    """The count of the same split that most others have, where this one is another."""
    for other, count in counts.most_common():
        if count <= counts[tokens]:
            return None
        if _OTHER_COUNT < abs(other - tokens) / other < _NEAR:
            return other
    return None


def _hardware(folder: Folder, lane: Lane) -> Found:
    rules = lane.contract.hardware
    sizes = {log.world_size for log in folder.logs if log.is_reported and log.world_size}
    if rules is not None:
        names = [rule.device_matches for rule in rules]
        if folder.hardware and not any(name in folder.hardware for name in names):
            yield "wrong_hardware", f"{folder.hardware}; the lane asks for {', '.join(names)}"
        wanted = sum(rule.count for rule in rules)
    else:
        wanted = _DEVICES
        is_other = folder.hardware and not ("8x" in folder.hardware and "H100" in folder.hardware)
        if is_other:
            yield "wrong_hardware", f"{folder.hardware}; the record track asks for 8xH100"
    for size in sorted(size for size in sizes if size != wanted):
        yield "wrong_hardware", f"a log counts {size} devices, {wanted} are asked for"


def _logs(folder: Folder) -> Found:
    """Logs against the file, and against their own names."""
    scores = {seed_of(key): score for key, score in _scores(folder).items() if "#" not in key}
    for log in folder.logs:
        if None not in (log.file_seed, log.seed) and log.file_seed != log.seed:
            yield "log_differs", f"{log.name} says seed {log.seed} inside"
    matched: dict[int | None, list[SeedLog]] = {}
    for log in folder.logs:
        if log.score is not None:
            matched.setdefault(log.its_seed, []).append(log)
    for seed, score in scores.items():
        logs = [log for log in matched.get(seed, ()) if log.score is not None]
        if logs and all(abs((log.score or 0) - score) > _SAME for log in logs):
            named = ", ".join(f"{log.name} says {log.score}" for log in logs[:3])
            yield "log_differs", f"seed {seed} is given as {score}; {named}"
    claimed = folder.reported
    if not folder.runs and claimed is not None:
        for log in folder.logs:
            if log.score is not None and log.is_reported and abs(log.score - claimed) > _SAME:
                yield "log_differs", f"it says {claimed}; {log.name} says {log.score}"


def _reused(
    folder: Folder, owners: dict[str, tuple[Folder, str]], scores: dict[tuple[int, float], Folder]
) -> Found:
    for log in folder.logs:
        if not log.digest:
            continue
        owner = owners.setdefault(log.digest, (folder, log.name))
        if owner[0] is not folder:
            yield "reused_digest", f"{log.name} is {owner[1]} of {owner[0].name}, byte for byte"
    for key, score in _scores(folder).items():
        seed = seed_of(key)
        is_exact = len(repr(score).partition(".")[2]) >= _EXACT
        if seed is None or not is_exact:
            continue
        first = scores.setdefault((seed, score), folder)
        if first is not folder:
            yield "reused_digest", f"seed {seed} scores {score} in {first.name} as well"


def _beaten(folder: Folder, earlier: Sequence[Folder]) -> Found:
    """Whether a run of an earlier day is better; of one day nobody knows which was first."""
    if folder.is_of_record_track is False or folder.reported is None or folder.day is None:
        return
    before = [
        (item.reported, item)
        for item in earlier
        if item.reported is not None and item.is_of_record_track is not False
        if item.day is not None and item.day < folder.day
    ]
    if before:
        score, best = min(before, key=lambda pair: pair[0])
        if folder.reported >= score:
            text = f"{folder.reported}, while {best.name} of {(best.day or '')[:10]} has {score}"
            yield "already_beaten", text

"""The `submission.json` of a parameter-golf record folder: one score, or one a seed."""

import re
from collections.abc import Iterator

from homegolf_git.core.model.row import Observation, Reading, Receipt
from homegolf_git.core.model.values import Json
from homegolf_git.receipts.strictjson import (
    ReceiptError,
    look,
    parse,
    reading,
    readings,
    seed_of,
    text,
)

KIND = "parameter-golf-submission"
_ALL_SCORES = re.compile(r"all_[0-9]+_val_bpb")
_TIMES = ("train_time_s", "train_seconds")


def read(data: bytes) -> Receipt:
    """Read a submission; scores come from `seed_results`, `seed_scores`, or the top level.

    Raises:
        ReceiptError: when it names neither a score nor seeds.
    """
    submission = parse(data)
    seeds = dict(_seeds(submission))
    observations = tuple(Observation(seed, numbers) for seed, numbers in seeds.items() if numbers)
    if not observations:
        numbers = _numbers(submission, submission.get("bytes_total"))
        if not {"val_bpb", "val_loss"} & numbers.keys():
            raise ReceiptError("neither val_bpb nor val_loss: not a parameter-golf submission")
        observations = (Observation(seed_of(submission.get("seed")), numbers),)
    return Receipt(observations, _facts(submission))


def _seeds(submission: dict[str, Json]) -> Iterator[tuple[int, dict[str, Reading]]]:
    yield from _disclosed(submission)  # first, so that a reported seed replaces its bare score
    results = submission.get("seed_results")
    if isinstance(results, dict):
        for name, entry in results.items():
            if (seed := seed_of(name)) is not None:
                yield seed, _numbers(entry, look(entry, "artifact_bytes"))
        return
    scores, seeds = submission.get("seed_scores"), submission.get("seeds")
    if isinstance(scores, list) and isinstance(seeds, list):
        for name, score in zip(seeds, scores, strict=False):
            if (seed := seed_of(name)) is not None:
                yield seed, readings(val_bpb=reading(score))


def _disclosed(submission: dict[str, Json]) -> Iterator[tuple[int, dict[str, Reading]]]:
    """Seeds that ran and are not reported, from a disclosure such as `all_7_val_bpb`."""
    disclosure = submission.get("seed_results_all_runs_disclosure")
    if not isinstance(disclosure, dict):
        return
    for key, scores in disclosure.items():
        if _ALL_SCORES.fullmatch(key) and isinstance(scores, dict):
            for name, score in scores.items():
                if (seed := seed_of(name)) is not None:
                    yield seed, readings(val_bpb=reading(score))


def _numbers(entry: Json, artifact_bytes: Json) -> dict[str, Reading]:
    times = (reading(look(entry, name)) for name in _TIMES)
    return readings(
        val_bpb=reading(look(entry, "val_bpb")),
        val_loss=reading(look(entry, "val_loss")),
        steps=reading(look(entry, "steps")),
        train_seconds=next((time for time in times if time), None),
        eval_seconds=reading(look(entry, "eval_time_s")),
        artifact_bytes=reading(artifact_bytes),
    )


def _facts(submission: dict[str, Json]) -> dict[str, Json]:
    submitter = text(submission.get("github_id")) or text(submission.get("author"))
    name = text(submission.get("name"))
    return {
        **({"submitter": submitter} if submitter else {}),
        **({"change": {"summary": name}} if name else {}),
    }

"""The `submission.json` of a parameter-golf record folder: one score, or one a seed."""

from collections.abc import Iterator
from typing import Any

from homegolf_git.core.model import Json, Observation, Reading, Receipt
from homegolf_git.receipts.strictjson import ReceiptError, look, parse, reading, readings, seed_of

KIND = "parameter-golf-submission"
_TIMES = ("train_time_s", "train_seconds")


def read(data: bytes) -> Receipt:
    """Read a submission; scores come from `seed_results`, `seed_scores`, or the top level.

    Raises:
        ReceiptError: when it names neither a score nor seeds.
    """
    submission = parse(data)
    seeds = list(_seeds(submission))
    observations = tuple(Observation(seed, numbers) for seed, numbers in seeds if numbers)
    if not observations:
        numbers = _numbers(submission, submission.get("bytes_total"))
        if not {"val_bpb", "val_loss"} & numbers.keys():
            raise ReceiptError("neither val_bpb nor val_loss: not a parameter-golf submission")
        observations = (Observation(None, numbers),)
    return Receipt(observations, _facts(submission))


def _seeds(submission: dict[str, Json]) -> Iterator[tuple[int, dict[str, Reading]]]:
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
    facts: dict[str, Any] = {
        "submitter": submission.get("github_id") or submission.get("author"),
        "change": {"summary": submission.get("name")} if submission.get("name") else None,
    }
    return {name: value for name, value in facts.items() if value}

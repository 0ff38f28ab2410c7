"""The `submission.json` of a parameter-golf record folder: one score, or one a seed.

The published files name seeds in four shapes: a mapping from seed to numbers (`seed_results` or
`seeds`, keys such as `42` or `seed_42`), a list of entries that name their seed, two lists side by side (`seeds` and
`seed_scores`), and a bare list of seeds beside their mean. A mean is no seed's score.
"""

import re
from collections.abc import Iterator, Mapping

from homegolf_git.core.model.row import Observation, Reading, Receipt
from homegolf_git.core.model.values import Json
from homegolf_git.receipts.strictjson import (
    Printed,
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
_SEED_NAME = re.compile(r"(?:seed[_-]?)?([0-9]{1,20})", re.IGNORECASE)
_MILLISECONDS = 1000
# Names of a number in the published files, the likeliest first; with its unit as part of a second.
_NUMBERS: dict[str, tuple[tuple[str, int], ...]] = {
    "val_bpb": (("val_bpb", 1), ("bpb", 1)),
    "val_loss": (("val_loss", 1),),
    "steps": (("steps", 1), ("train_steps", 1), ("step_stop", 1)),
    "train_seconds": (
        ("train_time_s", 1), ("train_seconds", 1), ("train_time_seconds", 1),
        ("wallclock_seconds", 1), ("train_time_ms", _MILLISECONDS),
    ),
    "eval_seconds": (
        ("eval_time_s", 1), ("eval_seconds", 1), ("eval_time_seconds", 1),
        ("eval_time_ms", _MILLISECONDS), ("ttt_eval_time_s", 1),
    ),
    "artifact_bytes": (("artifact_bytes", 1), ("bytes_total", 1), ("artifact_size_bytes", 1)),
}  # fmt: skip

Seeds = dict[int, dict[str, Reading]]


def read(data: bytes) -> Receipt:
    """Read a submission; of seeds that it names without a score it observes that they ran.

    Raises:
        ReceiptError: when it names neither a score nor seeds.
    """
    submission = parse(data)
    if (text(submission.get("schema")) or "").startswith("homegolf/"):
        raise ReceiptError("it says that it is of another kind")
    top = _numbers(submission)
    seeds = _seeds(submission)
    if len(seeds) == 1:
        ((seed, numbers),) = seeds.items()
        seeds = {seed: {**top, **numbers}}
    elif not seeds and not _is_mean(submission):
        if not {"val_bpb", "val_loss"} & top.keys():
            raise ReceiptError("neither val_bpb nor val_loss: not a parameter-golf submission")
        return Receipt((Observation(None, top),), _facts(submission))
    observations = tuple(Observation(seed, numbers) for seed, numbers in seeds.items())
    # Of the largest seed, weights and code together; a seed's own number may be the weights alone.
    run_numbers = {name: top[name] for name in ("artifact_bytes",) if name in top}
    return Receipt(observations, _facts(submission), run_numbers, unread=_unread(seeds))


def _unread(seeds: Seeds) -> str:
    """What it states and gives no number for."""
    scoreless = [
        seed for seed, numbers in seeds.items() if not {"val_bpb", "val_loss"} & numbers.keys()
    ]
    if not seeds:
        return "its score is a mean over seeds that it does not name, so it proves no seed's score"
    if scoreless:
        named = ", ".join(map(str, scoreless))
        return f"it names seeds without a score each ({named}), and a mean proves none of them"
    return ""


def _is_mean(submission: Mapping[str, Printed]) -> bool:
    """Whether the score at the top is one over several seeds, as far as it says."""
    count = submission.get("n_seeds")
    return (isinstance(count, int) and count > 1) or reading(
        submission.get("val_bpb_std")
    ) is not None


def _seeds(submission: Mapping[str, Printed]) -> Seeds:
    """Each seed that it names, with its own numbers."""
    found: Seeds = dict(_disclosed(submission))  # first: a reported seed replaces its bare score
    seeds = submission.get("seeds")
    for seed in map(_seed_of, seeds) if isinstance(seeds, list | dict) else ():
        if seed is not None:
            found.setdefault(seed, {})
    found |= _side_by_side(seeds, submission.get("seed_scores"))
    for entries in (seeds, submission.get("seed_results")):
        found |= {
            seed: numbers for seed, numbers in _entries(entries) if numbers or seed not in found
        }
    return found


def _entries(entries: Printed) -> Iterator[tuple[int, dict[str, Reading]]]:
    """Seeds with their numbers, from a mapping or from a list of entries that name their seed."""
    named = (
        entries.items()
        if isinstance(entries, Mapping)
        else (
            (look(entry, "seed"), entry) for entry in (entries if isinstance(entries, list) else ())
        )
    )
    for name, entry in named:
        if (seed := _seed_of(name)) is not None:
            yield (
                seed,
                _numbers(entry) if isinstance(entry, Mapping) else readings(val_bpb=reading(entry)),
            )


def _side_by_side(seeds: Printed, scores: Printed) -> Seeds:
    """Two lists of one length: seeds, and their scores."""
    if not (isinstance(seeds, list) and isinstance(scores, list) and len(seeds) == len(scores)):
        return {}
    pairs = zip(map(_seed_of, seeds), map(reading, scores), strict=True)
    return {seed: readings(val_bpb=score) for seed, score in pairs if seed is not None}


def _disclosed(submission: Mapping[str, Printed]) -> Iterator[tuple[int, dict[str, Reading]]]:
    """Seeds that ran and are not reported, from a disclosure such as `all_7_val_bpb`."""
    disclosure = submission.get("seed_results_all_runs_disclosure")
    if not isinstance(disclosure, Mapping):
        return
    for key, scores in disclosure.items():
        if _ALL_SCORES.fullmatch(key) and isinstance(scores, Mapping):
            for name, score in scores.items():
                if (seed := _seed_of(name)) is not None:
                    yield seed, readings(val_bpb=reading(score))


def _seed_of(name: Printed) -> int | None:
    if isinstance(name, str) and (match := _SEED_NAME.fullmatch(name)):
        return seed_of(match[1])
    return seed_of(name)


def _numbers(entry: Printed) -> dict[str, Reading]:
    found = {
        name: (reading(look(entry, key), scale) for key, scale in keys)
        for name, keys in _NUMBERS.items()
    }
    return readings(
        **{name: next((item for item in items if item), None) for name, items in found.items()}
    )


def _facts(submission: Mapping[str, Printed]) -> dict[str, Json]:
    submitter = text(submission.get("github_id")) or text(submission.get("author"))
    name = text(submission.get("name"))
    return {
        **({"submitter": submitter} if submitter else {}),
        **({"change": {"summary": name}} if name else {}),
    }

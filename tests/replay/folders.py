"""Record folders of parameter-golf as rows of one lane, and what was decided on the way.

A folder becomes one row. Its facts are taken as they stand; where it says nothing, nothing is said.

Order. `finished_at` is the day the folder states (else the day in its name) and, as seconds after
midnight, the folder's place in the list: the list is the order, the seconds are no clock time.

Seeds. A seed is given once. A folder that ran one seed several times (`1337#v0`, `1337#v1`, ...)
gives the run whose score it published. The only such folder is LoRA_TTT: four versions of a script
on seed 1337 (code sizes differ, one trained on 2 GPUs for 2,400 s); its submission.json carries the
score, the loss and the model size of v3, which is not the best of the four. The others are configs
of their own, named in the notes, and no unreported seeds of this one. The leaderboard prints the
mean of the four, which no single config has.

Disclosure. Where a folder names all its seeds and all their scores, all are used (the folder of
2026-04-22 reports the best 5 and discloses 7), so nothing was picked. Logs outside the reported set
are no further seeds: all of them are other configs (other context lengths, budgets, tokenizers, or a
rerun with another export) or the same artifact scored in another way.

No score. Two folders give a score without log or seed, a third has a log that names no seed (and
contradicts its submission.json). A result needs a seed, so these are failed runs, `no_score_receipt`;
their claim stands in the detail.

Time. The budget is 600 s where the track says so. Folders of the other track state none, so it is
left out: the time they took speaks, and unlimited compute shows as `over_time`. `wallclock_seconds`
stands in for a missing training time only where it can belong to one run alone.

Evaluation. The mode is what the log calls its score. `evaluated_tokens` is the size of the split in
the log's tokens. The lane asks for no number of tokens: the tokenizer is part of a submission, so
one text is 151, 62, 48, 45 or 41 million tokens, and the first run's log counts 64 where others of its
tokenizer count 62.

Base. A folder or pull request that the submission says it is built on, where that is an earlier row;
what it merely compares itself with is no base.

Source. No folder states its revision. A null revision equals no other, so every row is a config.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests import build
from tests.build import Document

Facts = Mapping[str, Any]

LANE = "track-10min"
RECORD_TRACK = "track_10min_16mb"
_BASE_FIELDS = ("base_submission", "base_pr", "based_on", "supports_pr")  # not "compared with"
_SAME_SCORE = 5e-5  # a published score and its log agree to the four digits of the leaderboard
_RUN_ID_LENGTH = 80
_FIELDS = {
    "val_bpb": "val_bpb",
    "val_loss": "val_loss",
    "steps": "steps",
    "train_time_s": "train_seconds",
    "eval_time_s": "eval_seconds",
    "artifact_bytes": "artifact_bytes",
}


def lane_document(fresh_seeds: int = 4) -> Document:
    """The rules of the lane; the public folders carry no digests, so none are required."""
    return build.lane_document(
        lane=LANE,
        title="parameter-golf, 10 minutes, 16 MB",
        contract={
            "train_seconds_max": 600,
            "train_seconds_tolerance": 0.5,
            "artifact_bytes_max": 16_000_000,
            "evaluated_tokens": None,
            "evaluation_modes": None,
            "hardware": "any",
            "requires": [],
        },
        decision={
            "delta_min": 0.002,
            "sigma0": 0.0007,
            "nu0": 4,
            "alpha": 0.05,
            "block": 20,
            "regression_alpha": 0.01,
            "fresh_seeds": fresh_seeds,
        },
        attribution=...,
    )


def run_id_of(folder: str) -> str:
    """The folder's name in the letters that a run id may have."""
    cleaned = re.sub(r"[^a-z0-9._-]+", "-", folder.lower())
    return cleaned.replace("-_", "_").replace("_-", "_")[:_RUN_ID_LENGTH]


def row_documents(folders: Sequence[Facts], *, only_reported: bool = False) -> list[Document]:
    """One row a folder, in the order of the list.

    With `only_reported`, scores that a folder discloses beside its reported ones are left out, and
    their seeds are unreported ones.
    """
    earlier: dict[str, str] = {}  # what a base may be called by -> run id
    documents = []
    for place, facts in enumerate(folders):
        results = list(_results(facts, only_reported=only_reported))
        document = _row(facts, place, _base(facts, earlier), results)
        documents.append(document)
        earlier[facts["folder"]] = document["run_id"]
        board = facts.get("leaderboard") or {}
        if board.get("pr"):
            earlier.setdefault(f"#{board['pr']}", document["run_id"])
    return documents


def _row(facts: Facts, place: int, base: str | None, results: list[Document]) -> Document:
    minutes, seconds = divmod(place, 60)
    return build.run(
        run_id_of(facts["folder"]),
        lane=LANE,
        finished_at=f"{_day(facts)}T00:{minutes:02}:{seconds:02}Z",
        submitter=facts["github_id"] or facts["author"] or "unknown",
        base=base,
        change={
            "kind": "rerun" if facts["base_field"] == "supports_pr" else "mixed",
            "summary": facts["name"] or facts["folder"],
        },
        source={
            "repository": "https://github.com/openai/parameter-golf",
            "revision": None,
            "dirty": None,
            "changed_paths": None,
        },
        config={"submission": facts["folder"]},
        hardware=_hardware(facts),
        evaluation={"mode": _mode(facts), "split": None},
        verification="self",
        seeds_planned=max(len(results), 1),
        seeds_run=max(len(results), len(_disclosed(facts)), 1),
        train_seconds_budget=600 if facts["track"] == RECORD_TRACK else ...,
        outcome={"status": "scored"} if results else _no_score(facts),
        results=results,
        notes=_notes(facts),
    )


def _day(facts: Facts) -> str:
    return str(facts["date_iso"] or facts["folder_date"])


def _base(facts: Facts, earlier: Mapping[str, str]) -> str | None:
    if facts["base_field"] not in _BASE_FIELDS:
        return None
    named = str(facts["base_submission"])
    pull_request = re.search(r"#\d+", named)
    names = [named.split(" ", 1)[0], pull_request.group() if pull_request else ""]
    return next((earlier[name] for name in names if name in earlier), None)


def _no_score(facts: Facts) -> Document:
    claim = facts["val_bpb"]
    logged = [log["val_bpb"] for log in facts["logs"]]
    detail = f"submission.json says {claim}; " if claim is not None else ""
    detail += f"the log says {logged[0]} and names no seed" if logged else "no log, no seed"
    return build.failure("no_score_receipt", "score", detail=detail)


# --- results


def _results(facts: Facts, *, only_reported: bool) -> Iterator[Document]:
    runs = dict(_runs(facts))
    if not only_reported:
        for seed, score in _disclosed(facts).items():
            runs.setdefault(seed, {"val_bpb": score})
    for seed, run in runs.items():
        result: Document = {"seed": seed}
        for theirs, ours in _FIELDS.items():
            if run.get(theirs) is not None:
                result[ours] = run[theirs]
        if "train_seconds" not in result and len(runs) == 1 and facts["wallclock_seconds"]:
            result["train_seconds"] = facts["wallclock_seconds"]
        tokens = _tokens(facts, seed, run["val_bpb"])
        if tokens is not None:
            result["evaluated_tokens"] = tokens
        yield result


def _runs(facts: Facts) -> Iterator[tuple[int, Facts]]:
    """Each seed with its one run; of several under one seed, the published one."""
    for key, run in facts["seed_results"].items():
        seed, _, repeat = key.partition("#")
        is_published = not repeat or run["val_bpb"] == facts["val_bpb"]
        if seed.isdecimal() and is_published:
            yield int(seed), run


def _disclosed(facts: Facts) -> dict[int, float]:
    """Scores of all seeds that ran, where the folder says so."""
    disclosure = facts["all_seeds_disclosure"] or {}
    return {
        int(seed): score
        for name, scores in disclosure.items()
        if re.fullmatch(r"all_\d+_val_bpb", name)
        for seed, score in scores.items()
    }


def _tokens(facts: Facts, seed: int, score: float) -> int | None:
    for log in _reported_logs(facts):
        its_seed = log["seed_in_log"] if log["file_seed"] is None else log["file_seed"]
        if its_seed == seed and abs(log["val_bpb"] - score) <= _SAME_SCORE:
            tokens: int | None = log["val_tokens"]
            return tokens
    return None


# --- circumstances


def _reported_logs(facts: Facts) -> list[Facts]:
    return [log for log in facts["logs"] if log["in_reported_set"]]


def _mode(facts: Facts) -> str:
    """What the log of the reported score calls it."""
    labels = [log["metric_label"] for log in _reported_logs(facts)]
    return labels[0].replace(" ", "_") if labels else "unknown"


def _hardware(facts: Facts) -> list[Document]:
    """The devices that the folder names; else as many nameless ones as its logs counted."""
    stated = re.search(r"(\d+)x[ -]?([^,(]+)", facts["hardware"] or "")
    if stated:
        return [{"device": stated.group(2).strip(), "count": int(stated.group(1))}]
    sizes = {log["world_size"] for log in _reported_logs(facts) if log["world_size"]}
    return [{"device": "GPU", "count": max(sizes)}] if sizes else []


def _notes(facts: Facts) -> str:
    notes = f"folder records/{facts['track']}/{facts['folder']}"
    repeats = [key for key in facts["seed_results"] if "#" in key]
    if repeats:
        scores = ", ".join(str(facts["seed_results"][key]["val_bpb"]) for key in repeats)
        notes += f"; versions of the script on one seed scored {scores}"
    return notes

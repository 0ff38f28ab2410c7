"""Scores that other projects published: which, from where, and under which licence.

Files are read from `loops/` of the folder that HOMEGOLF_SHARED names; its manifest.json states source
and licence of each. Only facts are taken: scores, their order, and what the log made of them.
"""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ABSENT = "the logs are not here: set HOMEGOLF_SHARED to the folder that holds loops/"
REPLICATES = "automl-default-config-replicates.csv"
LOOP = "karpathy-h100-mar8.tsv"


@dataclass(frozen=True)
class Baseline:
    """The first row of a log: the code as it was before anything was tried, on one RTX 5090."""

    path: str
    commit: str
    val_bpb: float


# elementalcollision/autoresearch-unified; data under CC-BY-4.0. The rows named `exp0`.
BASELINES = (
    Baseline("results/pubmed/results_gpt41_5090_r1.tsv", "5b6a90ff", 1.090311),
    Baseline("results/pubmed/results_gpt41_5090_r2.tsv", "5b6a90ff", 1.090481),
    Baseline("results/pubmed/results_gpt41_5090_r3.tsv", "5b6a90ff", 1.090375),
    Baseline("results_gemma4-31b_r1.tsv", "05f927f5", 1.088927),
    Baseline("results_gemma4-31b_r2.tsv", "00e08a35", 1.090410),
    Baseline("results_gemma4-31b_r3.tsv", "02de56cb", 1.090518),
    Baseline("results_qwen35-397b_r1.tsv", "01e33ac7", 1.089310),
    Baseline("results_qwen35-397b_r2.tsv", "02ac9fe8", 1.088797),
    Baseline("results_qwen35-397b_r3.tsv", "028d183c", 1.088978),
)


@dataclass(frozen=True)
class Tried:
    """A scored row of a loop's log, and whether the loop kept the change."""

    val_bpb: float
    is_kept: bool
    what: str


Sessions = dict[str, list[float]]  # scores of one config, by session, in their order


def loops() -> Path | None:
    """The folder of the logs, or None where they are not at hand."""
    shared = os.environ.get("HOMEGOLF_SHARED")
    folder = Path(shared) / "loops" if shared else None
    return folder if folder is not None and folder.is_dir() else None


def replicates(folder: Path) -> Sessions:
    """894 runs of one config in 43 sessions: ferreirafabio/autoresearch-automl, MIT."""
    found: dict[str, list[tuple[int, float]]] = {}
    with (folder / REPLICATES).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["session"], []).append(
                (int(row["trial_id"]), float(row["val_bpb"]))
            )
    return {session: [score for _, score in sorted(runs)] for session, runs in found.items()}


def tried(path: Path) -> list[Tried]:
    """The scored rows of a loop's log in their order; LOOP is karpathy/autoresearch, MIT."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Tried(float(row["val_bpb"]), row["status"] in {"keep", "kept"}, row["description"])
        for row in rows
        if _is_scored(row["val_bpb"])
    ]


def _is_scored(text: str) -> bool:
    try:
        return float(text) > 0
    except ValueError:
        return False


def first_score(path: Path) -> float:
    """The score of the first row of a log."""
    return tried(path)[0].val_bpb


def runs_of(sessions: Sessions) -> Sequence[tuple[str, float]]:
    """Every run with its session."""
    return [(session, score) for session, scores in sessions.items() for score in scores]

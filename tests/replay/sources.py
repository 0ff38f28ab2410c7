"""Where the folders come from: all of them where they are at hand, else the extract kept here."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.replay.folders import Facts

_TESTS = Path(__file__).resolve().parent.parent
EXTRACT = _TESTS / "fixtures" / "parameter-golf" / "runs.json"
ABSENT = "real runs are not here: set HOMEGOLF_SHARED to the folder that holds parameter-golf/"

_KEPT = (
    "folder", "track", "author", "github_id", "name", "date_iso", "folder_date", "val_bpb",
    "seed_results", "seed_source", "hardware", "base_submission", "base_field",
    "all_seeds_disclosure", "wallclock_seconds", "leaderboard", "logs",
)  # fmt: skip
_KEPT_OF_LOG = (
    "file_seed", "seed_in_log", "val_bpb", "metric_label", "val_tokens", "world_size",
    "in_reported_set",
)  # fmt: skip


def all_folders() -> list[Facts] | None:
    """Every public folder in chronological order, or None where they are not at hand."""
    shared = os.environ.get("HOMEGOLF_SHARED")
    top = Path(shared) if shared else _TESTS.parent.parent / "shared" / "data"
    path = top / "parameter-golf" / "submissions.json"
    return _read(path) if path.is_file() else None


def extract() -> list[Facts]:
    """The folders that are kept with the tests."""
    return _read(EXTRACT)


def extract_of(folders: Sequence[Facts], names: Sequence[str]) -> list[dict[str, Any]]:
    """What the extract holds of these folders: the facts that a row is made from, no more."""
    return [
        {name: facts[name] for name in _KEPT}
        | {"logs": [{name: log[name] for name in _KEPT_OF_LOG} for log in facts["logs"]]}
        for facts in folders
        if facts["folder"] in names
    ]


def _read(path: Path) -> list[Facts]:
    folders: list[Facts] = json.loads(path.read_text(encoding="utf-8"))
    return folders

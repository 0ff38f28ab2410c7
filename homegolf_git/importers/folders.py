"""A record folder of parameter-golf as plain facts: what it claims, and what its logs say."""

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any

from homegolf_git.core.model.values import Document, Value, field
from homegolf_git.importers import cells
from homegolf_git.importers.entries import LogFile, Record

_SEED_LINE = re.compile(r"^\s*(?:seed|SEED)\s*[:=]\s*(\d{1,19})\b", re.MULTILINE)
_SEED_NAME = re.compile(r"seed[_-]?(\d{1,19})", re.IGNORECASE)
_SCORE = re.compile(
    r"^\s*([A-Za-z][\w ]{0,60}?) val_loss:([0-9.]{1,20}) val_bpb:([0-9.]{1,20})", re.MULTILINE
)
_BYTES = re.compile(r"^Total submission size[^:\n]{0,60}: ?(\d{1,12}) bytes", re.MULTILINE)
_TOKENS = re.compile(r"\btokens:(\d{1,12})\b")
_WORLD = re.compile(r"\bworld_size[:=]\s*(\d{1,6})")
_TIME = re.compile(r"\btrain_time:(\d{1,10})ms")
_STEP = re.compile(r"^step:(\d{1,9})/\d", re.MULTILINE)
_TEXT_MAX = 8 << 20


class SeedLog(Value, frozen=True):
    """What a log of one run says."""

    name: str
    file_seed: int | None = None  # in its name
    seed: int | None = None  # in its text
    score: float | None = None
    label: str = ""  # what it calls its score
    artifact_bytes: int | None = None
    tokens: int | None = None
    world_size: int | None = None
    train_seconds: float | None = None
    steps: int | None = None
    digest: str = ""
    is_reported: bool = True

    @property
    def its_seed(self) -> int | None:
        """The seed that it is known by."""
        return self.seed if self.file_seed is None else self.file_seed


class Folder(Value, frozen=True):
    """A record folder."""

    record: Record
    name: str
    title: str = ""
    author: str = ""
    day: str | None = None  # UTC
    is_of_record_track: bool | None = None  # None: it does not say
    reported: float | None = None  # the score of the submission
    reported_as: str = ""  # the field that it stands in
    other_scores: Mapping[str, float] = field(default_factory=dict)  # under other names
    runs: tuple[tuple[str, Document], ...] = ()  # by seed, or by seed and version
    disclosed: Mapping[int, float] = field(default_factory=dict)  # all seeds that ran
    logs: tuple[SeedLog, ...] = ()
    hardware: str = ""
    artifact_bytes: int | None = None
    fault: str = ""  # why the submission cannot be read
    path: str = ""  # of the folder in its repository, where that is known


def seed_log(file: LogFile) -> SeedLog:
    """What a log file says of its run; where a fact is there several times the last one counts."""
    text = file.data[-_TEXT_MAX:].decode("utf-8", "replace")
    name = file.name.rpartition("/")[2]
    in_name = _SEED_NAME.search(name)
    scores = _SCORE.findall(text)
    millis = _last(_TIME, text)
    return SeedLog(
        name,
        file_seed=int(in_name[1]) if in_name else None,
        seed=_first(_SEED_LINE, text),
        score=cells.number(scores[-1][2]) if scores else None,
        label=scores[-1][0].strip() if scores else "",
        artifact_bytes=_last(_BYTES, text),
        tokens=_first(_TOKENS, text),
        world_size=_first(_WORLD, text),
        train_seconds=None if millis is None else millis / 1000,
        steps=_last(_STEP, text),
        digest=hashlib.sha256(file.data).hexdigest(),
    )


def _first(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match[1]) if match else None


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.findall(text)
    return int(found[-1]) if found else None


def seed_of(key: str) -> int | None:
    """The seed that a run is named by; `1337#v0` is a version of a script on one seed."""
    seed = key.partition("#")[0]
    return int(seed) if seed.isdecimal() and len(seed) < 20 else None  # noqa: PLR2004 - digits of 64 bits


def from_facts(source: str, line: int, facts: Mapping[str, Any], digest: str) -> Folder:
    """A folder that was extracted already: an entry of a list of submissions."""

    def text(name: str) -> str:
        return cells.clean(str(facts.get(name) or ""))

    day = cells.time_of(text("date_iso") or text("folder_date"))
    runs = mapping_of(facts.get("seed_results"))
    others = {
        name: number
        for name in ("mean_val_bpb", "sliding_val_bpb")
        if (number := number_of(facts.get(name))) is not None
    }
    logs = facts.get("logs")
    named = text("val_bpb_field")
    return Folder(
        Record(source, line, {"sha256": digest}),
        text("folder"),
        text("name"),
        text("github_id") or text("author"),
        day[:10] + "T00:00:00Z" if day else None,
        "non_record" not in text("track"),
        number_of(facts.get("val_bpb")),
        named or "val_bpb",
        others,
        tuple((key, _numbers_of(run)) for key, run in runs.items()),
        disclosed_in(facts.get("all_seeds_disclosure")),
        tuple(_log_of(mapping_of(item)) for item in (logs if isinstance(logs, list) else ())),
        text("hardware"),
        count_of(facts.get("bytes_total")),
        path=text("raw_blob").rpartition("/")[0],
    )


def _log_of(item: Mapping[str, Any]) -> SeedLog:
    return SeedLog(
        str(item.get("path") or "").rpartition("/")[2],
        count_of(item.get("file_seed")), count_of(item.get("seed_in_log")), number_of(item.get("val_bpb")),
        str(item.get("metric_label") or ""), count_of(item.get("artifact_bytes")),
        count_of(item.get("val_tokens")), count_of(item.get("world_size")),
        number_of(item.get("train_time_s")), count_of(item.get("steps")),
        str(item.get("git_blob") or ""), bool(item.get("in_reported_set", True)),
    )  # fmt: skip


# --- JSON values: what is not what it should be is not stated


def mapping_of(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a JSON value
    """A mapping; anything else is an empty one."""
    return value if isinstance(value, Mapping) else {}


def number_of(value: Any) -> float | None:  # noqa: ANN401 - a JSON value
    """A finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # of a whole number with more than 308 digits
        return None
    return number if math.isfinite(number) else None


def count_of(value: Any) -> int | None:  # noqa: ANN401 - a JSON value
    """A whole number of at most 64 bits; None for anything else."""
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return value if is_count and abs(value) < 1 << 64 else None


def disclosed_in(disclosure: Any) -> dict[int, float]:  # noqa: ANN401 - a JSON value
    """The score of each seed that ran, as a submission discloses them."""
    return {
        seed: score
        for name, scores in mapping_of(disclosure).items()
        if re.fullmatch(r"all_\d+_val_bpb", name)
        for key, value in mapping_of(scores).items()
        if (seed := seed_of(key)) is not None and (score := number_of(value)) is not None
    }


def _numbers_of(run: Any) -> Document:  # noqa: ANN401 - a JSON value
    numbers = mapping_of(run).items()
    return {name: value for name, value in numbers if number_of(value) is not None}

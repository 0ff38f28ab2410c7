"""What a cell says: a number, a time, a failure, a name that a row can hold."""

import math
import re
from datetime import UTC, datetime

from homegolf_git.importers.entries import Failure

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:[,_' \u00a0\u202f][0-9]{3})+(?:\.[0-9]+)?")
_DIGITS_MAX = 40
_MISSING = frozenset(
    [
        "-",
        "--",
        "?",
        "n/a",
        "na",
        "nan",
        "none",
        "null",
        "nil",
        "inf",
        "-inf",
        "+inf",
        "infinity",
        "fail",
        "failed",
        "crash",
        "crashed",
        "error",
        "oom",
        "timeout",
        "missing",
        "#n/a",
        "#div/0!",
        "#value!",
    ]
)
_DASHES = frozenset("\u2013\u2014\u2212")
_FAILED = re.compile(
    r"crash|fail|error|oom|out.of.memory|time.?out|timed.out|skip|abort|kill|nan|diverg|invalid_run",
    re.IGNORECASE,
)
# What a failure is called, the likeliest sign first.
_KINDS = (
    ("oom", r"\boom\b|out of memory|cuda out of|memoryerror"),
    ("timeout", r"(?<!or )\b(?:time[sd]? ?-?out|timeout)|wall.?clock (?:cap|limit)"),
    ("infeasible", r"not divisible|does not divide|doesn't divide|does not fit"),
    ("diverged", r"\bnan\b|diverg|non-?finite|loss explod"),
    ("preempted", r"preempt"),
    ("quota", r"\bquota\b"),
    ("missing_input", r"no such file|file not found|missing input"),
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_HEX = re.compile(r"[0-9a-f]{7,64}")
_EPOCH_MIN = 10**9  # seconds, the year 2001; a smaller number is a duration
_MILLIS = 10**11  # an epoch beyond this counts milliseconds: in seconds it would be the year 5138
_NAME_MAX, _DETAIL_MAX = 64, 500


def number(text: str) -> float | None:
    """The finite number that a cell is, thousands separators read; None where it is none."""
    text = text.strip()
    if len(text) > _DIGITS_MAX:
        return None
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[,_' \u00a0\u202f]", "", text)
    elif not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def whole(value: float) -> int | float:
    """A number as a person writes it: 600, not 600.0."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no number."""
    text = text.strip().casefold()
    return not text or text in _MISSING or text in _DASHES


def says_failed(status: str) -> bool:
    """Whether a status is that of a run without a score."""
    return _FAILED.search(status) is not None


def failure(status: str, *said: str) -> Failure:
    """What kind of failure the words of a log tell of."""
    text = clean(" ".join(filter(None, (status, *said))))
    if re.search(r"\bskip", status, re.IGNORECASE):
        return Failure("other", cut(f"skipped: {text}", _DETAIL_MAX), "setup")
    found = (kind for kind, signs in _KINDS if re.search(signs, text, re.IGNORECASE))
    return Failure(next(found, "crash"), cut(text or "no score", _DETAIL_MAX))


def time_of(text: str) -> str | None:
    """The UTC time that a cell is: ISO 8601, or an epoch in seconds or milliseconds."""
    text = text.strip()
    try:
        if (count := number(text)) is not None:
            if count < _EPOCH_MIN:
                return None
            return written(datetime.fromtimestamp(count / 1000 if count > _MILLIS else count, UTC))
        at = datetime.fromisoformat(text)
        return written(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError, OSError):
        return None


def written(at: datetime) -> str:
    """A time as a row has it."""
    at = at.astimezone(UTC)
    fraction = f".{at.microsecond:06}".rstrip("0") if at.microsecond else ""
    return f"{at:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + f"{fraction}Z"


def commit_of(text: str) -> str:
    """The commit that a cell names; empty where it can be none."""
    text = text.strip().casefold()
    return text if _HEX.fullmatch(text) else ""


def clean(text: str) -> str:
    """A cell as text for a row: one line without controls."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text)).strip()


def cut(text: str, length: int) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= length else text[: length - 1] + "…"


def name_of(text: str) -> str:
    """A column as the name of a number in a row; empty where nothing of it can be one."""
    name = re.sub(r"[^a-z0-9_.]+", "_", text.strip().casefold()).strip("_.")
    name = re.sub(r"^[^a-z]+", "", name)
    return name[:_NAME_MAX]

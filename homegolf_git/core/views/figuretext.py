"""Short forms of what is too long, and of a month: the same in every language and on every machine."""

from homegolf_git.core.model.naming import is_time_known

UNKNOWN_TIME = "time unknown"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAME_MAX, _NAME_START, _NAME_END = 48, 26, 21


def cut(text: str, most: int) -> str:
    """A text of at most so many characters; of a longer one the beginning."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def short_name(name: str) -> str:
    """A name of at most 48 characters; of a longer one both ends, where names of a series differ."""
    return name if len(name) <= _NAME_MAX else f"{name[:_NAME_START]}…{name[-_NAME_END:]}"


def day_of(finished_at: str) -> str:
    """The day of a UTC time."""
    return finished_at[:10] if is_time_known(finished_at) else UNKNOWN_TIME


def minute_of(finished_at: str) -> str:
    """The minute of a UTC time."""
    known = is_time_known(finished_at)
    return finished_at[:16].replace("T", " ") if known else UNKNOWN_TIME


def month_name(month: str) -> str:
    """A month as people write it: 2026-03 is Mar 2026."""
    if not is_time_known(month):
        return UNKNOWN_TIME
    return f"{_MONTHS[int(month[5:]) - 1]} {month[:4]}"

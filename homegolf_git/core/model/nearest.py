"""The nearest known name, for advice on a misspelt one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when nothing is close."""
    return next(iter(get_close_matches(name[:100], list(known), n=1, cutoff=0.6)), None)

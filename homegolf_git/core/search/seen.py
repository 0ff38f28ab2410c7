"""Whether an idea has been tried: this very config, or a summary of the same words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from homegolf_git.core.judge.attribution import flatten, same_value
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json, Value


class Idea(Value, frozen=True):
    """What is about to be tried: a config, a revision, words; None where it was not given."""

    config: Mapping[str, Json] | None = None
    revision: str | None = None
    words: str = ""


class Match(Value, frozen=True):
    """A run that tried it, and by what it was known."""

    run_id: RunId
    by: Literal["config", "words"]


def seen(rows: Iterable[Row], idea: Idea) -> Iterator[Match]:
    """The runs that tried an idea, in the order of the rows."""
    wanted = None if idea.config is None else flatten(idea.config)
    words = _words(idea.words)
    for row in rows:
        if _has_config(row, wanted, idea.revision):
            yield Match(row.run_id, "config")
        elif words and _words(row.change_summary) == words:
            yield Match(row.run_id, "words")


def _has_config(row: Row, wanted: Mapping[str, Json] | None, revision: str | None) -> bool:
    if wanted is None and revision is None:
        return False
    stated = row.source.revision
    if revision is not None and (stated is None or not _is_same_revision(stated, revision)):
        return False
    if wanted is None:
        return True
    config = flatten(row.config)
    return config.keys() == wanted.keys() and all(
        same_value(config[key], value) for key, value in wanted.items()
    )


def _is_same_revision(one: str, other: str) -> bool:
    """Whether one is the other, or its beginning."""
    return one.startswith(other) or other.startswith(one)


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted(re.findall(r"[^\W_]+", text.casefold())))

"""What `git log --raw -z` prints, field by field."""

from collections.abc import Iterator

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.model.naming import Oid

Logged = tuple[Oid, list[str], list[PathChange], str]  # a commit: object, parents, changes, message
LAYOUT = "--format=%x01%H %P"
WITH_MESSAGE = f"{LAYOUT}%x00%B"


def parse_log(fields: Iterator[str], *, has_messages: bool = False) -> Iterator[Logged]:
    """Commits of `git log --raw -z` in one of the two layouts."""
    head: list[str] = []
    changes: list[PathChange] = []
    message = ""
    for item in fields:
        text = item.lstrip("\n\0")
        if text.startswith("\x01"):
            if head:
                yield Oid(head[0]), head[1:], changes, message
            line, _, text = text[1:].partition("\n")
            head, changes = line.split(), []
            text = text.lstrip("\n")
            if has_messages:  # a field of its own, whatever it holds
                message = next(fields)
        if text.startswith(":"):
            changes.append(parse_change(text, fields))
    if head:
        yield Oid(head[0]), head[1:], changes, message


def parse_change(text: str, fields: Iterator[str]) -> PathChange:
    """A raw entry; a combined one has a colon, a mode and an object more for each parent."""
    parts = text.lstrip(":").split(" ")
    sides = len(text) - len(text.lstrip(":")) + 1
    return PathChange(parts[-1][-1], parts[sides - 1], Oid(parts[2 * sides - 1]), next(fields))

"""What `git log --raw -z` prints, field by field."""

from collections.abc import Iterator

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.model.naming import Oid


def parse_log(fields: Iterator[str]) -> Iterator[tuple[Oid, list[str], list[PathChange]]]:
    """Commits of `git log --raw -z --format=%x01%H %P`: object, parents and changes."""
    head: list[str] = []
    changes: list[PathChange] = []
    for item in fields:
        text = item.lstrip("\n\0")
        if text.startswith("\x01"):
            if head:
                yield Oid(head[0]), head[1:], changes
            line, _, text = text[1:].partition("\n")
            head, changes = line.split(), []
            text = text.lstrip("\n")
        if text.startswith(":"):
            changes.append(parse_change(text, fields))
    if head:
        yield Oid(head[0]), head[1:], changes


def parse_change(text: str, fields: Iterator[str]) -> PathChange:
    """A raw entry; a combined one has a colon, a mode and an object more for each parent."""
    parts = text.lstrip(":").split(" ")
    sides = len(text) - len(text.lstrip(":")) + 1
    return PathChange(parts[-1][-1], parts[sides - 1], Oid(parts[2 * sides - 1]), next(fields))

"""What an export wrote: text and JSON."""

from collections.abc import Iterator, Mapping

from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views.exportrows import VERSION


class Exported(Value, frozen=True):
    """Where it was written, in which format, and how many lines each table has."""

    output: str
    style: str
    lines: Mapping[str, int]


def text(exported: Exported) -> Iterator[str]:
    """One line."""
    tables = ", ".join(f"{name} {counted(lines, 'line')}" for name, lines in exported.lines.items())
    yield f"{exported.output}: {tables}"


def json(exported: Exported) -> dict[str, Json]:
    """The same for programs."""
    return {
        "schema": VERSION,
        "output": exported.output,
        "format": exported.style,
        "lines": dict(exported.lines),
    }

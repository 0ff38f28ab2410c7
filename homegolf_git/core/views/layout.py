"""What text is laid out from: headings, lines and tables of strings.

Nothing here is escaped; what shows a page escapes the cells for where it shows them.
"""

from collections.abc import Sequence

from homegolf_git.core.model.values import Record, Value, field


class Table(Value, frozen=True):
    """Headers and rows of strings; columns named in `code` hold identifiers."""

    headers: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    code: frozenset[str] = frozenset({"run", "base", "by"})
    is_whole: bool = False  # a narrow terminal cuts no text of it


Block = str | Table  # of an answer's text: a line, or a table


class Section(Record):
    """A heading with lines of text and a table below it."""

    heading: str
    lines: list[str] = field(default_factory=list)
    table: Table | None = None

"""What text is laid out from: headings, lines and tables of strings.

Nothing here is escaped; what shows a page escapes the cells for where it shows them.
"""

from collections.abc import Sequence

from homegolf_git.core.model.values import Record, Value, field


class Table(Value, frozen=True):
    """Headers and rows of strings; columns named in `code` hold identifiers, in `prose` sentences."""

    headers: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    code: frozenset[str] = frozenset({"run", "base", "by"})
    prose: frozenset[str] = frozenset({"verdict", "change", "evidence", "what was tried"})
    is_whole: bool = False  # prose goes on in further lines where it would be cut


class Brief(Value, frozen=True):
    """A line that is cut where it is too long, but never before the last of its identifiers."""

    text: str
    ids: tuple[str, ...] = ()


class Cells(Value, frozen=True):
    """A line for other programs: cells that tabs part, as wide as they are."""

    cells: tuple[str, ...]


def cells(*values: object) -> Cells:
    """Cells of values in their full digits; what there is nothing of is empty."""
    return Cells(tuple("" if value is None else str(value) for value in values))


Block = str | Brief | Cells | Table  # of an answer's text


class Section(Record):
    """A heading with lines of text and a table below it."""

    heading: str
    lines: list[str] = field(default_factory=list)
    table: Table | None = None

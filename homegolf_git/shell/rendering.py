"""Tables as text and as Markdown; the only module that imports tabulate."""

from collections.abc import Callable, Iterator

import tabulate as tabulate_module

from homegolf_git.core.views import fitting, inert
from homegolf_git.core.views.layout import Section, Table

tabulate_module.PRESERVE_WHITESPACE = True
_STACKED_BELOW = 120  # columns of a terminal
_FEW = 3  # columns of a table that a narrow terminal may have room for
_PROSE_LEAST = 24  # columns that a sentence is worth cutting to
_GAP = 2


class _OwnWidths:
    """What tabulate measures cells with: no other package, so that none changes what is shown."""

    wcswidth = staticmethod(fitting.width_of)


def text_table(table: Table, width: int | None = None) -> str:
    """A table in at most `width` columns: sentences are cut or go on, or each row is a block."""
    headers = list(map(inert.plain, table.headers))
    cells = [[inert.plain(cell) for cell in row] for row in table.rows]
    if width is not None and cells:
        found = None
        if width >= _STACKED_BELOW or len(headers) <= _FEW:
            found = _fitted(table, headers, cells, width)
        if found is None:
            blocks = (_stacked(table, headers, row, width) for row in cells)
            return "\n".join(line for block in blocks for line in block)
        cells = found
    # As a row: tabulate makes a column two wider than its header.
    return _render((), [headers, *cells], "plain")


def _fitted(
    table: Table, headers: list[str], cells: list[list[str]], width: int
) -> list[list[str]] | None:
    """Cells whose sentences leave room for the others; None if that is too little for them."""
    columns = zip(headers, *cells, strict=True)
    wanted = [max(map(fitting.width_of, column)) for column in columns]
    prose = [n for n, name in enumerate(table.headers) if name in table.prose]
    others = sum(w for n, w in enumerate(wanted) if n not in prose) + _GAP * (len(wanted) - 1)
    given = fitting.shared([wanted[n] for n in prose], width - others, _PROSE_LEAST)
    if given is None or others + sum(given) > width:
        return None
    rooms = dict(zip(prose, given, strict=True))
    found = [[_within(cell, rooms.get(n), table) for n, cell in enumerate(row)] for row in cells]
    is_kept = all(
        fitting.width_of(line) <= room
        for n, room in rooms.items()
        for row in [headers, *found]
        for line in row[n].split("\n")
    )
    return found if is_kept else None


def _within(cell: str, room: int | None, table: Table) -> str:
    if room is None:
        return cell
    return "\n".join(fitting.wrapped(cell, room, 0)) if table.is_whole else fitting.cut(cell, room)


def _stacked(table: Table, headers: list[str], row: list[str], width: int) -> Iterator[str]:
    """A row as a block: who it is about, then what is short, then each sentence by itself."""
    named = [n for n, name in enumerate(table.headers) if name in table.code] or [0]
    if len(named) == 1:
        yield from fitting.wrapped(row[named[0]], width)
    else:
        for n in named:
            yield from fitting.wrapped(f"{headers[n]} {row[n]}", width, _GAP)
    line = ""
    for n, cell in enumerate(row):
        if n in named or table.headers[n] in table.prose or not cell:
            continue
        pair = f"  {headers[n]} {cell}"
        if line and fitting.width_of(line + pair) > width:
            yield from fitting.wrapped(line, width, 2 * _GAP)
            line = ""
        line += pair
    if line:
        yield from fitting.wrapped(line, width, 2 * _GAP)
    for n, cell in enumerate(row):
        if n not in named and table.headers[n] in table.prose and cell:
            yield from fitting.wrapped(f"  {headers[n]}  {cell}", width, 2 * _GAP)


def markdown_table(table: Table) -> str:
    """A table for a forge, with every cell escaped."""
    escape: list[Callable[[str], str]] = [
        _identifier if header in table.code else inert.markdown for header in table.headers
    ]
    cells = [
        [how(cell) if cell else "" for how, cell in zip(escape, row, strict=True)]
        for row in table.rows
    ]
    return _render(table.headers, cells, "github")


def _identifier(text: str) -> str:
    """An identifier in a code span; words that stand for one (`none yet`) as they are."""
    return inert.markdown(text) if " " in text else inert.code(text)


def markdown_section(section: Section, level: int) -> str:
    """A section: heading, lines and table."""
    parts = ["#" * level + " " + inert.markdown(section.heading)]
    parts += [inert.markdown_line(line) for line in section.lines]
    if section.table is not None:
        parts.append(markdown_table(section.table))
    return "\n\n".join(parts)


def _render(headers: object, cells: list[list[str]], style: str) -> str:
    tabulate_module.wcwidth = _OwnWidths  # type: ignore[attr-defined] # its stubs leave it out
    # Markdown is the same bytes as ever: there nobody sees how wide a cell is.
    tabulate_module.WIDE_CHARS_MODE = style == "plain"
    text: str = tabulate_module.tabulate(
        cells,
        headers=headers,  # type: ignore[arg-type] # a sequence of strings
        tablefmt=style,
        disable_numparse=True,
    )
    return "\n".join(line.rstrip() for line in text.split("\n"))

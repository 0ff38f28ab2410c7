"""Tables as text and as Markdown; the only module that imports tabulate."""

from collections.abc import Callable

import tabulate as tabulate_module

from homegolf_git.core.views import inert
from homegolf_git.core.views.layout import Section, Table

# Cell widths must not depend on whether wcwidth happens to be installed.
tabulate_module.WIDE_CHARS_MODE = False
tabulate_module.PRESERVE_WHITESPACE = True


def text_table(table: Table, width: int | None = None) -> str:
    """A table for a terminal; the last column is cut to fit `width` characters."""
    cells = [[inert.plain(cell) for cell in row] for row in table.rows]
    if width is not None and cells and not table.is_whole:
        columns = list(zip(table.headers, *cells, strict=True))
        used = sum(max(map(len, column)) + 2 for column in columns[:-1])
        room = max(20, width - used)
        for row in cells:
            row[-1] = row[-1] if len(row[-1]) <= room else row[-1][: room - 1] + "…"
    return _render(table.headers, cells, "plain")


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
    text: str = tabulate_module.tabulate(
        cells,
        headers=headers,  # type: ignore[arg-type] # a sequence of strings
        tablefmt=style,
        disable_numparse=True,
    )
    return "\n".join(line.rstrip() for line in text.split("\n"))

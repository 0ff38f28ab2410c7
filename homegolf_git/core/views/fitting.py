"""Lines and cells made to fit a width: how wide a text is, where it may be cut or broken.

A run of letters that could be an identifier is neither cut nor broken.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

_UNIT = re.compile(r"[A-Za-z0-9._-]+|\s|[^A-Za-z0-9._\s-]")
_ID_MOST = 100  # characters of the longest identifier; what is longer is broken anywhere
_LABEL = re.compile(r" *\S+ {2,}| *")  # what a line begins with, and its further lines hang below
_INDENT = 4  # of further lines, where a label is too wide to hang below
_ELLIPSIS = "…"


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0  # it joins the character before it
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _units(text: str) -> Iterator[str]:
    """Pieces between which a text may be broken; marks stay with the character before them."""
    held = ""
    for unit in _UNIT.findall(text):
        for piece in (unit,) if len(unit) <= _ID_MOST else unit:
            if held and width_of(piece):
                yield held
                held = ""
            held += piece
    if held:
        yield held


def cut(text: str, width: int) -> str:
    """A text in at most so many columns; where something was left out it ends with an ellipsis."""
    if width_of(text) <= width:
        return text
    kept, used = "", 0
    for unit in _units(text):
        used += width_of(unit)
        if used >= width:
            break
        kept += unit
    return kept.rstrip() + _ELLIPSIS


def wrapped(text: str, width: int, hang: int | None = None) -> list[str]:
    """A line in lines of at most `width` columns, but for an identifier that is longer.

    Further lines begin `hang` columns in; by default below what follows the line's label.
    """
    if width_of(text) <= width:
        return [text]
    label = _LABEL.match(text)
    begin = label[0] if label else ""
    if hang is None:
        hang = width_of(begin)
        if not begin.strip() or hang > width // 2:
            hang = min(len(begin) - len(begin.lstrip()) + _INDENT, width // 2)
    lines, line, glue = [], begin, ""
    for word in text[len(begin) :].split(" "):
        for piece in [word] if width_of(word) <= width - hang else _units(word):
            if line.strip() and width_of(line + glue + piece) > width:
                lines.append(line.rstrip())
                line, glue = " " * max(0, min(hang, width - width_of(piece))), ""
            line, glue = line + glue + piece, ""
        glue = " " if line.strip() else ""
    return [*lines, line.rstrip()]


def brief(text: str, ids: Iterable[str], width: int) -> list[str]:
    """A line cut to `width` columns, or lines up to the last of its identifiers and what follows."""
    needed = max((text.rfind(name) + len(name) for name in ids if name in text), default=0)
    found = cut(text, width)
    if len(found.removesuffix(_ELLIPSIS)) >= needed:
        return [found]
    lines, letters = wrapped(text, width), len("".join(text[:needed].split()))
    for number, line in enumerate(lines):
        letters -= len("".join(line.split()))
        if letters < 0 and number + 1 < len(lines):  # something stands behind the identifier
            return [*lines[:number], cut(f"{line} {lines[number + 1].strip()}", width)]
    return lines


def shared(widths: Sequence[int], room: int, least: int) -> list[int] | None:
    """How wide each column may be that together have `room`; None if one would get too little.

    A column that needs less than its share leaves the rest to the others; `least` is enough for
    a column that would like to have more.
    """
    found = list(widths)
    open_columns = sorted(range(len(widths)), key=widths.__getitem__)
    for place, column in enumerate(open_columns):
        found[column] = min(widths[column], room // (len(open_columns) - place))
        room -= found[column]
    fits = all(got >= min(wanted, least) for got, wanted in zip(found, widths, strict=True))
    return found if fits else None

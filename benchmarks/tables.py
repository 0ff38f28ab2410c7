"""Where tables of a benchmark go in the documents."""

import itertools
import re
from collections.abc import Iterable, Sequence
from pathlib import Path


def replace_tables(page: Path, mark: str, text: str) -> None:
    """Replace everything behind the mark of a page."""
    head = page.read_text(encoding="utf-8").partition(mark)[0]
    page.write_text(f"{head}{mark}\n\n{text}\n", encoding="utf-8")


def replace_part(page: Path, name: str, text: str) -> None:
    """Replace what stands between the marks `begin` and `end` of a part of a page."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    head, _, rest = page.read_text(encoding="utf-8").partition(begin)
    tail = rest.partition(end)[2]
    page.write_text(f"{head}{begin}\n\n{text}\n\n{end}{tail}", encoding="utf-8")


def read_table(page: Path, head: str, *, under: str = "") -> list[dict[str, str]]:
    """The rows of the first table of a page whose head begins so, below a heading; by their columns."""
    text = page.read_text(encoding="utf-8")
    text = text[text.index(under) :]
    lines = text[text.index(f"\n| {head}") + 1 :].splitlines()
    cells = [
        [re.sub(r"[*`]", "", cell).strip() for cell in line.strip("|").split("|")]
        for line in itertools.takewhile(lambda line: line.startswith("|"), lines)
    ]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def markdown(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)

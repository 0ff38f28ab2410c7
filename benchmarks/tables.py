"""Where tables of a benchmark go in the documents."""

from pathlib import Path


def replace_tables(page: Path, mark: str, text: str) -> None:
    """Replace everything behind the mark of a page."""
    head = page.read_text(encoding="utf-8").partition(mark)[0]
    page.write_text(f"{head}{mark}\n\n{text}\n", encoding="utf-8")

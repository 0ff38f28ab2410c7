"""Every link between the pages leads to a file, and to a heading of it."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGES = [TOP / "README.md", TOP / "CONTRIBUTING.md", *sorted((TOP / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?(?: \"[^\"]*\")?\)")


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """The names that a forge gives to the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", line) for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE))
    return {line.lower().replace(" ", "-") for line in plain}


@pytest.mark.parametrize("page", PAGES, ids=[str(path.relative_to(TOP)) for path in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for place, heading in _LINK.findall(without_code(page.read_text("utf-8"))):
        target = (page.parent / place) if place else page
        if not target.exists() or (heading and heading not in anchors(target)):
            broken.append(f"{place}#{heading}")
    assert broken == []

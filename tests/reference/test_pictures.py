"""Pictures and a page as they were looked at: a change of a byte is seen here, and read."""

import os
from pathlib import Path

import pytest

from homegolf_git.core.views.boardpage import lane_page
from tests.build import Document, failed
from tests.core.boards import board, drawn, search

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pictures"
BLOCKED = [failed(f"try-{n:02}", ("oom", "crash", "quota")[n % 3], knob=n) for n in range(20)]
HIGHER: Document = {"metric": {"name": "val_bpb", "unit": "", "direction": "maximize"}}


def compare(name: str, text: str) -> None:
    path = FIXTURES / name
    if os.environ.get("HOMEGOLF_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_bytes() == text.encode(), (
        f"{name} has changed: run `make golden`, and look at it"
    )


@pytest.mark.parametrize(("name", "rows", "rules"), [
    ("one-row", search(1), {}),
    ("nine-rows", search(9), {}),
    ("sixty-rows", search(60), {"references": [{"name": "naive", "value": 1.19}]}),
    ("many-rows", search(460), {}),
    ("higher-is-better", search(60, best=0.4, falls=0.2), HIGHER),
    ("no-incumbent", BLOCKED, {}),
    ("no-row", [], {}),
])  # fmt: skip
def test_pictures(name: str, rows: list[Document], rules: Document) -> None:
    compare(f"{name}.svg", drawn(*rows, **rules))


def test_a_page() -> None:
    compare("sixty-rows.md", lane_page(board(*search(60)), []) + "\n")

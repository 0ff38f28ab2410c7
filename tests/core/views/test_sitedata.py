"""The rows for the script of a page: columns of one length, harmless as they are."""

import json
from typing import Any

from homegolf_git.core.views.sitedata import data_script, lane_data
from homegolf_git.core.views.siteparts import Runs
from tests.core.boards import board, search
from tests.core.build import BASELINE
from tests.core.ledgers import OPEN, tried
from tests.core.views.build import FULL

NOBODY = Runs(frozenset(), "runs/")


def columns(*events: Any, **rules: Any) -> Any:  # noqa: ANN401 - a JSON value
    return lane_data(board(*events, **rules), NOBODY)["columns"]


def test_a_value_a_row_in_every_column() -> None:
    found = columns(*FULL)
    assert {len(values) for values in found.values()} == {len(FULL)}
    assert found["class"] == [
        "improvement", "noise", "blocked", "improvement", "invalid", "regression"
    ]  # fmt: skip
    assert found["score"][2] is None
    assert found["half"][0] is None
    assert found["half"][1] > 0


def test_titles_and_references_for_the_chart() -> None:
    rules = {"references": [{"name": "naive", "value": 1.2244}]}
    found = lane_data(board(*FULL, **rules), NOBODY)
    assert [title[:2] for title in found["titles"]] == [[1, 1], [4, 4]]  # type: ignore[index, union-attr] # a list of lists
    assert found["references"] == [["naive", 1.2244]]


def test_runs_with_a_page() -> None:
    found = lane_data(board(*FULL), Runs(frozenset({"oom"}), "runs/"))  # type: ignore[arg-type] # a run id
    assert found["columns"]["page"] == [0, 0, 1, 0, 0, 0]  # type: ignore[index, call-overload] # a mapping


def test_it_is_one_call_of_ascii_that_ends_no_script() -> None:
    odd = tried("odd", OPEN, change={"kind": "model", "summary": "</script><b>\u2028\u202e ☃"})
    text = data_script(board(BASELINE, odd), NOBODY)
    assert text.startswith("homegolfData({")
    assert text.endswith("});\n")
    assert text.isascii()
    assert "<" not in text
    assert "\\\\u202e" in text  # shown as an escape
    assert json.loads(text[len("homegolfData(") : -3])["columns"]["run"] == ["baseline", "odd"]


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = search(60)
    assert data_script(board(*rows), NOBODY) == data_script(board(*rows), NOBODY)

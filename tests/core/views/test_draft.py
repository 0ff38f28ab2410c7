"""A drafted row: its text, or the files that hold it."""

from homegolf_git.core.model.values import replace
from homegolf_git.core.views.draft import Drafted, json, text

DRAFTED = Drafted("r-1", "home", "schema: homegolf/run/v1\nrun_id: r-1\n", (), ())


def test_the_row_or_its_files() -> None:
    assert list(text(DRAFTED)) == ["schema: homegolf/run/v1", "run_id: r-1"]
    assert list(text(replace(DRAFTED, written=("a.yaml", "r.json")))) == ["a.yaml", "r.json"]


def test_json() -> None:
    assert json(DRAFTED)["row"] == DRAFTED.row
    assert json(DRAFTED)["written"] == []

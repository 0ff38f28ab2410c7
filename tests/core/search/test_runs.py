"""A lane's runs, sorted out for what looks through all of them."""

from typing import Any

import pytest

from homegolf_git.core.model.values import Json
from homegolf_git.core.search.runs import Runs, items_of, parts_of
from tests.build import Document, failed, run
from tests.core.build import BASELINE, SAME, replay, row
from tests.core.ledgers import tried

UNKNOWN = {"revision": None, "changed_paths": None}


def parts(**facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return parts_of(row(run("r", **facts)))


class TestParts:
    """Everything that makes a config, by name."""

    def test_names(self) -> None:
        found = parts(config={"a": {"b": 1}, "c": [2]}, evaluation={"mode": "full", "split": "val"})
        assert found == {
            "config a.b": 1,
            "config c": [2],
            "revision": "68e46b82",
            "hardware": [["NVIDIA GeForce RTX 4080", 1]],
            "evaluation": ["full", "val", None, None],
        }

    def test_a_revision_that_nobody_knows_is_equal_to_no_other(self) -> None:
        one, other = (parts_of(row(run(name, source=UNKNOWN))) for name in ("one", "two"))
        assert one["revision"] != other["revision"]

    @pytest.mark.parametrize(
        ("one", "other", "is_equal"),
        [
            (1, 1.0, True),
            (1, True, False),
            (0, False, False),
            ([1, {"b": 2.0}], [1.0, {"b": 2}], True),
            ([1], [True], False),
            ({}, None, False),
            ("1", 1, False),
            ([1, 2], [2, 1], False),
        ],
    )
    def test_items_are_equal_where_values_are_equal_as_json(
        self, one: Json, other: Json, is_equal: bool
    ) -> None:
        assert (items_of({"config a": one}) == items_of({"config a": other})) is is_equal


class TestRuns:
    """Views of a lane's rows."""

    def runs(self, *events: Document) -> Runs:
        return Runs(replay(*events)[0])

    def test_the_first_row_of_each_config_that_has_a_score(self) -> None:
        found = self.runs(
            BASELINE, failed("oom", knob=1), run("scored", SAME, knob=1), run("more", [1.1], knob=1),
            run("bad", SAME, knob=2, seeds_run=0),
        )  # fmt: skip
        assert [row.run_id for row, _, _ in found.configs] == ["baseline", "oom"]

    def test_near_is_how_many_parts_a_config_has_beside_those_given(self) -> None:
        both = {"knob": "base", "model": {"a": 1, "b": 1}}
        found = self.runs(BASELINE, tried("one"), run("two", SAME, config=both))
        given = parts_of(row(BASELINE))
        near = [[row.run_id for row, _ in found.near(given, most)] for most in range(3)]
        assert near == [["baseline"], ["baseline", "one"], ["baseline", "one", "two"]]

    def test_rows_whose_scores_count_and_the_same_by_revision(self) -> None:
        found = self.runs(
            BASELINE, failed("oom", knob=1), run("bad", knob=2, seeds_run=0),
            run("other", SAME, knob=3, source=UNKNOWN), run("third", SAME, knob=4),
        )  # fmt: skip
        assert [row.run_id for row in found.counted] == ["baseline", "other", "third"]
        assert {key: [row.run_id for row in rows] for key, rows in found.by_revision.items()} == {
            "68e46b82": ["baseline", "third"],
            None: ["other"],
        }

"""Rules that are changed and changed back."""

from typing import Any

import pytest

from homegolf_git.core.judge.restored import (
    ROWS_MOST,
    restored_findings,
    restored_kinds,
    restored_parts,
)
from homegolf_git.core.model.lane import Lane
from tests.core.build import BASELINE, SAME, lane
from tests.core.ledgers import landed_lane, tried

TIGHT = lane()
LOOSE = lane(decision={"delta_min": 0.0001})
LOOSER = lane(decision={"delta_min": 0.0001}, contract={"train_seconds_max": 900})
RENAMED = lane(title="Another title", references=[{"name": "x", "value": 1}])
ROWS = [tried(f"r{n}", SAME) for n in range(ROWS_MOST + 1)]


def told(*events: Any) -> list[str]:  # noqa: ANN401 - of any kind
    found = list(restored_findings(landed_lane(BASELINE, *events)))
    assert {(item.code, item.severity) for item in found} <= {("rules_taken_back", "warning")}
    return [item.message for item in found]


def test_the_runs_between_are_named() -> None:
    (message,) = told(LOOSE, ROWS[0], ROWS[1], TIGHT)
    assert message.startswith("decision changed in commit ")
    assert message.endswith("; between them r0, r1 landed")


def test_many_runs_are_counted() -> None:
    (message,) = told(LOOSE, *ROWS[:7], TIGHT)
    assert "r0, r1, r2, r3, r4 and 2 more landed" in message


@pytest.mark.parametrize(
    "events",
    [
        (),
        (LOOSE, ROWS[0]),
        (LOOSE, TIGHT),
        (LOOSE, *ROWS, TIGHT),
        (RENAMED, ROWS[0], TIGHT),
        (LOOSE, ROWS[0], LOOSER),
        (LOOSE, ROWS[0], TIGHT, "r0"),
        (TIGHT, ROWS[0], TIGHT),
    ],
    ids=["nothing", "kept", "no row", "many rows", "title", "further", "retracted", "the same"],
)
def test_no_reason_to_look(events: tuple[Any, ...]) -> None:
    assert told(*events) == []


def test_parts_that_return_together_are_one_remark() -> None:
    (message,) = told(LOOSER, ROWS[0], TIGHT)
    assert message.startswith("contract and decision changed")


def test_one_part_may_return_alone() -> None:
    (message,) = told(LOOSER, ROWS[0], LOOSE)
    assert message.startswith("contract changed")


def test_each_time_is_told() -> None:
    assert len(told(LOOSE, ROWS[0], TIGHT, LOOSE, ROWS[1], TIGHT)) == 2


@pytest.mark.parametrize(
    ("between", "after", "parts"),
    [
        (LOOSE, TIGHT, ["decision"]),
        (LOOSER, TIGHT, ["contract", "decision"]),
        (LOOSER, LOOSE, ["contract"]),
        (RENAMED, TIGHT, []),
        (TIGHT, LOOSE, []),
        (lane(needs_promotion_from="h100", promotion={}), TIGHT, ["needs_promotion_from", "promotion"]),
    ],
)  # fmt: skip
def test_parts(between: Lane, after: Lane, parts: list[str]) -> None:
    assert restored_parts(TIGHT, between, after) == parts


def test_kinds_of_shared_receipt_maps() -> None:
    one, other = (
        {"a": {"seed": "/x"}, "b": {"seed": "/y"}},
        {"a": {"seed": "/z"}, "b": {"seed": "/y"}},
    )
    assert restored_kinds(one, other, one) == ["a"]
    assert restored_kinds(one, {}, one) == ["a", "b"]
    assert restored_kinds(one, other, other) == []

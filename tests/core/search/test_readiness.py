"""Whether an incumbent may go up, by the rows alone."""

from homegolf_git.core.model.naming import RunId
from homegolf_git.core.search.readiness import readiness
from tests.build import failed
from tests.core.build import BASELINE, lane, replay
from tests.core.search.test_promotion import TAG, climbed

ABOVE = lane(
    lane="h100", needs_promotion_from="local-cluster", promotion={"max_revision_age_days": 3}
)
LATER = "2026-03-30T00:00:00Z"
MUCH_LATER = "2026-04-30T00:00:00Z"


def test_nobody_is_ready_without_an_incumbent() -> None:
    found = readiness(replay(failed("oom"))[0], replay(rules=ABOVE)[0], LATER, {})
    assert [(item.name, item.is_go) for item in found.items] == [("is_incumbent", False)]
    assert not found.is_go
    assert found.target == "h100"


def test_ready() -> None:
    found = readiness(replay(*climbed())[0], replay(rules=ABOVE)[0], LATER, {})
    assert found.is_go, [item for item in found.items if not item.is_go]


def test_ages_are_those_of_the_latest_row_and_of_no_clock() -> None:
    source = replay(*climbed())[0]
    old = readiness(source, replay(rules=ABOVE)[0], MUCH_LATER, {})
    assert [item.name for item in old.items if not item.is_go] == ["revision_age"]


def test_a_row_that_landed_late_makes_nobody_younger_than_new() -> None:
    found = readiness(replay(BASELINE)[0], replay(rules=ABOVE)[0], "2020-01-01T00:00:00Z", {})
    assert found.as_of == BASELINE["finished_at"]
    (age,) = [item for item in found.items if item.name == "revision_age"]
    assert age.is_go


def test_promotions_that_no_row_names_are_not_told() -> None:
    """A tag that is pushed later would change a committed file otherwise."""
    source, above = replay(*climbed())[0], replay(rules=ABOVE)[0]
    for promoted in ({}, {TAG: RunId("winner")}):
        found = readiness(source, above, LATER, promoted)
        assert "in_flight" not in {item.name for item in found.items}

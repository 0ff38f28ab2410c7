"""Blockers, grouped and settled."""

import pytest

from homegolf_git.core.search.blockers import Blockers, blockers
from homegolf_git.core.views.blockers import blockers_json
from tests.build import Document, failed, run
from tests.core.build import BASELINE, SAME, replay
from tests.core.ledgers import cleared, near


def found_in(*events: Document) -> Blockers:
    return blockers(*replay(*events))


class TestBlockers:
    """Open ones grouped by failure kind and stage; the row that settled each closed one."""

    def test_groups(self) -> None:
        found = found_in(
            BASELINE,
            failed("a", "oom", knob="a", stage="train", finished_at="2026-03-03T00:00:00Z"),
            failed("b", "quota", knob="b", stage="setup"),
            failed("c", "oom", knob="c", stage="train", finished_at="2026-03-01T00:00:00Z"),
            failed("d", "oom", knob="d", stage="export"),
        )
        groups = {(g.failure, g.stage): g for g in found.open_groups}
        assert set(groups) == {("oom", "train"), ("quota", "setup"), ("oom", "export")}
        first = found.open_groups[0]
        assert (first.failure, first.stage, set(first.runs)) == ("oom", "train", {"a", "c"})
        assert (first.first_seen, first.last_seen) == (
            "2026-03-01T00:00:00Z",
            "2026-03-03T00:00:00Z",
        )
        assert found.settled == []

    def test_fractions_of_a_second(self) -> None:
        found = found_in(
            failed("a", knob="a", finished_at="2026-03-01T10:00:00.5Z"),
            failed("b", knob="b", finished_at="2026-03-01T10:00:00Z"),
        ).open_groups[0]
        assert (found.first_seen, found.last_seen) == (
            "2026-03-01T10:00:00Z",
            "2026-03-01T10:00:00.5Z",
        )

    @pytest.mark.parametrize(
        "by",
        [run("by", SAME, knob="else", resolves=["oom"]), run("by", SAME, knob="oom")],
        ids=["resolves", "the same digest"],
    )
    def test_settled(self, by: Document) -> None:
        found = found_in(BASELINE, failed("oom", knob="oom"), failed("other", knob="other"), by)
        assert [(item.run_id, item.settled_by) for item in found.settled] == [("oom", "by")]
        assert (found.settled[0].failure, found.settled[0].stage) == ("oom", "train")
        assert [g.runs for g in found.open_groups] == [("other",)]

    @pytest.mark.parametrize(
        "by",
        [
            run("by", SAME, knob="else", resolves=["oom"], seeds_run=0),
            failed("by", knob="oom"),
            failed("by", "diverged", knob="oom"),
            run("by", SAME, knob="oom", source={"revision": None}),
        ],
        ids=["invalid", "blocked again", "diverged", "another digest"],
    )
    def test_not_settled(self, by: Document) -> None:
        found = found_in(BASELINE, failed("oom", knob="oom"), by)
        assert found.settled == []
        assert "oom" in {run_id for g in found.open_groups for run_id in g.runs}

    def test_neither_diverged_nor_invalid_ones_are_blockers(self) -> None:
        found = found_in(failed("nan", "diverged"), run("bad", seeds_run=0))
        assert (found.open_groups, found.settled) == ([], [])

    def test_a_retracted_blocker_is_none(self) -> None:
        found = blockers(*replay(failed("oom"), retracted=["oom"]))
        assert (found.open_groups, found.settled) == ([], [])

    def test_what_they_cost_the_stop_condition(self) -> None:
        found = found_in(BASELINE, *cleared(10, 10), failed("oom", knob="oom"))
        assert found.p_upper > 0.2 >= found.p_upper_without
        document = blockers_json(found)
        assert document["open"][0]["runs"] == ["oom"]
        assert document["p_upper"] == near(found.p_upper)
        assert document["p_upper_without"] == near(found.p_upper_without)


def test_an_infeasible_idea_is_no_blocker() -> None:
    found = found_in(BASELINE, failed("f", "infeasible"))
    assert (found.open_groups, found.settled) == ([], [])

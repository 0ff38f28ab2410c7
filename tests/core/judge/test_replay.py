"""Judging what landed since is judging everything: any events, stopped and taken up anywhere."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge import replay as replay_module
from homegolf_git.core.judge.ledger import (
    IncumbentChange,
    Judged,
    LandedRetraction,
    LandedRules,
    LaneLedger,
)
from homegolf_git.core.judge.replay import incumbent_changes, judge_lane, verdict_of
from homegolf_git.core.model.naming import Oid, RunId
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import replace
from homegolf_git.core.search.advice import stop_call
from homegolf_git.core.search.deltas import delta_ledger
from tests.build import Document, failed, run
from tests.core.build import BASELINE, SAME, lane
from tests.core.drawn import EVENTS, lane_of
from tests.core.ledgers import BAD_FRESH, BEST, WINNER, landed_lane, tried


def shown(judged: Judged) -> tuple[object, ...]:
    """Everything that a view is made of."""
    state = judged.state
    tables = {
        name: dict(getattr(state, name).items())
        for name in (
            "configs", "receipt_owners", "model_owners", "score_owners", "blocked_configs",
            "settled", "valid",
        )
    }  # fmt: skip
    return (
        list(judged.verdicts), tables, state.tally, list(state.blockers), state.steps,
        state.noise, stop_call(state), delta_ledger(state),
    )  # fmt: skip


def growing(whole: LaneLedger, cuts: list[int]) -> LaneLedger:
    """The same lane, judged each time some more events have landed."""
    events = list(whole.events())
    grown = LaneLedger(rules=whole.rules[:1])
    for position, event in enumerate(events[1:], 1):
        if position in cuts:
            judge_lane(grown)
        if isinstance(event, LandedRules):
            grown.rules.append(event)
        elif isinstance(event, LandedRetraction):
            grown.retractions.append(event)
        else:
            grown.land(event)
    return grown


def changes_by_hand(whole: LaneLedger) -> list[tuple[RunId | None, Oid]]:
    """Incumbents as the fold of each commit alone has them, and the commits that moved them."""
    found: list[tuple[RunId | None, Oid]] = []
    grown, held = LaneLedger(rules=whole.rules[:1]), None
    for event in list(whole.events())[1:]:
        if isinstance(event, LandedRules):
            grown.rules.append(event)
            continue
        if isinstance(event, LandedRow):
            grown.land(event)
        else:
            grown.retractions.append(event)
        now = judge_lane(replace(grown, judged=None)).state.incumbent
        if now != held:
            found.append((now, event.commit))
        held = now
    return found


def moves(changes: Sequence[IncumbentChange]) -> list[tuple[RunId | None, Oid]]:
    return [(change.run_id, change.commit) for change in changes]


def told(*events: Any) -> list[tuple[int, str | None, str, str]]:  # noqa: ANN401
    return [
        (change.number, change.run_id, change.cause, change.cause_run_id)
        for change in incumbent_changes(landed_lane(*events))
    ]


@pytest.fixture(autouse=True)
def _copies_of_short_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_module, "_COPY_EVERY", 2)
    monkeypatch.setattr(replay_module, "_COPIES", 2)


@given(EVENTS, st.lists(st.integers(1, 14)))
def test_a_lane_may_be_judged_as_it_grows(drawn: list[object], cuts: list[int]) -> None:
    whole = lane_of(drawn)
    grown = growing(whole, cuts)
    assert shown(judge_lane(grown)) == shown(judge_lane(whole))


@given(EVENTS, st.lists(st.integers(1, 14)))
def test_changes_of_incumbent_are_those_of_each_commit(
    drawn: list[object], cuts: list[int]
) -> None:
    whole = lane_of(drawn)
    expected = changes_by_hand(whole)
    assert moves(incumbent_changes(whole)) == expected
    assert moves(incumbent_changes(growing(whole, cuts))) == expected


@given(EVENTS)
def test_a_copy_goes_its_own_way(drawn: list[object]) -> None:
    judged = judge_lane(lane_of(drawn))
    before = shown(judged)
    copy = judged.copy()
    copy.state.tally["x"] = 1
    if copy.state.reign is not None:
        copy.state.reign.challengers += 1
        copy.state.reign.window.judged["x"] = 1
    assert shown(judged) == before


class TestChanges:
    """Each change takes the next number, on the commit that caused it."""

    def test_improvements(self) -> None:
        assert told(BASELINE, tried("same", SAME), WINNER, failed("oom"), BEST) == [
            (1, "baseline", "improvement", "baseline"),
            (2, "winner", "improvement", "winner"),
            (3, "best", "improvement", "best"),
        ]

    @pytest.mark.parametrize("events", [(), (failed("oom"),), (run("x", seeds_run=0),)])
    def test_none(self, events: tuple[Document, ...]) -> None:
        assert told(*events) == []

    def test_a_failed_confirmation(self) -> None:
        assert told(BASELINE, WINNER, BAD_FRESH, BEST) == [
            (1, "baseline", "improvement", "baseline"),
            (2, "winner", "improvement", "winner"),
            (3, "baseline", "not_confirmed", "bad"),
            (4, "best", "improvement", "best"),
        ]

    def test_a_retraction_of_the_incumbent(self) -> None:
        ledger = landed_lane(BASELINE, WINNER, "winner")
        found = incumbent_changes(ledger)
        assert told(BASELINE, WINNER, "winner")[2:] == [(3, "baseline", "retraction", "winner")]
        assert found[-1].commit == ledger.retractions[0].commit
        assert found[-1].verdict.reason == "retracted"

    def test_a_retraction_of_what_was_displaced(self) -> None:
        """Without the middle one the last would still have won: nothing changes."""
        assert len(told(BASELINE, WINNER, BEST, "winner")) == 3

    def test_a_retraction_that_lets_another_win(self) -> None:
        close = tried("close", [1.0449, 1.0442, 1.0456], side="system")
        assert told(BASELINE, WINNER, close, "winner")[-1] == (3, "close", "retraction", "winner")

    def test_nobody_left(self) -> None:
        assert told(BASELINE, "baseline") == [
            (1, "baseline", "improvement", "baseline"),
            (2, None, "retraction", "baseline"),
        ]
        assert told(BASELINE, "baseline", WINNER)[2] == (3, "winner", "improvement", "winner")

    @pytest.mark.parametrize(
        "events",
        [
            (BASELINE, failed("oom"), "oom"),
            (BASELINE, tried("same", SAME), "same"),
            (BASELINE, run("x", seeds_run=0), "x"),
            ("winner", BASELINE, WINNER),
            (BASELINE, "gone"),
        ],
        ids=["blocked", "a challenger", "invalid", "before it landed", "no such run"],
    )
    def test_retractions_that_change_nothing(self, events: tuple[Any, ...]) -> None:
        assert told(*events) == [(1, "baseline", "improvement", "baseline")]

    def test_rules_are_those_in_force(self) -> None:
        other = lane(title="Other")
        ledger = landed_lane(BASELINE, other, WINNER)
        told = [change.lane_sha256 for change in incumbent_changes(ledger)]
        assert told == [rules.sha256 for rules in ledger.rules]

    def test_the_last_is_the_incumbent_of_the_fold(self) -> None:
        for events in (
            (BASELINE, WINNER, BAD_FRESH),
            (BASELINE, WINNER, BEST, "best"),
            (BASELINE,),
        ):
            ledger = landed_lane(*events)
            assert incumbent_changes(ledger)[-1].run_id == judge_lane(ledger).state.incumbent


def test_the_verdict_of_a_run() -> None:
    ledger = landed_lane(BASELINE, WINNER)
    assert verdict_of(ledger, RunId("winner")) == judge_lane(ledger).verdicts[1]


class TestStuck:
    """A row that raises cannot count, and the others are judged as if it were not there."""

    ODD = run("odd", metric="other")

    def test_it_is_invalid_and_the_others_are_judged(self) -> None:
        whole = landed_lane(BASELINE, self.ODD, WINNER)
        verdicts = judge_lane(whole).verdicts
        assert [v.name for v in verdicts] == [
            "improvement/baseline", "invalid/unjudged", "improvement/strict",
        ]  # fmt: skip
        assert [v.order for v in verdicts] == [1, 2, 3]
        assert "KeyError ('val_bpb')" in verdicts[1].sentence
        alone = judge_lane(landed_lane(BASELINE, WINNER)).verdicts
        assert replace(verdicts[2], order=2) == alone[1]

    def test_it_may_be_named_as_a_base(self) -> None:
        whole = landed_lane(BASELINE, self.ODD, tried("x", SAME, base="odd"))
        assert judge_lane(whole).verdicts[2].verdict_class == "noise"

    @pytest.mark.parametrize("cuts", [[], [1], [2], [3], [4], [5], [2, 3, 4, 5]])
    @pytest.mark.parametrize("retracted", ["odd", "odd2", "winner", "baseline"])
    def test_wherever_judging_is_taken_up(self, cuts: list[int], retracted: str) -> None:
        other = run("odd2", metric="other")
        whole = landed_lane(BASELINE, self.ODD, WINNER, other, BEST, retracted)
        grown = judge_lane(growing(whole, cuts))
        anew = judge_lane(replace(whole, judged=None))
        assert shown(grown) == shown(anew)
        assert grown.stuck == anew.stuck
        assert changes_by_hand(whole) == [
            (change.run_id, change.commit) for change in incumbent_changes(whole)
        ]

    def test_a_retraction_says_why_it_does_not_count(self) -> None:
        verdicts = judge_lane(landed_lane(BASELINE, self.ODD, "odd")).verdicts
        assert verdicts[1].reasons == ("retracted",)

    @pytest.mark.parametrize("cuts", [[], [3], [4]])
    def test_one_that_a_retraction_frees(self, cuts: list[int]) -> None:
        """Beside an incumbent its gain is beyond all numbers; without one it is a first run."""
        whole = landed_lane(
            BASELINE, run("huge", [1e200], knob="huge"), tried("x", SAME), "baseline"
        )
        assert judge_lane(growing(whole, cuts)).state.incumbent == "huge"
        assert changes_by_hand(whole) == [
            (change.run_id, change.commit) for change in incumbent_changes(whole)
        ]
        assert [change.run_id for change in incumbent_changes(whole)] == ["baseline", "huge"]

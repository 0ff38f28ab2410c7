"""How a title is confirmed where sessions are declared, and what a row without one belongs to."""

from typing import Any

import pytest

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.verdict import Verdict
from tests.build import Document, run
from tests.core.build import lane, replay, row, stats_of
from tests.core.ledgers import around

RULES = lane(decision={"sessions": {"sigma0": 0.0007}, "fresh_seeds": 2})
BASE = [run(f"base-{n}", {n: 1.065 + (n % 3) * 1e-4}, session=f"b{n}") for n in range(9)]
WIN = [run("win", {1: 1.055}, knob=1, session="w")]
FRESH = 1.0552


def fresh(name: str, session: str, score: float = FRESH, seed: int = 50) -> Document:
    return run(name, {seed: score}, knob=1, session=session)


def after(*events: Document) -> tuple[LaneState, list[Verdict]]:
    return replay(*BASE, *WIN, *events, rules=RULES)


def flags_of_next(*events: Document) -> tuple[str, ...]:
    return after(*events, run("next", {70: 1.0551}, knob=2, session="n"))[1][-1].flags


class TestConfirmed:
    """2.6: fresh scores come from rows after the win and from sessions that took no part in it."""

    def test_it_takes_two_sessions(self) -> None:
        one = (fresh("f1", "x"), fresh("f2", "x", seed=51), fresh("f3", "x", seed=52))
        state, verdicts = after(*one)
        assert verdicts[-1].name == "noise/replicate"
        assert "confirmed" not in verdicts[-1].flags
        assert not state.is_confirmed
        state, verdicts = after(*one, fresh("f4", "y", 1.0553, seed=53))
        assert "confirmed" in verdicts[-1].flags
        assert state.is_confirmed

    def test_a_session_of_the_win_is_not_fresh(self) -> None:
        assert after()[0].incumbent == "win"
        state, verdicts = after(fresh("f1", "w"), fresh("f2", "x", seed=51))
        assert "confirmed" not in verdicts[-1].flags
        assert not state.is_confirmed

    def test_until_then_the_reference_is_the_one_that_won(self) -> None:
        assert "reference_selected" in flags_of_next()
        two = (fresh("f1", "x"), fresh("f2", "y", 1.0553, seed=51))
        assert "reference_selected" not in flags_of_next(*two)

    def test_fresh_scores_of_two_sessions_may_take_the_title_away(self) -> None:
        bad = (fresh("f1", "x", 1.0650), fresh("f2", "y", 1.0651, seed=51))
        state, verdicts = after(*bad)
        assert verdicts[-1].name == "noise/not_confirmed"
        assert str(state.incumbent).startswith("base")

    def test_elsewhere_one_session_is_enough(self) -> None:
        rules = lane(decision={"fresh_seeds": 2, "moderate": 6})
        events = (run("base", around(1.065)), run("win", around(1.050), knob=1))
        both = run("f", {50: 1.0502, 51: 1.0501}, knob=1)
        assert "confirmed" in replay(*events, both, rules=rules)[1][-1].flags


class TestSession:
    """2.0: a row without a session belongs to its first device's host and its day, or stands alone."""

    @pytest.mark.parametrize(
        ("fields", "session"),
        [
            ({"session": "mine"}, "mine"),
            ({"hardware": [{"device": "d", "count": 1, "host": "h"}]}, "h/2026-03-28"),
            ({}, "row:r"),
        ],
    )
    def test_which(self, fields: dict[str, Any], session: str) -> None:
        assert row(run("r", **fields)).session == session

    def test_leaving_it_out_gains_nothing(self) -> None:
        rules = lane(decision={"sessions": {"sigma0": 0.0014}})
        rows = [run("b", around(1.065)), run("c", around(1.060), knob=1)]
        stats = stats_of(replay(*rows, rules=rules)[1][-1])
        named = [
            run("b", around(1.065), session="x"), run("c", around(1.060), knob=1, session="y"),
        ]  # fmt: skip
        assert stats == stats_of(replay(*named, rules=rules)[1][-1])


class TestSessionEffect:
    """2.1: every verdict says that sessions differ, where they are not declared and should be."""

    ROWS = tuple(
        run(
            f"r{n}",
            {10 * n + i: 1.06 + (n % 3) * 0.004 + i * 2e-4 for i in range(3)},
            session=f"s{n}",
        )
        for n in range(6)
    )

    def test_it_is_flagged_from_where_it_shows(self) -> None:
        found = replay(*self.ROWS, rules=lane(decision={"moderate": 6}))[1]
        assert "session_effect" not in found[0].flags
        assert "session_effect" in found[-1].flags

    def test_a_lane_that_declares_them_knows(self) -> None:
        rules = lane(decision={"sessions": {"sigma0": 0.003}})
        assert "session_effect" not in replay(*self.ROWS, rules=rules)[1][-1].flags

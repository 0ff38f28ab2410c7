"""Judging what landed since is judging everything: any events, stopped and taken up anywhere."""

from collections.abc import Sequence

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
from homegolf_git.core.judge.replay import incumbent_changes, judge_lane
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import Oid, RunId
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import decode, encode, replace
from homegolf_git.core.search.advice import stop_call
from homegolf_git.core.search.deltas import delta_ledger
from tests.build import Document, failed, run
from tests.core.build import lane
from tests.core.ledgers import landed_lane

SCORES = ([1.2], [1.1, 1.1001], [1.05, 1.0502, 1.0501], [1.15, 1.1501, 1.1502], [1.0499], [1.051])
OTHER_RULES = lane(decision={"delta_min": 0.003})
STOP_RULES = lane(stop={"p_star": 0.3})


def named(number: int, scores: Sequence[float], config: int, kind: int) -> Document:
    """A row of a small world: few configs, so that they are met again."""
    name, seeds = f"run-{number:03d}", range(number * 10, number * 10 + len(scores))
    base = f"run-{number - 1:03d}" if number else None
    if kind == 0:
        return failed("oom" if config % 2 else "diverged", name, base=base, knob=config)
    by_seed = dict(zip(seeds, scores, strict=True))
    return run(name, by_seed, base=base, config={"knob": config, "model": {"x": config % 3}})


ROWS = st.tuples(st.sampled_from(SCORES), st.integers(0, 5), st.integers(0, 5))
EVENTS = st.lists(
    st.one_of(ROWS, ROWS, ROWS, st.integers(0, 30), st.sampled_from([OTHER_RULES, STOP_RULES])),
    max_size=14,
)


def lane_of(drawn: list[object]) -> LaneLedger:
    """A lane from what was drawn: rows, numbers of rows to retract, and rules."""
    events: list[Document | Lane | str] = []
    for number, item in enumerate(drawn):
        if isinstance(item, tuple):
            events.append(named(number, *item))
        elif isinstance(item, int):
            events.append(f"run-{item:03d}")
        elif isinstance(item, Lane):
            events.append(item)
    return landed_lane(*events)


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


def told(changes: Sequence[IncumbentChange]) -> list[tuple[RunId | None, Oid]]:
    return [(change.run_id, change.commit) for change in changes]


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
    assert told(incumbent_changes(whole)) == expected
    assert told(incumbent_changes(growing(whole, cuts))) == expected


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


@given(EVENTS)
def test_values_come_back_from_bytes_as_they_were(drawn: list[object]) -> None:
    """Types too: a 600 that came back as 600.0 would show."""
    judged = judge_lane(lane_of(drawn))
    for values in (list(judged.verdicts), list(judged.state.configs.values()), judged.state.steps):
        for value in values:
            assert repr(decode(type(value), encode(value))) == repr(value)
    for event in lane_of(drawn).events():
        assert repr(decode(type(event), encode(event))) == repr(event)

"""What the fold makes of a lane's events: verdicts, and the changes of incumbent."""

from collections.abc import Collection

from homegolf_git.core.judge.fold import change_rules, step
from homegolf_git.core.judge.ledger import (
    Cause,
    Events,
    FoldedRows,
    IncumbentChange,
    Judged,
    LandedRules,
    LaneLedger,
)
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import (
    Oid,
    RunId,
)
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.stored import StoredSeries
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Verdict

_COPY_EVERY = 100  # rows; the lane's judgement as it stood then is at hand for a while
_COPIES = 4


def judge_lane(lane: LaneLedger) -> Judged:
    """Judge what has not been judged yet; retractions count from the first row on."""
    if lane.judged is None:
        lane.judged = _judge_all(lane)
    elif lane.judged.events != lane.counts:
        lane.judged = _judge_more(lane, lane.judged)
    return lane.judged


def _judge_all(lane: LaneLedger) -> Judged:
    """Fold a lane's events, with every retraction among them from the first row on.

    Where there is none, the changes of incumbent are those of this one pass.
    """
    judged = _nothing_judged(lane)
    _judge_up_to(lane, judged, lane.counts, lane.retracted)
    if lane.retractions:
        judged.changes = None
    return judged


def _nothing_judged(lane: LaneLedger) -> Judged:
    state = LaneState(lane.rules[0].lane, FoldedRows(lane))
    return Judged(state, StoredSeries(), StoredSeries(), events=(1, 0, 0))


def _judge_up_to(
    lane: LaneLedger, judged: Judged, stop: Events, retracted: Collection[RunId]
) -> None:
    """Judge what lies between; which rows are retracted is said, whatever lands there."""
    rules = lane.rules[judged.events[0] - 1]
    for event in lane.events(judged.events, stop):
        if isinstance(event, LandedRules):
            rules = event
            change_rules(judged.state, event.lane)
        elif isinstance(event, LandedRow):
            _judge_row(judged, event, rules, retracted)
    judged.events = stop


def _judge_row(
    judged: Judged, landed: LandedRow, rules: LandedRules, retracted: Collection[RunId]
) -> None:
    before, run_id = judged.state.incumbent, landed.row.run_id
    verdict = step(judged.state, landed, is_retracted=run_id in retracted)
    judged.verdicts.append(verdict)
    if judged.state.incumbent != before:
        _note_change(judged, verdict, landed.commit, rules)


def _judge_more(lane: LaneLedger, judged: Judged) -> Judged:
    """Judge what landed behind the rest, one event after the other.

    A retraction of a judged row judges it and all behind it anew, from where the lane stood a few
    hundred rows before if the row is as young as that, else from the first row on.
    """
    n_rules, n_retractions, n_rows = judged.events
    rules = lane.rules[n_rules - 1]
    retracted = {landed.retraction.run_id for landed in lane.retractions[:n_retractions]}
    before: list[Judged] = []
    for event in lane.events(judged.events):
        if isinstance(event, LandedRules):
            rules, n_rules = event, n_rules + 1
            change_rules(judged.state, event.lane)
        elif isinstance(event, LandedRow):
            _judge_row(judged, event, rules, retracted)
            n_rows += 1
            if n_rows % _COPY_EVERY == 0:
                judged.events = n_rules, n_retractions, n_rows
                before = [*before[1 - _COPIES :], judged.copy()]
        else:
            n_retractions += 1
            run_id = event.retraction.run_id
            retracted.add(run_id)
            number = lane.numbers.get(run_id)
            if number is not None and number < n_rows:
                held, changes = judged.state.incumbent, judged.changes
                before = [copy for copy in before if copy.events[2] <= number]
                judged = before[-1].copy() if before else _nothing_judged(lane)
                judged.changes = None
                _judge_up_to(lane, judged, (n_rules, n_retractions, n_rows), retracted)
                judged.changes = changes
                before = before or [judged.copy()]
                if judged.state.incumbent != held:
                    _note_change(judged, judged.verdicts[number], event.commit, rules)
    judged.events = lane.counts
    return judged


def _note_change(judged: Judged, verdict: Verdict, commit: Oid, rules: LandedRules) -> None:
    if judged.changes is None:
        return
    cause: Cause = "improvement"
    if verdict.reason in ("not_confirmed", "retracted"):
        cause = "retraction" if verdict.reason == "retracted" else "not_confirmed"
    number, run_id = len(judged.changes) + 1, judged.state.incumbent
    judged.changes.append(
        IncumbentChange(number, run_id, cause, verdict.run_id, commit, verdict, rules.sha256)
    )


def incumbent_changes(lane: LaneLedger) -> StoredSeries[IncumbentChange]:
    """Every change of incumbent, each as the fold of its own commit has it.

    A retraction judges the rows before it anew, so here, unlike in `judge_lane`, it counts from the
    commit that landed it.
    """
    judged = judge_lane(lane)
    if judged.changes is None:
        judged.changes = _walk(lane)
    return judged.changes


def _walk(lane: LaneLedger) -> StoredSeries[IncumbentChange]:
    """Land the lane's events again one by one."""
    return incumbent_changes(replace(lane, judged=_nothing_judged(lane)))


def verdict_of(lane: LaneLedger, run_id: RunId) -> Verdict:
    """The verdict of a run whose row has landed here and can be read."""
    return judge_lane(lane).verdicts[lane.numbers[run_id]]

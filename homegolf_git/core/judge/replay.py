"""What the fold makes of a lane's events: verdicts, and the changes of incumbent."""

from collections.abc import Collection, Mapping

from homegolf_git.core.judge.foldedrows import FoldedRows
from homegolf_git.core.judge.ledger import (
    Cause,
    Events,
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
from homegolf_git.core.model.verdict import Verdict

_COPY_EVERY = 100  # rows; the lane's judgement as it stood then is at hand for a while
_COPIES = 4


class _StuckError(Exception):
    """A run that cannot be judged while so many others are retracted, and what was raised."""

    def __init__(self, run_id: RunId, text: str, n_retracted: int) -> None:
        super().__init__(text)
        self.run_id, self.text, self.n_retracted = run_id, text, n_retracted


def judge_lane(lane: LaneLedger) -> Judged:
    """Judge what has not been judged yet; retractions count from the first row on.

    A run whose judging raises cannot count, and rules under which it would are not put in force: a
    file that landed stops nobody from judging the others.
    """
    if lane.judged is None:
        lane.judged = _judge_all(lane)
    elif lane.judged.events != lane.counts:
        lane.judged = _judge_on(lane, lane.judged)
    return lane.judged


def _judge_all(lane: LaneLedger) -> Judged:
    """Fold a lane's events, with every retraction among them from the first row on.

    Where there is none, the changes of incumbent are those of this one pass. Each run that cannot
    be judged takes a pass of its own, because what was judged of it halfway is of no use.
    """
    stuck: dict[RunId, str] = {}
    while True:
        judged = _nothing_judged(lane, stuck)
        try:
            _judge_up_to(lane, judged, lane.counts, lane.retracted)
        except _StuckError as error:
            stuck = {**stuck, error.run_id: error.text}
            continue
        if lane.retractions:
            judged.changes = None
        return judged


def _judge_on(lane: LaneLedger, judged: Judged) -> Judged:
    """Judge what landed behind the rest; all of it anew where it may free a run that was stuck."""
    if judged.stuck and judged.events[1] != lane.counts[1]:
        return _judge_all(lane)
    try:
        return _judge_more(lane, judged, {})
    except _StuckError:
        return _judge_all(lane)


def _nothing_judged(lane: LaneLedger, stuck: Mapping[RunId, str]) -> Judged:
    state = LaneState(lane.rules[0].lane, FoldedRows(lane))
    return Judged(state, StoredSeries(), StoredSeries(), events=(1, 0, 0), stuck=dict(stuck))


def _judge_up_to(
    lane: LaneLedger, judged: Judged, stop: Events, retracted: Collection[RunId]
) -> None:
    """Judge what lies between; which rows are retracted is said, whatever lands there."""
    n_rules = judged.events[0]
    rules = _in_force(lane, judged, n_rules)
    for event in lane.events(judged.events, stop):
        if isinstance(event, LandedRules):
            rules = _take_rules(judged, n_rules, event, rules)
            n_rules += 1
        elif isinstance(event, LandedRow):
            _judge_row(judged, event, rules, retracted)
    judged.events = stop


def _in_force(lane: LaneLedger, judged: Judged, n_rules: int) -> LandedRules:
    """The latest of so many rules that could be judged by."""
    return next(lane.rules[n] for n in reversed(range(n_rules)) if n not in judged.unusable)


def _take_rules(
    judged: Judged, number: int, landed: LandedRules, before: LandedRules
) -> LandedRules:
    """Put rules in force; those by which nothing can be judged leave the ones before them there."""
    from homegolf_git.core.judge.fold import change_rules  # noqa: PLC0415 - where something landed
    from homegolf_git.core.judge.rehearsal import fault_of  # noqa: PLC0415 - as above

    fault = fault_of(judged.state, landed.lane)
    if fault:
        judged.unusable[number] = fault
        return before
    change_rules(judged.state, landed.lane)
    return landed


def _judge_row(
    judged: Judged, landed: LandedRow, rules: LandedRules, retracted: Collection[RunId]
) -> None:
    from homegolf_git.core.judge.fold import step, unjudged  # noqa: PLC0415 - as above

    before, run_id = judged.state.incumbent, landed.row.run_id
    is_retracted, fault = run_id in retracted, judged.stuck.get(run_id)
    if fault is not None:
        verdict = unjudged(judged.state, landed, fault, is_retracted=is_retracted)
        judged.verdicts.append(verdict)
        return
    try:
        verdict = step(judged.state, landed, is_retracted=is_retracted)
    except Exception as error:
        from homegolf_git.core.judge.rehearsal import raised  # noqa: PLC0415 - as above

        raise _StuckError(run_id, raised(error), len(retracted)) from error
    judged.verdicts.append(verdict)
    if judged.state.incumbent != before:
        _note_change(judged, verdict, landed.commit, rules)


def _judge_more(
    lane: LaneLedger, judged: Judged, stuck: Mapping[int, Mapping[RunId, str]]
) -> Judged:
    """Judge what landed behind the rest, one event after the other.

    `stuck` are runs that are known not to be judged, by how many others are retracted then.

    A retraction of a judged row judges it and all behind it anew, from where the lane stood a few
    hundred rows before if the row is as young as that, else from the first row on.
    """
    n_rules, n_retractions, n_rows = judged.events
    rules = _in_force(lane, judged, n_rules)
    retracted = {landed.retraction.run_id for landed in lane.retractions[:n_retractions]}
    before: list[Judged] = []
    for event in lane.events(judged.events):
        if isinstance(event, LandedRules):
            rules = _take_rules(judged, n_rules, event, rules)
            n_rules += 1
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
                judged = before[-1].copy() if before else _nothing_judged(lane, {})
                judged.changes, judged.stuck = None, dict(stuck.get(len(retracted), {}))
                _judge_up_to(lane, judged, (n_rules, n_retractions, n_rows), retracted)
                judged.changes = changes
                rules = _in_force(lane, judged, n_rules)
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
    stuck: dict[int, dict[RunId, str]] = {}
    while True:
        try:
            changes = _judge_more(lane, _nothing_judged(lane, stuck.get(0, {})), stuck).changes
        except _StuckError as error:
            stuck.setdefault(error.n_retracted, {})[error.run_id] = error.text
            continue
        assert changes is not None  # noqa: S101 - it began with some
        return changes


def rules_in_force(lane: LaneLedger) -> list[LandedRules]:
    """The rules that rows were judged by, one after the other."""
    unusable = judge_lane(lane).unusable
    return [rules for number, rules in enumerate(lane.rules) if number not in unusable]


def verdict_of(lane: LaneLedger, run_id: RunId) -> Verdict:
    """The verdict of a run whose row has landed here and can be read."""
    return judge_lane(lane).verdicts[lane.numbers[run_id]]

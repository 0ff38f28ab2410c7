"""Rules tried before they bind: what cannot be computed with is found here, and not by every reader."""

import json
from datetime import UTC, datetime

from homegolf_git.core.judge.ledger import LandedRules, LaneLedger
from homegolf_git.core.judge.rehearsal import fault_of, opened, raised, rehearsed
from homegolf_git.core.judge.replay import incumbent_changes, judge_lane
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.actions import first_action
from homegolf_git.core.search.advice import stop_call
from homegolf_git.core.search.blockers import open_groups
from homegolf_git.core.search.chart import chart_of
from homegolf_git.core.search.deltas import delta_ledger
from homegolf_git.core.search.promotion import Candidate, checklist
from homegolf_git.core.search.transfer import transfer
from homegolf_git.core.views.boardpage import lane_page
from homegolf_git.core.views.picture import picture
from homegolf_git.core.views.scoreboard import Board, scoreboard_json, subject_of
from homegolf_git.receipts import ReceiptError, read_receipt

_NOW = datetime(2026, 3, 2, tzinfo=UTC)  # a day behind the rehearsed runs


def rules_fault(rules: Lane) -> str:
    """What raises when runs of every kind are judged by these rules and shown; empty: nothing."""
    try:
        _read_reports(rules)
        for tried in (rules, opened(rules)):
            if fault := _judge(tried):
                return fault
    except Exception as error:  # noqa: BLE001 - whatever it is, every command would meet it
        return f"trying them raises {raised(error)}"
    return ""


def fault_behind(lane: LaneLedger, rules: Lane) -> str:
    """The same, and what raises when such runs land behind a lane's rows."""
    return rules_fault(rules) or fault_of(judge_lane(lane).state, rules)


def _judge(rules: Lane) -> str:
    lane = LaneLedger(rules=[LandedRules(rules, "", 0)])
    for name, landed in rehearsed(rules):
        lane.land(landed)
        judged = judge_lane(lane)
        for fault in judged.stuck.values():
            return f"judging {name} run raises {fault}"
        stop_call(judged.state).plan()
    _show(lane)
    return ""


def _show(lane: LaneLedger) -> None:
    judged, rules = judge_lane(lane), lane.current
    state = judged.state
    changes, deltas = incumbent_changes(lane), delta_ledger(state)
    stop = stop_call(state)
    board = Board(
        rules.lane.lane, rules, judged, changes, stop, deltas, chart_of(judged),
        open_groups(state), [], first_action(state, stop.plateau, tuple),
    )  # fmt: skip
    lane_page(board, [])
    picture(subject_of(board))
    scoreboard_json(board)
    transfer(state, state, {})
    if state.incumbent is not None:
        checklist(Candidate(state.incumbent, state, state, {}, _NOW))


def _read_reports(rules: Lane) -> None:
    for kind, fields in rules.receipt_maps.items():
        report: dict[str, Json] = {}
        for pointer in fields.values():
            _put(report, pointer.split("/")[1:])
        for data in (report, {}):
            try:
                read_receipt(kind, json.dumps(data).encode(), rules.receipt_maps)
            except ReceiptError:
                continue


def _put(report: dict[str, Json], tokens: list[str]) -> None:
    """A number where a pointer leads, unless another one leads through there."""
    *folders, last = [token.replace("~1", "/").replace("~0", "~") for token in tokens]
    for folder in folders:
        inner = report.setdefault(folder, {})
        if not isinstance(inner, dict):
            return
        report = inner
    report.setdefault(last, 1)

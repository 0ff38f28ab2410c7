"""`homegolf backtest`: what other rules would have said. Reads only."""

from pathlib import Path

from homegolf_git.commands.common import one_lane, open_ledger, setting
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.findings import finding, has_errors
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId, lane_path
from homegolf_git.core.model.values import Json, replace
from homegolf_git.core.search.backtest import backtest as run_backtest
from homegolf_git.core.views import backtest as view
from homegolf_git.errors import refused, usage_error
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.documents import read_lane
from homegolf_git.shell.files.worktree import read_file
from homegolf_git.shell.reading.rulecheck import fault_behind
from homegolf_git.shell.reporters import Answer


def backtest(
    workspace: Workspace, lane: str | None, settings: list[str], lane_file: Path | None
) -> Answer[view.Tried]:
    """Judge a lane's history by other rules and list what would have differed."""
    ledger = open_ledger(workspace)
    name = one_lane(ledger, lane)
    rules = _rules(workspace, ledger, name, settings, lane_file)
    tried = view.Tried(name, settings, run_backtest(ledger.lanes[name], rules))
    return Answer(tried, view.text, view.json)


def _rules(
    workspace: Workspace, ledger: Ledger, name: LaneId, settings: list[str], lane_file: Path | None
) -> Lane:
    """The rules to try: those of a file, or those in force, with what is set differently."""
    data = _lane_text(workspace, ledger, name) if lane_file is None else read_file(lane_file)
    where = str(lane_file or lane_path(name))
    document = rowyaml.load(data, where)
    if has_errors(document.findings) or not isinstance(document.value, dict):
        raise refused(*document.findings)
    for text in settings:
        _set(document.value, text)
    rules, found = read_lane(rowyaml.dump(document.value).encode(), where, name)
    if rules is None:
        raise refused(*found)
    held = ledger.lanes[name]
    rules = replace(rules, shared_receipts=ledger.receipt_maps)
    metric = held.current.lane.metric
    if not held.keeps_metric(rules):
        was, now = metric.name, rules.metric.name
        if was == now:
            was, now = metric.direction, rules.metric.direction
        message = f"the rows hold {was}, not {now}"
        raise refused(finding("metric_changed", message, where))
    if fault := fault_behind(held, rules):
        raise refused(finding("unusable_rules", fault, where))
    return rules


def _lane_text(workspace: Workspace, ledger: Ledger, lane: LaneId) -> bytes:
    """The lane file in force, which HEAD may not have any more."""
    blob = ledger.lanes[lane].current.blob
    return workspace.repo().blobs([blob])[blob]


def _set(document: dict[str, Json], text: str) -> None:
    """Put `a.b=VALUE` into a document."""
    key, value = setting(text)
    *folders, last = key.split(".")
    place = document
    for folder in folders:
        inner = place.setdefault(folder, {})
        if not isinstance(inner, dict):
            raise usage_error(f"{folder} of {key} is no mapping")
        place = inner
    place[last] = value

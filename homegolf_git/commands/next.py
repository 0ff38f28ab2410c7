"""`homegolf next`: what the next hours are best spent on."""

from homegolf_git.commands.common import one_lane, open_ledger
from homegolf_git.commands.promote import promotable
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.values import Value
from homegolf_git.core.search.actions import next_actions, within
from homegolf_git.core.search.prospects import SECONDS_PER_HOUR
from homegolf_git.core.views import next as view
from homegolf_git.errors import Exit
from homegolf_git.shell.reporters import Answer


class Budget(Value, frozen=True):
    """How much there is to spend: runs, or device-hours; without either all actions are told."""

    runs: int | None = None
    hours: float | None = None


def next_runs(
    workspace: Workspace, lane: str | None, budget: Budget, *, settles: bool
) -> Answer[view.Advice]:
    """The actions for a lane, first things first; exit 10 when it is time to stop."""
    ledger = open_ledger(workspace)
    name = one_lane(ledger, lane)
    state = judge_lane(ledger.lanes[name]).state
    actions = next_actions(
        state, settles=settles, promotable=lambda: promotable(workspace, ledger, name)
    )
    runs = float("inf") if budget.runs is None else float(budget.runs)
    each = state.seconds_per_run
    if budget.hours is not None and each:
        runs = min(runs, budget.hours * SECONDS_PER_HOUR // each)
    if runs != float("inf"):
        actions = within(actions, runs)
    is_over = any(action.action == "stop" for action in actions)
    code = Exit.PLATEAUED if is_over else Exit.OK
    return Answer(view.Advice(name, actions), view.text, view.json, code, plain=view.plain)

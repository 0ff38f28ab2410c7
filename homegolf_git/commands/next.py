"""`homegolf next`: what the next hours are best spent on."""

from datetime import UTC, datetime

from homegolf_git.commands.common import one_lane, open_ledger
from homegolf_git.commands.promote import candidate_for
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.naming import LaneId, RunId
from homegolf_git.core.model.values import Value
from homegolf_git.core.search.actions import next_actions, within
from homegolf_git.core.search.advice import seconds_per_run
from homegolf_git.core.search.promotion import checklist
from homegolf_git.core.search.prospects import SECONDS_PER_HOUR
from homegolf_git.core.views import next as view
from homegolf_git.errors import Exit
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reporters import Answer


class Budget(Value, frozen=True):
    """How much there is to spend: runs, or device-hours; without either all actions are told."""

    runs: int | None = None
    hours: float | None = None


def next_runs(
    workspace: Workspace, lane: str | None, budget: Budget, *, settles: bool
) -> Answer[view.Advice]:
    """The actions for a lane, first things first; exit 10 when it is time to stop."""
    repo, ledger = workspace.repo(), open_ledger(workspace)
    name = one_lane(ledger, lane)
    state = judge_lane(ledger.lanes[name]).state
    actions = next_actions(
        state, settles=settles, promotable=_promotable(repo, ledger, name, state.incumbent)
    )
    runs = float("inf") if budget.runs is None else float(budget.runs)
    each = seconds_per_run(state)
    if budget.hours is not None and each:
        runs = min(runs, budget.hours * SECONDS_PER_HOUR // each)
    if runs != float("inf"):
        actions = within(actions, runs)
    is_over = any(action.action == "stop" for action in actions)
    code = Exit.PLATEAUED if is_over else Exit.OK
    return Answer(view.Advice(name, actions), view.text, view.json, code)


def _promotable(
    repo: GitRepo, ledger: Ledger, name: LaneId, incumbent: RunId | None
) -> list[LaneId]:
    """Lanes above whose checklist the incumbent passes, and that it was not promoted to before."""
    if incumbent is None:
        return []
    found = []
    for above, lane in ledger.lanes.items():
        if lane.current.lane.needs_promotion_from != name:
            continue
        candidate, _ = candidate_for(repo, ledger, incumbent, name, above, datetime.now(UTC))
        is_new = incumbent not in candidate.promoted.values()
        if is_new and all(item.is_go for item in checklist(candidate)):
            found.append(above)
    return found

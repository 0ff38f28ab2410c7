"""One lane with a row of every kind, for what shows it."""

from typing import Any

from homegolf_git.core.judge.ledger import Judged, LaneLedger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.search.actions import first_action
from homegolf_git.core.search.plateau import plateau
from homegolf_git.core.views.status import LaneStatus
from tests.build import failed, run
from tests.core.build import BASELINE, MUCH_WORSE, SAME, lane
from tests.core.ledgers import LEAD, WINNER, landed_lane, tried

NAME = LaneId("local-cluster")
METRIC = lane().metric
FULL = (
    BASELINE,
    tried("lead", LEAD),
    failed("oom", knob="oom", stage="export"),
    WINNER,
    run("bad", SAME, knob="bad", seeds_run=0),
    tried("worse", MUCH_WORSE, side="system", base="winner"),
)


def judged(*events: Any, **rules: Any) -> tuple[LaneLedger, Judged]:  # noqa: ANN401
    ledger = landed_lane(*events, rules=lane(**rules))
    return ledger, judge_lane(ledger)


def status_of(*events: Any, **rules: Any) -> LaneStatus:  # noqa: ANN401
    """A lane as of its last row."""
    ledger, found = judged(*events, **rules)
    stop = plateau(found.state)
    return LaneStatus(NAME, ledger.current, found, stop, first_action(found.state, stop, tuple))

"""Pages of the site in few words."""

from typing import Any

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.naming import Oid, RunId
from homegolf_git.core.views.explain import Explained
from homegolf_git.core.views.sitelane import LanePage, lane_page
from homegolf_git.core.views.siteparts import Runs
from homegolf_git.core.views.siterun import RunPage, run_page
from homegolf_git.shell.generated import board_of
from tests.build import Document
from tests.core.build import lane
from tests.core.ledgers import landed_lane
from tests.core.views.build import NAME


def page_of_lane(*events: Any, **rules: Any) -> LanePage:  # noqa: ANN401 - as `landed_lane` takes them
    """A lane's page, on which every run has one of its own."""
    ledger = landed_lane(*events, rules=lane(**rules))
    board = board_of(NAME, Ledger(Oid("0" * 40), (NAME,), {NAME: ledger}), {})
    return lane_page(board, Runs(frozenset(ledger.numbers), "runs/"))


def page_of_run(run_id: str, *events: Any, **rules: Any) -> RunPage:  # noqa: ANN401 - as above
    """The page of one of a lane's runs."""
    ledger = landed_lane(*events, rules=lane(**rules))
    judged = judge_lane(ledger)
    number = ledger.numbers[RunId(run_id)]
    landed = ledger.rows[number]
    gone = {item.retraction.run_id: item.retraction for item in ledger.retractions}
    found = Explained(
        judged.verdicts[number], landed, ledger.rules_of(landed), gone.get(RunId(run_id)),
        judged.state.settled.get(RunId(run_id)),
    )  # fmt: skip
    document: Document = next(
        event for event in events if isinstance(event, dict) and event["run_id"] == run_id
    )
    runs = Runs(frozenset(ledger.numbers), "")
    return run_page(found, document, judged.state, runs, (None, None))

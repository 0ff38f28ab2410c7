"""A ledger as values: lanes in their order, and what landed in them."""

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.naming import LaneId, Oid
from tests.core.build import BASELINE, lane
from tests.core.ledgers import WINNER, landed_lane


class TestLedger:
    """Lanes in the ladder's order, and events in the order of landing."""

    def test_lane_order(self) -> None:
        ladder = (LaneId("b"), LaneId("gone"), LaneId("a"))
        lanes = {LaneId(name): landed_lane() for name in ("z", "a", "b", "c")}
        assert Ledger(Oid("0"), ladder, lanes).lane_order() == ["b", "a", "c", "z"]

    def test_events(self) -> None:
        ledger = landed_lane(BASELINE, lane(), WINNER, "winner")
        assert [event.position for event in ledger.events()] == [0, 1, 2, 3, 4]
        assert ledger.current is ledger.rules[-1]
        assert ledger.retracted == {"winner"}

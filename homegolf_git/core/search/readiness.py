"""Whether a lane's incumbent may go up, as the rows alone tell it: no clock, and no tag without a run."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import LaneId, RunId, time_key
from homegolf_git.core.model.values import Value
from homegolf_git.core.search.promotion import Candidate, Item, checklist

_OF_TAGS = "in_flight"  # promotions that no run has named yet are known by their tags alone


class Readiness(Value, frozen=True):
    """The checklist of a lane's incumbent for one lane above, as of a time (UTC)."""

    target: LaneId
    as_of: str
    items: Sequence[Item]

    @property
    def is_go(self) -> bool:
        """Whether every item is go."""
        return all(item.is_go for item in self.items)


def readiness(
    source: LaneState,
    target: LaneState,
    as_of: str,
    promoted: Mapping[str, RunId],
) -> Readiness:
    """Try a lane's incumbent for the lane above, on the day of the latest row.

    Args:
        source: the lane below.
        target: the lane above, which has a promotion block.
        as_of: when the latest row of the lane below finished.
        promoted: promotions to the target that its rows rest on, by tag.
    """
    held = source.incumbent
    row = None if held is None else source.rows[held]
    latest = as_of if row is None else max(as_of, row.finished_at, key=time_key)
    now = datetime.fromisoformat(latest)
    found = checklist(Candidate(held or RunId(""), source, target, promoted, now))
    items = [item for item in found if item.name != _OF_TAGS]
    return Readiness(target.rules.lane, latest, items)

"""Blocked runs: their JSON and their text."""

from homegolf_git.core.model.figures import figure
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.blockers import Blockers


def blockers_json(found: Blockers) -> dict[str, Json]:
    """A lane's blockers."""
    return {
        "open": [
            {
                "failure": group.failure,
                "stage": group.stage,
                "runs": list(group.runs),
                "first_seen": group.first_seen,
                "last_seen": group.last_seen,
            }
            for group in found.open_groups
        ],
        "settled": [
            {
                "run_id": item.run_id,
                "failure": item.failure,
                "stage": item.stage,
                "settled_by": item.settled_by,
            }
            for item in found.settled
        ],
        "p_upper": figure(found.p_upper),
        "p_upper_without": figure(found.p_upper_without),
    }

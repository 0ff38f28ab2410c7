"""Blocked runs: text and JSON."""

from collections.abc import Iterator, Mapping

from homegolf_git.core.model.figures import figure
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Document, Json
from homegolf_git.core.search.blockers import Blockers
from homegolf_git.core.views.layout import Block, Cells, Table, cells

Lanes = Mapping[LaneId, Blockers]


def text(lanes: Lanes) -> Iterator[Block]:
    """The open ones of each lane in groups, and the settled ones in lines."""
    for number, (name, found) in enumerate(lanes.items()):
        if number:
            yield ""
        yield f"{name}: {sum(len(group.runs) for group in found.open_groups)} open"
        if found.open_groups:
            yield _groups_table(found)
            yield (
                f"the stop condition's bound is {found.p_upper:.0%} with them, "
                f"{found.p_upper_without:.0%} without"
            )
        for item in found.settled:
            yield f"settled: {item.run_id} ({item.failure} at {item.stage}) by {item.settled_by}"


PLAIN = ("lane", "run", "failure", "stage", "settled_by")


def plain(lanes: Lanes) -> Iterator[Cells]:
    """A blocker a line, for other programs: the open ones, then those that were settled."""
    for name, found in lanes.items():
        for group in found.open_groups:
            for run_id in group.runs:
                yield cells(name, run_id, group.failure, group.stage, None)
        for item in found.settled:
            yield cells(name, item.run_id, item.failure, item.stage, item.settled_by)


def _groups_table(found: Blockers) -> Table:
    headers = ("failure", "stage", "first seen", "last seen", "runs")
    rows = [
        (
            group.failure, group.stage, group.first_seen[:10], group.last_seen[:10],
            ", ".join(group.runs),
        )
        for group in found.open_groups
    ]  # fmt: skip
    return Table(headers, rows, prose=frozenset({"runs"}), is_whole=True)


def json(lanes: Lanes) -> dict[str, Json]:
    """The blockers of each lane."""
    return {"lanes": {name: blockers_json(found) for name, found in lanes.items()}}


def blockers_json(found: Blockers) -> Document:
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

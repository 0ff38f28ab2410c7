"""Blocked runs: what keeps them open, what settled the others, and what they cost the search."""

from collections.abc import Sequence

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import RunId, time_key
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.plateau import plateau


class BlockerGroup(Value, frozen=True):
    """Open blockers that failed the same way at the same stage; times are UTC."""

    failure: str
    stage: str
    runs: tuple[RunId, ...]
    first_seen: str
    last_seen: str


class SettledBlocker(Value, frozen=True):
    """A closed blocker and the row that closed it."""

    run_id: RunId
    failure: str
    stage: str
    settled_by: RunId


class Blockers(Value, frozen=True):
    """All of a lane's blockers; the bound of the stop condition with and without the open ones."""

    open_groups: list[BlockerGroup]
    settled: list[SettledBlocker]
    p_upper: float
    p_upper_without: float


def blockers(state: LaneState, verdicts: Sequence[Verdict]) -> Blockers:
    """Group a lane's blockers as of its last row."""
    settled = []
    for verdict in verdicts:
        if verdict.verdict_class != "blocked":
            continue
        failure = state.rows[verdict.run_id].failure
        assert failure is not None  # noqa: S101 - or it would not be blocked
        if verdict.run_id in state.settled:
            by = state.settled[verdict.run_id]
            settled.append(SettledBlocker(verdict.run_id, failure.kind, failure.stage, by))
    found = plateau(state)
    return Blockers(
        open_groups=open_groups(state),
        settled=settled,
        p_upper=found.p_upper,
        p_upper_without=found.p_upper_without_blockers,
    )


def open_groups(state: LaneState) -> list[BlockerGroup]:
    """The open blockers, grouped by what failed where, the largest group first."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in state.open_blockers():
        assert row.failure is not None  # noqa: S101 - or it would not be blocked
        groups.setdefault((row.failure.kind, row.failure.stage), []).append(row)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        BlockerGroup(kind, stage, tuple(row.run_id for row in rows), *_seen(rows))
        for (kind, stage), rows in ordered
    ]


def _seen(rows: Sequence[Row]) -> tuple[str, str]:
    times = sorted((row.finished_at for row in rows), key=time_key)
    return times[0], times[-1]

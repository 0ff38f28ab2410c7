"""Blocked runs: what keeps them open, what settled the others, and what they cost the search."""

from collections.abc import Sequence

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import RunId, time_key
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
    groups: dict[tuple[str, str], list[RunId]] = {}
    settled = []
    for verdict in verdicts:
        if verdict.verdict_class != "blocked":
            continue
        failure = state.rows[verdict.run_id].failure
        assert failure is not None  # noqa: S101 - or it would not be blocked
        if verdict.run_id in state.settled:
            by = state.settled[verdict.run_id]
            settled.append(SettledBlocker(verdict.run_id, failure.kind, failure.stage, by))
        elif verdict.run_id in state.blockers:
            groups.setdefault((failure.kind, failure.stage), []).append(verdict.run_id)
    found = plateau(state)
    return Blockers(
        open_groups=[
            BlockerGroup(kind, stage, tuple(runs), *_seen(state, runs))
            for (kind, stage), runs in sorted(
                groups.items(), key=lambda item: (-len(item[1]), item[0])
            )
        ],
        settled=settled,
        p_upper=found.p_upper,
        p_upper_without=found.p_upper_without_blockers,
    )


def _seen(state: LaneState, runs: list[RunId]) -> tuple[str, str]:
    times = sorted((state.rows[run_id].finished_at for run_id in runs), key=time_key)
    return times[0], times[-1]

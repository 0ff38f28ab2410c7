"""What a lane's scoreboard shows, its JSON, and what was written of it."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.ledger import IncumbentChange, Judged, LandedRules
from homegolf_git.core.model.figures import figure, gain
from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.search.actions import Action
from homegolf_git.core.search.advice import StopCall
from homegolf_git.core.search.blockers import BlockerGroup
from homegolf_git.core.search.chart import Chart, named_titles
from homegolf_git.core.search.deltas import DeltaLedger
from homegolf_git.core.search.readiness import Readiness
from homegolf_git.core.views.deltas import deltas_json
from homegolf_git.core.views.findings import findings_json
from homegolf_git.core.views.lane import counts, incumbent_json
from homegolf_git.core.views.picture import Subject
from homegolf_git.core.views.stop import plateau_json
from homegolf_git.core.views.verdicts import verdict_json

LATEST = 100  # rows of the scoreboard


class Board(Value, frozen=True):
    """Everything that a lane's scoreboard shows."""

    name: LaneId
    rules: LandedRules
    judged: Judged
    changes: Sequence[IncumbentChange]
    stop: StopCall
    deltas: DeltaLedger
    chart: Chart
    blockers: Sequence[BlockerGroup]  # open ones
    ways: Sequence[Readiness]  # up, one a lane that promotes from this one
    first: Action  # of what `homegolf next` gives, by the rows alone


def subject_of(board: Board) -> Subject:
    """What the picture of a lane is of."""
    state = board.judged.state
    gains = {step.winner: step.gain.gain for step in board.deltas.steps}
    named = [title.run_id for title in named_titles(board.chart.titles, gains)]
    return Subject(
        lane=board.name,
        rules=board.rules.lane,
        chart=board.chart,
        score=state.sample(state.reign.config).mean if state.reign else None,
        gains=gains,
        total=board.deltas.total.gain,
        counts=counts(state.tally),
        summaries={run_id: state.rows[run_id].change_summary for run_id in named},
    )


SCOREBOARD_SCHEMA = "homegolf/scoreboard/v1"


def scoreboard_json(board: Board) -> Document:
    """The state of a lane and its latest rows (homegolf/scoreboard/v1)."""
    rules, judged, state = board.rules.lane, board.judged, board.judged.state
    return {
        "schema": SCOREBOARD_SCHEMA,
        "lane": board.name,
        "title": rules.title,
        "metric": {
            "name": rules.metric.name,
            "unit": rules.metric.unit,
            "direction": rules.metric.direction,
            "decimals": rules.metric.decimals,
        },
        "lane_sha256": board.rules.sha256,
        "incumbent": incumbent_json(judged),
        "noise": {
            "sigma": figure(state.noise.sigma),
            "nu": figure(state.noise.nu),
            "nu_obs": state.noise.nu_obs,
            "basis": state.noise.basis,
        },
        "counts": counts(judged.state.tally),
        "open_blockers": list(state.blockers),
        "incumbents": [
            {
                "number": change.number,
                "run_id": change.run_id,
                "cause": change.cause,
                "cause_run_id": change.cause_run_id,
                "delta": gain(change.verdict.delta),
                "attribution": change.verdict.attribution,
            }
            for change in board.changes
        ],
        "plateau": plateau_json(board.stop),
        "deltas": deltas_json(board.deltas),
        "rows_total": len(judged.verdicts),
        "rows": [verdict_json(verdict) for verdict in judged.verdicts[-LATEST:]],
    }


class Written(Value, frozen=True):
    """Generated files that were written anew and taken away, and how many there are.

    `commit` is theirs where the ledger has a branch for itself.
    """

    written: Sequence[str]
    removed: Sequence[str]
    files: int
    commit: Oid | None = None


def text(done: Written) -> Iterator[str]:
    """A line a file that changed."""
    yield from (f"wrote {path}" for path in done.written)
    yield from (f"removed {path}" for path in done.removed)
    if done.commit is not None:
        yield f"committed as {done.commit[:12]}"
    if not done.written and not done.removed:
        yield f"{done.files} files are up to date"


def json(done: Written) -> dict[str, Json]:
    """The files that changed."""
    return {
        "written": list(done.written),
        "removed": list(done.removed),
        "commit": done.commit,
        "findings": findings_json([]),
    }

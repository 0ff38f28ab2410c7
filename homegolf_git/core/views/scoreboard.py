"""A lane's scoreboard: its page, heading by heading, its JSON, and what was written of it."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.ledger import IncumbentChange, Judged, LandedRules
from homegolf_git.core.model.figures import figure, gain, gain_text, score_text
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.search.advice import StopCall
from homegolf_git.core.search.deltas import DeltaLedger
from homegolf_git.core.views.blockers import blockers_table
from homegolf_git.core.views.deltas import deltas_json, deltas_lines, deltas_table
from homegolf_git.core.views.findings import findings_json
from homegolf_git.core.views.lane import (
    counts,
    incumbent_json,
    incumbent_line,
    noise_line,
    reason_counts,
    state_line,
    tally_text,
)
from homegolf_git.core.views.layout import Section, Table
from homegolf_git.core.views.stop import plateau_json
from homegolf_git.core.views.verdicts import rows_table, verdict_json

LATEST = 100  # rows of the scoreboard


class Board(Value, frozen=True):
    """Everything that a lane's scoreboard shows."""

    name: LaneId
    rules: LandedRules
    judged: Judged
    changes: Sequence[IncumbentChange]
    stop: StopCall
    deltas: DeltaLedger


def lane_sections(board: Board) -> list[Section]:
    """A lane's scoreboard, heading by heading."""
    rules, judged, changes = board.rules.lane, board.judged, board.changes
    metric = rules.metric
    sections = [lane_heading(board)]
    if judged.verdicts:
        rows = [(reason, str(n)) for reason, n in reason_counts(judged.state.tally).items()]
        sections.append(Section("Verdicts", table=Table(("class", "rows"), rows)))
    if judged.state.reign is not None:
        stop = board.stop
        lines = [state_line(stop.plateau), stop.sentence]
        sections.append(Section("Stop condition", lines))
    found = board.deltas
    if found.steps:
        lines = list(deltas_lines(found, metric))
        sections.append(Section("What improved the score", lines, deltas_table(found, metric)))
    if changes:
        heading = "Incumbents" if len(changes) <= LATEST else f"Latest {LATEST} incumbents"
        sections.append(Section(heading, table=_changes_table(changes, metric)))
    if rules.references:
        rows = [(ref.name, score_text(ref.value, metric)) for ref in rules.references]
        lines = ["Scores from elsewhere, for scale."]
        sections.append(Section("References", lines, Table(("reference", metric.name), rows)))
    if judged.state.blockers:
        many = len(judged.state.blockers) > LATEST
        heading = f"Latest {LATEST} of {len(judged.state.blockers)} open blockers"
        table = blockers_table(judged, LATEST)
        sections.append(Section(heading if many else "Open blockers", table=table))
    if judged.verdicts:
        shown = judged.verdicts[-LATEST:]
        heading = "Rows" if len(shown) == len(judged.verdicts) else f"Latest {LATEST} rows"
        sections.append(Section(heading, table=rows_table(reversed(shown), judged.state)))
    return sections


def lane_heading(board: Board) -> Section:
    """What a lane is about, and who holds its title."""
    rules, judged = board.rules.lane, board.judged
    metric = rules.metric
    direction = "lower" if metric.direction == "minimize" else "higher"
    top = Section(f"{board.name}: {rules.title}", [f"Incumbent: {incumbent_line(judged)}."])
    if rules.claim:
        top.lines.append(f"What a score here may claim: {rules.claim}.")
    top.lines.append(
        f"{metric.name} in {metric.unit or 'its own unit'}, {direction} is better; a gain counts from "
        f"{rules.decision.delta_min:g}. Noise: {noise_line(judged.state)}."
    )
    return top


def overview_table(boards: Sequence[Board]) -> Table:
    """One line a lane."""
    rows = []
    for board in boards:
        judged = board.judged
        reign, metric = judged.state.reign, judged.state.rules.metric
        held = judged.state.sample(reign.config).mean if reign else None
        rows.append(
            (
                board.name, reign.run_id if reign else "none yet", score_text(held, metric),
                str(len(judged.verdicts)), tally_text(judged), str(len(judged.state.blockers)),
            )
        )  # fmt: skip
    headers = ("lane", "incumbent", "score", "rows", "classes", "open blockers")
    return Table(headers, rows, frozenset({"incumbent"}))


def _changes_table(changes: Sequence[IncumbentChange], metric: Metric) -> Table:
    rows = [
        (
            str(change.number), change.run_id or "nobody", change.cause,
            gain_text(change.verdict.delta, metric), change.verdict.attribution,
            change.verdict.finished_at[:10],
        )
        for change in reversed(changes[-LATEST:])
    ]  # fmt: skip
    return Table(("#", "run", "cause", "delta", "changed", "finished"), rows)


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

"""A lane's scoreboard: its page, heading by heading, and its JSON."""

from collections.abc import Mapping, Sequence

from homegolf_git.core.judge.ledger import IncumbentChange, Judged, LaneLedger
from homegolf_git.core.judge.noise import mean
from homegolf_git.core.model.figures import figure, gain, gain_text, score_text
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Json
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.advice import plateau_sentence, stop_call
from homegolf_git.core.search.deltas import delta_ledger
from homegolf_git.core.search.plateau import plateau
from homegolf_git.core.views.deltas import deltas_json, deltas_lines, deltas_table
from homegolf_git.core.views.lane import (
    _tally,
    counts,
    incumbent_json,
    incumbent_line,
    noise_line,
    reason_counts,
)
from homegolf_git.core.views.layout import Section, Table
from homegolf_git.core.views.stop import plateau_json
from homegolf_git.core.views.verdicts import verdict_json

LATEST = 100  # rows of the scoreboard


def lane_sections(
    name: LaneId, lane: LaneLedger, judged: Judged, changes: Sequence[IncumbentChange]
) -> list[Section]:
    """A lane's scoreboard, heading by heading."""
    rules, metric = lane.current.lane, lane.current.lane.metric
    sections = [lane_heading(name, lane, judged)]
    if judged.verdicts:
        rows = [(reason, str(n)) for reason, n in reason_counts(judged.state.tally).items()]
        sections.append(Section("Verdicts", table=Table(("class", "rows"), rows)))
    if judged.state.reign is not None:
        sections.append(Section("Stop condition", _stop_lines(judged)))
    found = delta_ledger(judged.state)
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
        table = blockers_table(judged)
        sections.append(Section(heading if many else "Open blockers", table=table))
    if judged.verdicts:
        shown = judged.verdicts[-LATEST:]
        heading = "Rows" if len(shown) == len(judged.verdicts) else f"Latest {LATEST} rows"
        sections.append(Section(heading, table=rows_table(shown, metric)))
    return sections


def lane_heading(name: LaneId, lane: LaneLedger, judged: Judged) -> Section:
    """What a lane is about, and who holds its title."""
    rules = lane.current.lane
    metric = rules.metric
    direction = "lower" if metric.direction == "minimize" else "higher"
    top = Section(f"{name}: {rules.title}", [f"Incumbent: {incumbent_line(judged)}."])
    if rules.claim:
        top.lines.append(f"What a score here may claim: {rules.claim}.")
    top.lines.append(
        f"{metric.name} in {metric.unit or 'its own unit'}, {direction} is better; a gain counts from "
        f"{rules.decision.delta_min:g}. Noise: {noise_line(judged.state.noise, metric)}."
    )
    return top


def _stop_lines(judged: Judged) -> list[str]:
    found = plateau(judged.state)
    reasons = f" ({', '.join(found.reasons)})" if found.reasons else ""
    return [f"{found.state}{reasons}", plateau_sentence(found, judged.state)]


def rows_table(verdicts: Sequence[Verdict], metric: Metric) -> Table:
    """Rows with their verdicts, the latest first."""
    headers = ("#", "run", "finished", "class", metric.name, "seeds", "delta", "changed", "verdict")
    rows = [
        (
            str(v.order), v.run_id, v.finished_at[:10], v.name,
            score_text(v.score, metric), str(v.n_results or ""), gain_text(v.delta, metric),
            v.attribution, v.sentence,
        )
        for v in reversed(verdicts)
    ]  # fmt: skip
    return Table(headers, rows)


def blockers_table(judged: Judged) -> Table:
    """The latest blocked runs that nobody has settled."""
    latest = list(judged.state.blockers)[-LATEST:]
    rows = [
        (row.run_id, row.finished_at[:10], row.failure.kind, row.failure.stage, row.failure.detail)
        for row in map(judged.state.rows.__getitem__, latest)
        if row.failure is not None
    ]
    return Table(("run", "finished", "failure", "stage", "detail"), rows)


def overview_table(boards: list[tuple[LaneId, LaneLedger, Judged]]) -> Table:
    """One line a lane."""
    rows = []
    for name, _, judged in boards:
        reign, metric = judged.state.reign, judged.state.rules.metric
        held = mean(list(reign.config.scores.values())) if reign else None
        rows.append(
            (
                name, reign.run_id if reign else "none yet", score_text(held, metric),
                str(len(judged.verdicts)), _tally(judged), str(len(judged.state.blockers)),
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


def scoreboard_json(
    name: LaneId, lane: LaneLedger, judged: Judged, changes: Sequence[IncumbentChange]
) -> Mapping[str, Json]:
    """The state of a lane and its latest rows (homegolf/scoreboard/v1)."""
    rules, state = lane.current.lane, judged.state
    return {
        "schema": SCOREBOARD_SCHEMA,
        "lane": name,
        "title": rules.title,
        "metric": {
            "name": rules.metric.name,
            "unit": rules.metric.unit,
            "direction": rules.metric.direction,
            "decimals": rules.metric.decimals,
        },
        "lane_sha256": lane.current.sha256,
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
            for change in changes
        ],
        "plateau": plateau_json(stop_call(state)),
        "deltas": deltas_json(delta_ledger(state)),
        "rows_total": len(judged.verdicts),
        "rows": [verdict_json(verdict) for verdict in judged.verdicts[-LATEST:]],
    }

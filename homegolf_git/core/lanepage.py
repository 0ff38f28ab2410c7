"""A lane's scoreboard page, heading by heading."""

from collections.abc import Sequence

from homegolf_git.core.advice import plateau_sentence
from homegolf_git.core.board import (
    LATEST,
    Section,
    Table,
    blockers_table,
    gain_text,
    incumbent_line,
    noise_line,
    rows_table,
    score_text,
)
from homegolf_git.core.deltas import delta_ledger
from homegolf_git.core.ledger import IncumbentChange, Judged, LaneLedger
from homegolf_git.core.model import Metric
from homegolf_git.core.naming import LaneId
from homegolf_git.core.plateau import plateau
from homegolf_git.core.report import reason_counts
from homegolf_git.core.search_board import deltas_lines, deltas_table


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

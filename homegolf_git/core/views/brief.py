"""What an agent is told before it changes the source: the state of the lane on less than a page."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import score_text
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.views import log

_LATEST = 40  # rows that are told
_NEAR = ("underpowered", "incomplete", "below_delta", "not_confirmed")


def brief(
    rules: Lane,
    rows: Sequence[tuple[LandedRow, Verdict]],
    open_blockers: Sequence[str],
    said: Sequence[str],
) -> Iterator[str]:
    """The brief, line by line.

    Args:
        rules: Of the lane.
        rows: With their verdicts, the newest first.
        open_blockers: Blocked runs that nobody has settled.
        said: What became of the agent's own latest attempts that were not run.
    """
    better = "lower" if rules.metric.direction == "minimize" else "higher"
    yield f"Change the source so that {rules.metric.name} gets {better}, by one idea at a time."
    editable = rules.contract.editable_paths
    if editable is not None:
        yield f"Change only: {', '.join(editable)}"
    if rules.contract.frozen_paths:
        yield f"Leave alone: {', '.join(rules.contract.frozen_paths)}"
    yield "Leave your change in the work tree; do not commit, do not train: that is done for you."
    yield "End your output with one line that says what you changed."
    yield from said
    latest = rows[:_LATEST]
    if latest:
        verdict = next((v for _, v in rows if v.incumbent_after), latest[0][1])
        held = next(
            (landed for landed, _ in rows if landed.row.run_id == verdict.incumbent_after), None
        )
        if held is not None:
            values = [r.numbers.get(rules.metric.name) for r in held.row.results]
            score = score_text(sum(v for v in values if v) / max(1, len(values)), rules.metric)
            yield f"Incumbent: {held.row.run_id}, {score}, {held.row.change_summary}"
        yield "Latest runs, newest first (decision, gain with its error, summary):"
        yield from log.brief(latest)
    near = [
        f"{verdict.run_id}: {landed.row.change_summary}"
        for landed, verdict in rows
        if verdict.reason in _NEAR and (verdict.delta or 0) > 0
    ]
    if near:
        yield "Near misses: " + "; ".join(near[:5])
    if open_blockers:
        yield "Open blockers: " + ", ".join(open_blockers[:5])

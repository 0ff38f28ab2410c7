"""A loop: a line a run while it works, and the report at its end."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import gain, gain_text
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.search.keep import Decision
from homegolf_git.core.search.looping import Order, Reason
from homegolf_git.core.views.findings import findings_json

_WORDS = {
    "plateaued": "the lane has plateaued",
    "budget": "the budget is spent",
    "failures": "the command fails again and again",
    "exhausted": "nothing is left to try",
    "tampered": "something was changed that must not be",
}


class Looped(Value, frozen=True):
    """What a loop did since it began; `gains` are the steps of the incumbent, in the metric's unit."""

    lane: str
    metric: Metric
    reason: Reason
    runs: int
    hours: float
    incumbent: str | None
    gains: Sequence[tuple[str, float, bool]]  # winner, gain, whether it is confirmed
    undecided: Sequence[str]
    findings: Sequence[Finding] = ()

    @property
    def confirmed(self) -> list[float]:
        """Gains that fresh seeds confirmed."""
        return [value for _, value, is_confirmed in self.gains if is_confirmed]


class Planned(Value, frozen=True):
    """What a loop would do next, and the command."""

    lane: str
    order: Order
    summary: str
    command: Sequence[str]


def progress_line(runs: int, decision: Decision, summary: str, metric: Metric) -> str:
    """How far the loop has come, and what the latest runs brought."""
    verdict = decision.verdict
    shown = "" if verdict.delta is None else f" {gain_text(verdict.delta, metric)}"
    return f"{runs} runs: {decision.name} {verdict.run_id} ({verdict.name}){shown} {summary}"


def text(looped: Looped) -> Iterator[str]:
    """Why it ended, what it found, what it cost, and what it left undecided."""
    yield f"{looped.reason}: {_WORDS[looped.reason]}"
    yield f"{looped.runs} runs in {looped.hours:.1f} hours; the incumbent is {looped.incumbent or 'none yet'}"
    for winner, value, is_confirmed in looped.gains:
        state = "confirmed" if is_confirmed else "waits for fresh seeds"
        yield f"  {gain_text(value, looped.metric)} {winner} ({state})"
    if looped.confirmed:
        each = looped.hours / len(looped.confirmed)
        yield f"{each:.1f} hours for each confirmed gain"
    if looped.undecided:
        yield f"undecided: {', '.join(looped.undecided)}"


def json(looped: Looped) -> Document:
    """The same."""
    confirmed = looped.confirmed
    gains: list[Json] = [
        {"run_id": winner, "gain": gain(value), "confirmed": is_confirmed}
        for winner, value, is_confirmed in looped.gains
    ]
    return {
        "lane": looped.lane,
        "reason": looped.reason,
        "runs": looped.runs,
        "hours": round(looped.hours, 4),
        "incumbent": looped.incumbent,
        "gains": gains,
        "gain": gain(sum(confirmed)),
        "hours_per_gain": round(looped.hours / len(confirmed), 4) if confirmed else None,
        "undecided": list(looped.undecided),
        "findings": findings_json(looped.findings),
    }


def planned_text(planned: Planned) -> Iterator[str]:
    """The next order in a line, and the command."""
    order = planned.order
    about = f" of {order.run_id}" if order.run_id else ""
    yield f"{order.action}{about}: {order.runs} runs, {order.why or planned.summary}"
    yield f"  {' '.join(planned.command)}"


def planned_json(planned: Planned) -> Document:
    """The same."""
    order = planned.order
    return {
        "lane": planned.lane,
        "action": order.action,
        "run_id": order.run_id,
        "runs": order.runs,
        "summary": planned.summary,
        "command_words": list(planned.command),
    }

"""Keep a run, discard it, or run it again: the one question that whoever tries ideas has."""

from typing import Literal

from homegolf_git.core.judge.nextstep import next_step
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import NextStep, Verdict

DecisionName = Literal["keep", "discard", "more", "invalid", "blocked"]


class Decision(Value, frozen=True):
    """The answer for one run, and what would decide it where more runs are worth it."""

    name: DecisionName
    verdict: Verdict
    step: NextStep | None = None


def decision_of(verdict: Verdict) -> Decision:
    """What to do with a run, by its verdict."""
    if verdict.verdict_class == "invalid":
        return Decision("invalid", verdict)
    if verdict.verdict_class == "blocked":
        return Decision("blocked", verdict)
    if verdict.verdict_class == "improvement" or verdict.reason == "replicate":
        return Decision("keep", verdict)
    stats = verdict.stats
    if verdict.reason not in ("underpowered", "incomplete") or stats is None:
        return Decision("discard", verdict)
    step = None if stats.outlook is None else next_step(stats.outlook, stats.noise)
    if verdict.reason == "incomplete":  # planned runs are missing, whatever they bring
        return Decision("more", verdict, step)
    is_worth_it = step is not None and step.plan is not None
    return Decision("more" if is_worth_it else "discard", verdict, step)

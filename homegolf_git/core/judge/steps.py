"""The next step about an undecided config, in words."""

from homegolf_git.core.judge.nextstep import Prospect, decidable_delta
from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.verdict import NextStep, Noise, Outlook


def step_words(step: NextStep, outlook: Outlook, noise: Noise, metric: Metric) -> str:
    """What to do, with its chance; a phrase that begins small and ends without a full stop."""
    most = counted(outlook.max_runs, "more run")
    if step.action == "raise_delta":
        bar = decidable_delta(Prospect(outlook, noise))
        return (
            f"not decidable in {outlook.max_runs} runs; "
            f"a delta_min of {bar:.{metric.decimals}f} would be"
        )
    plan = step.plan
    if plan is None or step.promotes is None or step.clears is None:
        return f"drop it: {most} would promote it with a chance of {step.hope:.0%}"
    decides = f"with {min(1.0, step.promotes + step.clears):.0%}"
    incumbent = f"{counted(plan.incumbent, 'more run')} of the incumbent"
    challenger = f"{counted(plan.challenger, 'more seed')} of this challenger"
    if step.action == "challenger":
        return f"{challenger}: promotes with {step.promotes:.0%}, clears with {step.clears:.0%}"
    if step.action == "both":
        return f"{incumbent} and {challenger} decide it {decides}"
    verb = "decides" if plan.incumbent == 1 else "decide"
    lead = "measure noise: " if step.action == "noise" else ""
    return f"{lead}{incumbent} {verb} it {decides}"

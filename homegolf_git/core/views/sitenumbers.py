"""Every number of a verdict with what it means, for a table."""

from collections.abc import Iterator

from homegolf_git.core.model.figures import counted, ordinal
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Stats, Verdict
from homegolf_git.core.views.siteparts import signed


class Figure(Value, frozen=True):
    """A number under its name in `verdicts --json`."""

    name: str
    value: str
    meaning: str


def verdict_figures(verdict: Verdict, stats: Stats, rules: Lane) -> list[Figure]:
    """The numbers of a comparison, in the order in which they follow from one another."""
    return list(_figures(verdict, stats, rules))


def _figures(verdict: Verdict, stats: Stats, rules: Lane) -> Iterator[Figure]:
    digits, decision = rules.metric.decimals + 2, rules.decision

    def signed_of(value: float) -> str:
        return signed(f"{value:+.{digits}f}")

    ours, theirs = counted(stats.n_challenger, "score"), stats.n_incumbent
    yield Figure("D", signed_of(stats.gain), f"gain: the mean of {ours} against the incumbent's {theirs}; + is better")  # fmt: skip
    if verdict.delta is not None:
        yield Figure("delta", signed_of(verdict.delta), "D after the correction for picked seeds")
    yield Figure("se", f"{stats.se:.{digits}f}", "standard error of D")
    yield Figure("df", f"{stats.df:g}", "degrees of freedom")
    yield Figure("t", signed(f"{stats.t:.3f}"), "D in standard errors")
    place = "without a number yet" if stats.k is None else f"as {ordinal(stats.k)} challenger"
    yield Figure("t_needed", f"{stats.t_needed:.3f}", f"what t had to exceed, {place} at look {stats.look}")  # fmt: skip
    yield Figure("p_better", f"{stats.p_better:.3g}", "chance of such a gain by noise alone")
    yield Figure("alpha", f"{stats.alpha:.3g}", "what that chance had to stay below")
    yield Figure("p_worse", f"{stats.p_worse:.3g}", f"chance of such a loss by noise alone; {decision.regression_alpha:g} calls it a regression")  # fmt: skip
    bounds = f"{signed_of(stats.lcb95)} to {signed_of(stats.ucb95)}"
    yield Figure("lcb95, ucb95", bounds, "95 % confidence each way")
    yield Figure("lcb_alpha", signed_of(stats.lcb_alpha), "least gain at the level asked; above 0 it is a gain")  # fmt: skip
    yield Figure(
        "mde", f"{stats.mde:.{digits}f}", "a gain that these seeds would find 4 times in 5"
    )
    if (needed := stats.seeds_needed) is not None:
        yield Figure("seeds_needed", *_needed(needed.challenger, needed.incumbent))


def _needed(challenger: int | None, incumbent: int | None) -> tuple[str, str]:
    if challenger is None:
        return "none", "64 seeds a side would not decide it"
    return f"{challenger} and {incumbent}", "seeds of this run and of the incumbent, in total, that would decide"  # fmt: skip

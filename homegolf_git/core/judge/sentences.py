"""One sentence a verdict, with figures that a person can check."""

from homegolf_git.core.judge.evidence import artifact_sizes, disagreement, observations_of
from homegolf_git.core.judge.integrity import changed_outside
from homegolf_git.core.judge.nextstep import next_step
from homegolf_git.core.judge.steps import step_words
from homegolf_git.core.model.figures import counted, ordinal
from homegolf_git.core.model.lane import Contract, Lane, Metric
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import SeedsNeeded, Stats, Verdict

_INVALID = {
    "retracted": "it was retracted",
    "no_promotion": "the lane needs a promotion and the run names no valid promotion tag",
    "wrong_hardware": "its devices are not the ones the contract names",
    "wrong_data": "its dataset or tokenizer is not the pinned one",
    "bounded_probe": "it trained without the contract's time budget",
    "dirty_source": "its source had uncommitted changes",
    "no_receipt": "no receipt proves its score",
    "no_artifact": "no model artifact with a digest is listed",
    "receipt_mismatch": "a number is not the one its receipt gives",
    "receipt_reused": "its receipt already proves another run",
    "duplicate_seed": "a seed is given twice with different scores",
    "undisclosed_seeds": "more seeds finished than it discloses",
    "evaluation_mode": "the contract does not know its evaluation mode",
    "partial_validation": "it did not evaluate the full validation split",
    "eval_changed": "its frozen files are not the ones the lane pins",
    "outside_editable": "it changed files that the lane lets no run change",
    "no_scorer": "its score is not from the lane's scorer",
    "over_bytes": "its artifact is larger than the cap",
    "inconsistent_score": "its score does not follow from its loss",
}


def sentence(verdict: Verdict, landed: LandedRow, lane: Lane, n_held: int = 0) -> Verdict:
    """Give the verdict its sentence; `n_held` is how many scores the incumbent had, used or not."""
    return replace(verdict, sentence=_sentence(verdict, landed, lane, n_held))


def _sentence(verdict: Verdict, landed: LandedRow, lane: Lane, n_held: int) -> str:
    row = landed.row
    if verdict.verdict_class == "invalid":
        return "Cannot count: " + "; ".join(breach(r, landed, lane) for r in verdict.reasons) + "."
    if verdict.verdict_class == "blocked":
        assert row.failure is not None  # noqa: S101 - blocked rows have one
        if verdict.reason == "infeasible":
            return f"No score: declared infeasible at {row.failure.stage}; nobody waits for it."
        return f"No score: {row.failure.kind} at {row.failure.stage}; open until a later run settles it."
    if verdict.stats is None:
        return _without_stats(verdict, lane)
    return _compared(verdict, verdict.stats, lane, n_held)


def breach(reason: str, landed: LandedRow, lane: Lane) -> str:
    """What is wrong with the run, for one reason, with the figures behind it."""
    if reason == "over_time":
        return _too_long(landed, lane.contract)
    return _INVALID[reason] + _figures(reason, landed, lane)


def _figures(reason: str, landed: LandedRow, lane: Lane) -> str:
    """The figures behind a breach, where there are some; the row's own, or a receipt's."""
    contract = lane.contract
    if reason == "partial_validation":
        for name, pinned, unit in (
            ("evaluated_tokens", contract.evaluated_tokens, "tokens"),
            ("evaluated_bytes", contract.evaluated_bytes, "bytes"),
        ):
            other = [n for n in _numbers(landed, name) if n != pinned]
            if pinned is not None and other:
                return f" ({other[0]:,} of {pinned:,} {unit})"
    if reason == "receipt_mismatch" and (text := disagreement(landed.row, landed.evidence)):
        return f" ({text})"
    if reason == "outside_editable":
        first, *more = changed_outside(landed.row, landed.evidence, lane)
        return f" ({first}{f' and {len(more)} more' if more else ''})"
    if reason == "over_bytes":
        sizes = _numbers(landed, "artifact_bytes")
        sizes += artifact_sizes(landed.row, landed.evidence)
        if sizes:
            return f" ({max(sizes):,} of {contract.artifact_bytes_max:,} bytes)"
    return ""


def _too_long(landed: LandedRow, contract: Contract) -> str:
    trained = max(_numbers(landed, "train_seconds"), default=0)
    cap = contract.train_seconds_max
    if cap is not None and trained > cap + contract.train_seconds_tolerance:
        return f"it trained longer than the cap ({trained:,.1f} s of {cap:,.0f} s)"
    evaluated = max(_numbers(landed, "eval_seconds"))
    most = contract.eval_seconds_max
    return f"its evaluation took longer than the cap ({evaluated:,.1f} s of {most:,.0f} s)"


def _numbers(landed: LandedRow, name: str) -> list[float]:
    """A number of every result, and of the receipts where the rows leave it out."""
    row, evidence = landed.row, landed.evidence
    stated = [result.numbers[name] for result in row.results if name in result.numbers]
    shown = (
        *(seen.numbers for seen in observations_of(evidence)),
        *(item.run_numbers for item in evidence),
    )
    return stated + [numbers[name].value for numbers in shown if name in numbers]


def _without_stats(verdict: Verdict, lane: Lane) -> str:
    if verdict.reason == "baseline":
        return "First valid scored run of the lane: the incumbent by default, it claims no gain."
    if verdict.reason == "diverged":
        return "Training diverged: a gain is ruled out."
    if verdict.reason == "not_confirmed":
        assert verdict.delta is not None  # noqa: S101 - not_confirmed always has the fresh gain
        return (
            f"Fresh seeds put the incumbent {_difference(verdict.delta, lane.metric)} the one it "
            f"displaced, where half of {_figure(lane.decision.delta_min, lane.metric)} was asked: "
            f"{verdict.incumbent_after} is reinstated."
        )
    if "reference_shift" in verdict.flags:
        return (
            "Same configuration as the incumbent, but its scores leave the earlier ones: they wait "
            "until another submitter sees the same."
        )
    text = "Same configuration as the incumbent: its scores join the incumbent's"
    return text + (", and its title is confirmed." if "confirmed" in verdict.flags else ".")


# The outcome in a word, before the figures.
_OUTCOMES = {
    "strict": "Won",
    "better": "Won",
    "incomplete": "Undecided",
    "below_delta": "Too small to count",
    "worse": "Lost",
    "equivalent": "No difference that matters",
    "not_better": "No gain that matters",
    "underpowered": "Undecided",
}
_OTHER_TESTS = ("worse", "equivalent", "not_better")  # decided by a bound, not by the bar of a gain


def _compared(verdict: Verdict, stats: Stats, lane: Lane, n_held: int) -> str:
    metric, delta = lane.metric, verdict.delta or 0.0
    runs = "run" if {"same_seed", "unseeded"} & set(verdict.flags) else "seed"
    several = stats.n_challenger > 1
    seeds = f"{stats.n_challenger} {runs}s average" if several else f"1 {runs} is"
    incumbent = f"{stats.n_incumbent}" if stats.n_incumbent > 1 else "single one"
    if stats.n_incumbent < n_held:  # not all: those that won the title defend it no more
        incumbent = counted(stats.n_incumbent, "fresh seed")
    compared = f"{seeds} {_difference(delta, metric)} the incumbent's {incumbent}"
    picked = " after the correction for picked seeds" if "picked" in verdict.flags else ""
    errors, bar_met = f"{abs(stats.t):.1f} standard errors", f"{stats.t_needed:.1f} were needed"
    if picked:  # the ways to pick count as tries, which standard errors do not show
        errors, bar_met = (
            f"by luck with chance {stats.p_better:.2g}",
            f"{stats.alpha:.2g} was asked",
        )
    needed = f"{bar_met} as {_place(stats)}"
    if stats.look > 1:
        needed += f", look {stats.look}"
    bar = _figure(lane.decision.delta_min, metric)
    measured = f"{compared}{picked}, {errors}"
    if verdict.reason not in _OTHER_TESTS:
        measured += f"; {needed}"
    elif stats.look > 1:
        measured += f", look {stats.look}"
    tail = {
        "strict": f"; it is better by more than {bar}.",
        "better": f"; the gain is at least {bar} as estimated.",
        "incomplete": "; it would win, but planned seeds are missing.",
        "below_delta": f"; real, but smaller than {bar}: bundle it with others.",
        "worse": f"; worse by {bar} or more.",
        "equivalent": f"; a difference of {bar} either way is ruled out.",
        "not_better": f"; a gain of {bar} is ruled out.",
        "underpowered": f"; {_decides(stats, lane)}.",
    }[verdict.reason]
    if "same_seed" in verdict.flags:
        measured += ", under this seed"
    return f"{_OUTCOMES[verdict.reason]}: {measured}{tail}"


def _decides(stats: Stats, lane: Lane) -> str:
    """What would decide it: the next step, or as edition 1 said it the seeds in total."""
    outlook = stats.outlook
    if outlook is None or not lane.decision.is_extended:
        return _needed(stats.seeds_needed)
    step = next_step(outlook, stats.noise)
    return step_words(step, outlook, stats.noise, lane.metric)


def _place(stats: Stats) -> str:
    return (
        "a first look without a number" if stats.k is None else f"the {ordinal(stats.k)} challenger"
    )


def _needed(needed: SeedsNeeded | None) -> str:
    if needed is None or needed.challenger is None:
        return "64 seeds a side would not decide it: raise delta_min"
    if needed.incumbent == needed.challenger:
        return f"{needed.challenger} seeds on each side would decide it"
    return f"{needed.challenger} seeds in total would decide it"


def _difference(delta: float, metric: Metric) -> str:
    text = _figure(abs(delta), metric)
    if float(text) == 0:
        return "level with"
    return f"{text} {'better' if delta > 0 else 'worse'} than"


def _figure(value: float, metric: Metric) -> str:
    return f"{value:.{metric.decimals}f}"

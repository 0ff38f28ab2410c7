"""A verdict in sentences, every number of it and what it means; and as JSON."""

from collections.abc import Iterator

from homegolf_git.core.judge.ledger import LandedRules
from homegolf_git.core.judge.nextstep import next_step
from homegolf_git.core.judge.steps import step_words
from homegolf_git.core.judge.validity import MENDABLE_REASONS, missing_facts
from homegolf_git.core.model.figures import counted, gain_text, ordinal, score_text
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RunId, is_time_known
from homegolf_git.core.model.row import LandedRow, Retraction, Row
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.model.verdict import Noise, Stats, Verdict
from homegolf_git.core.views.verdicts import verdict_json

# What a flag of a verdict means.
FLAGS = {
    "noise_assumed": "The lane has not measured its seed noise yet; the declared one is used.",
    "identical_scores": "Scores that are identical to the last bit count as one measurement.",
    "unstable": "Its seeds differ far more than the lane's do, so its own spread is used.",
    "few_seeds": "One or two seeds are judged by a heavier tail, as the lane asks.",
    "picked": "Not all seeds that finished are reported, so the gain is corrected for picking.",
    "reference_selected": "The incumbent has too few fresh seeds: the scores that won defend it.",
    "unverified": "Facts that the contract asks for are not stated, so they were not checked.",
    "attribution_conflict": "The declared kind of change is not the one the differences show.",
    "confirmed": "With this row the incumbent's fresh seeds confirm its title.",
    "same_seed": "Runs of one seed count as its scores: the verdict holds under this seed only.",
    "averaged": "Several scores of one seed were averaged into one.",
    "unseeded": "No seed was set: every run is a score of its own.",
    "one_session": "One side was measured in a single session, which the standard error takes into account.",
    "paired": "Its scores were compared with the incumbent's of the same sessions.",
    "discarded": "So weak a first look takes no number among the challengers.",
    "reference_shift": "Its scores leave the incumbent's earlier ones, so they wait for a second submitter.",
    "session_effect": "Scores of different sessions differ by more than seeds do: declare decision.sessions in the lane.",
    "spread_low": "Its scores lie closer together than the lane's noise lets one expect: ask how they came about.",
    "copied_scores": "Seed by seed its scores differ from another config's by a constant: ask how they came about.",
    "noop_config": "It gives another config's very scores: another config in name only, so the stop window leaves it out.",
    "self_scored": "Its training process reported the score itself, on a lane that scores apart from it: it is never promoted.",
    "many_unreported": "Far more seeds were run than are reported.",
}


# Facts that a contract asks for, by the reason that could not be looked at without them.
_FACTS = {
    "wrong_hardware": "hardware",
    "wrong_data": "the dataset's or tokenizer's digest",
    "bounded_probe": "train_seconds_budget",
    "dirty_source": "source.dirty",
    "partial_validation": "evaluated_tokens or evaluated_bytes",
    "eval_changed": "source.frozen_sha256",
    "outside_editable": "source.changed_paths",
    "over_bytes": "artifact_bytes",
    "over_time": "train_seconds or eval_seconds",
    "inconsistent_score": "val_loss, evaluated_tokens and evaluated_bytes",
}
# What to do next, by reason or class.
_NEXT = {
    "baseline": "record the same config with new seeds, so that the lane's noise is measured",
    "improvement": "record fresh seeds of it: they confirm the title",
    "replicate": "nothing is asked: its scores are the incumbent's now",
    "not_confirmed": "drop it, or record more seeds of it: it is judged on all of them",
    "underpowered": "record more seeds of the same config, or drop it",
    "incomplete": "record the seeds that were planned and are missing",
    "below_delta": "bundle it with other gains: it is real, and too small to count alone",
    "noise": "drop it: a gain that matters is ruled out",
    "regression": "drop it",
    "blocked": "settle its cause; a scored run of the same config, or one that names it under `resolves`, closes it",
    "infeasible": "nothing is asked: it stands outside the stop window and holds nothing back",
    "retracted": "nothing is asked: it does not count any more",
    "unjudged": "retract it, and report what it raises",
    "invalid": "run again within the contract, and record that as a new run",
    "mendable": "retract it, and record the run again with the fact put right under another id",
}


class Explained(Value, frozen=True):
    """A verdict, the row it is about, and the rules that were in force; what came of it since."""

    verdict: Verdict
    landed: LandedRow
    rules: LandedRules
    retraction: Retraction | None = None
    settled_by: RunId | None = None  # of a blocker that is closed


def text(found: Explained) -> list[str]:
    """The whole verdict, a sentence a line, and what to do next."""
    lines = explain(found.verdict, found.landed, found.rules.lane)
    return [*lines, *since(found), f"Next: {next_action(found)}."]


def since(found: Explained) -> Iterator[str]:
    """What happened to the run behind its row."""
    failure, retraction = found.landed.row.failure, found.retraction
    if failure is not None and failure.detail:
        yield f"It said: {failure.detail}"
    if found.settled_by is not None:
        yield f"Settled by {found.settled_by}."
    if retraction is not None:
        yield f"Retracted by {retraction.by}: {retraction.reason} (evidence: {retraction.evidence})."
    if "unverified" in found.verdict.flags:
        facts = (_FACTS[reason] for reason in missing_facts(found.landed, found.rules.lane))
        yield f"Not stated by row or receipts: {'; '.join(facts)}."


def next_action(found: Explained) -> str:
    """What is asked of whoever goes on with a run."""
    verdict = found.verdict
    if found.settled_by is not None:
        return "nothing is asked: the blocker is closed"
    if found.retraction is not None:
        return _NEXT["retracted"]
    if verdict.verdict_class == "invalid" and verdict.reason in MENDABLE_REASONS:
        return _NEXT["mendable"]
    stats = verdict.stats
    if verdict.reason == "underpowered" and stats is not None and stats.outlook is not None:
        step = next_step(stats.outlook, stats.noise)
        return step_words(step, stats.outlook, stats.noise, found.rules.lane.metric)
    return _NEXT.get(verdict.reason) or _NEXT[verdict.verdict_class]


def json(found: Explained) -> dict[str, Json]:
    """The verdict with its sentences."""
    return {
        "lane": found.verdict.lane,
        "commit": found.landed.commit,
        "path": found.landed.path,
        "lane_sha256": found.rules.sha256,
        "verdict": verdict_json(found.verdict),
        "sentences": text(found),
    }


def explain(verdict: Verdict, landed: LandedRow, rules: Lane) -> list[str]:
    """Every number of a verdict in sentences."""
    return list(_sentences(verdict, landed, rules))


def _finished(row: Row) -> str:
    known = is_time_known(row.finished_at)
    return f"it finished at {row.finished_at}" if known else "when it finished is not known"


def _sentences(verdict: Verdict, landed: LandedRow, rules: Lane) -> Iterator[str]:
    row, metric = landed.row, rules.metric
    yield f"{row.run_id} is row {verdict.order} of lane {row.lane}: {verdict.name}."
    yield verdict.sentence
    yield f"Landed in commit {landed.commit[:12]} as {landed.path}; {_finished(row)}."
    if row.results and verdict.reason != "unjudged":
        shown = ", ".join(
            f"{score_text(result.numbers[metric.name], metric)} ({'no seed' if result.seed is None else f'seed {result.seed}'})"
            for result in row.results
        )
        yield f"It reports {shown}; {row.seeds_run} of {row.seeds_planned} planned seeds finished."
    yield from _beside(row)
    if len(verdict.reasons) > 1:
        yield f"All reasons: {', '.join(verdict.reasons)}."
    if verdict.delta is not None and verdict.stats is None:
        yield f"Fresh gain {gain_text(verdict.delta, metric)}."
    if verdict.stats is not None:
        yield from _numbers(verdict, verdict.stats, rules)
    before, after = verdict.incumbent_before or "nobody", verdict.incumbent_after or "nobody"
    moved = f"from {before} to {after}" if before != after else f"with {after}"
    yield f"The title {'went' if before != after else 'stays'} {moved}."
    base = row.base or "no base"
    yield f"Against {base} the change is on the side: {verdict.attribution} (declared: {row.change_kind})."
    for flag in verdict.flags:
        yield f"Flag {flag}: {FLAGS[flag]}"


def _beside(row: Row) -> Iterator[str]:
    """What a row states beside its scores, and nobody judges."""
    for result in row.results:
        if result.extra:
            shown = ", ".join(f"{name} {value:g}" for name, value in sorted(result.extra.items()))
            who = "It" if result.seed is None else f"Seed {result.seed}"
            yield f"{who} also gave {shown}."
    if row.session != f"row:{row.run_id}":  # else it is not known to share one
        yield f"It ran in session {row.session}."
    if (scorer := row.evaluation.scorer) is not None:
        at = "" if scorer.revision is None else f" at {scorer.revision[:12]}"
        yield f"It was scored by {scorer.command or 'a scorer'}{at}."


def _numbers(verdict: Verdict, stats: Stats, rules: Lane) -> Iterator[str]:
    metric, digits = rules.metric, rules.metric.decimals + 2
    yield (
        f"Gain D = {stats.gain:+.{digits}f} {metric.unit}: the mean of {stats.n_challenger} of its "
        f"scores against the mean of {stats.n_incumbent} of the incumbent's; + is better."
    )
    if verdict.delta is not None and verdict.delta != stats.gain:
        yield f"Corrected for picked seeds: delta = {verdict.delta:+.{digits}f}."
    yield noise_sentence(stats.noise, digits)
    yield (
        f"Standard error {stats.se:.{digits}f}, so t = {stats.t:.3f} with {stats.df:g} degrees of "
        f"freedom; a gain needed {stats.t_needed:.3f}."
    )
    place = (
        "a challenger without a number yet"
        if stats.k is None
        else f"the {ordinal(stats.k)} challenger"
    )
    yield (
        f"By chance alone a gain like this has probability {stats.p_better:.3g}; as "
        f"{place} at look {stats.look} it had to be at most "
        f"{stats.alpha:.3g}. A loss like this has {stats.p_worse:.3g} "
        f"({rules.decision.regression_alpha:g} calls it a regression)."
    )
    yield (
        f"With 95 % confidence each way the gain lies between {stats.lcb95:+.{digits}f} and "
        f"{stats.ucb95:+.{digits}f}; at the level above it is at least {stats.lcb_alpha:+.{digits}f}."
    )
    yield (
        f"A gain counts from delta_min = {rules.decision.delta_min:g}; with these seeds one of "
        f"{stats.mde:.{digits}f} would be found 4 times in 5."
    )
    if needed := stats.seeds_needed:
        if needed.challenger is None:
            yield "64 seeds a side would not decide it: raise delta_min, or measure less noisily."
        else:
            yield (
                f"A gain of just delta_min would be found 4 times in 5 with {needed.challenger} seeds "
                f"of this config in all and {needed.incumbent} of the incumbent's."
            )
        if stats.noise.basis != "measured":
            yield "First measure the noise: 8 degrees of freedom of replicates with distinct seeds."


def noise_sentence(noise: Noise, digits: int) -> str:
    """The noise, what it rests on and how far the declared one still counts."""
    if noise.between is not None:
        return (
            f"Noise sigma = {noise.sigma:.{digits}f} within a session and "
            f"{noise.between.sigma:.{digits}f} between ({noise.basis}): {noise.nu_obs} and "
            f"{noise.between.nu_obs} degrees of freedom measured."
        )
    prior = noise.nu - noise.nu_obs
    return (
        f"Noise sigma = {noise.sigma:.{digits}f} between seeds ({noise.basis}): "
        f"{counted(noise.nu_obs, 'degree')} of freedom measured, {prior:g} of the declared one."
        + (f" {_capped(len(noise.wild))}" if noise.wild else "")
    )


def _capped(wild: int) -> str:
    configs = "One config scatters" if wild == 1 else f"{wild} configs scatter"
    return f"{configs} far more than the others and counts up to a cap."

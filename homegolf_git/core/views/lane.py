"""The state of a lane in a few lines: incumbent, noise, and how many rows each class has."""

from collections.abc import Iterator, Mapping

from homegolf_git.core.judge.ledger import Judged
from homegolf_git.core.judge.noise import seed_effect, session_effect
from homegolf_git.core.judge.reign import Reign
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import counted, score_text
from homegolf_git.core.model.lane import Lane, Metric
from homegolf_git.core.model.values import Document
from homegolf_git.core.model.verdict import Noise
from homegolf_git.core.search.plateau import Plateau


def incumbent_line(judged: Judged) -> str:
    """Who is the incumbent and with what score, or why nobody is."""
    state = judged.state
    metric = state.rules.metric
    if state.reign is not None:
        side = state.sample(state.reign.config)
        count = len(side.values)
        seeds = "1 seed" if count == 1 else f"the mean of {count} seeds"
        unit = f" {metric.unit}" if metric.unit else ""
        return f"{state.reign.run_id} at {score_text(side.mean, metric)}{unit}, {seeds}"
    if not judged.verdicts:
        return "none yet; no run has landed"
    return f"none yet; of {counted(len(judged.verdicts), 'run')} none has a score that counts ({tally_text(judged)})"


def tally_text(judged: Judged) -> str:
    """The classes that occur, each with its number of rows."""
    return ", ".join(f"{n} {name}" for name, n in counts(judged.state.tally).items() if n)


def noise_line(state: LaneState) -> str:
    """The lane's noise, what it rests on, and what should be declared of it."""
    noise, metric = state.noise, state.rules.metric
    return "; ".join([_noise_text(noise, metric), *_effects(state, metric.decimals + 1)])


def _noise_text(noise: Noise, metric: Metric) -> str:
    digits = metric.decimals + 1
    figure = f"{noise.sigma:.{digits}f} {metric.unit}".rstrip()
    if noise.between is not None:
        sizes = f"{figure} within a session, {noise.between.sigma:.{digits}f} between"
        rests = f"{noise.nu_obs} and {noise.between.nu_obs} degrees of freedom"
        return f"{sizes}, {noise.basis} on {rests}"
    if noise.basis == "assumed":
        return f"{figure} between seeds, as declared: no config has two seeds yet"
    return f"{figure} between seeds, {noise.basis} on {counted(noise.nu_obs, 'degree')} of freedom"


def _effects(state: LaneState, digits: int) -> Iterator[str]:
    """Noise that the lane does not reckon with."""
    scatter, rules = state.scatter, state.rules.decision
    if (found := session_effect(scatter, rules, state.shares)) is not None:
        yield (
            "scores of different sessions differ by more than seeds do "
            f"({found.larger:.{digits}f} against {found.smaller:.{digits}f}): declare sessions"
        )
    if (found := seed_effect(scatter)) is not None:
        yield (
            "a rerun understates the noise between seeds "
            f"({found.smaller:.{digits}f} against {found.larger:.{digits}f})"
        )


def lane_lines(rules: Lane, state: LaneState) -> Iterator[str]:
    """What a lane measures and how noisy that is."""
    metric = rules.metric
    direction = "lower" if metric.direction == "minimize" else "higher"
    unit = f"in {metric.unit}" if metric.unit else "in its own unit"
    yield f"{metric.name} {unit}, {direction} is better; a gain counts from {rules.decision.delta_min:g}."
    yield f"Noise: {noise_line(state)}."
    if rules.references:
        scores = [f"{ref.name} {score_text(ref.value, metric)}" for ref in rules.references]
        yield f"Scores from elsewhere, for scale: {', '.join(scores)}."
    if rules.needs_promotion_from is not None:
        yield f"A run needs a promotion from {rules.needs_promotion_from}."


def title_line(state: LaneState, reign: Reign) -> str:
    """What the incumbent's title rests on."""
    asked, fresh = state.rules.decision.fresh_seeds, len(state.fresh(reign).values)
    if not reign.won_at:
        return "the first valid score, which claims no gain"
    if not asked:
        return "the lane asks for no confirmation"
    if state.is_confirmed:
        return f"title confirmed on {counted(fresh, 'fresh seed')}"
    return f"title not confirmed yet ({fresh} of {counted(asked, 'fresh seed')})"


def state_line(found: Plateau) -> str:
    """The stop condition, and why it is not plateaued."""
    reasons = f" ({', '.join(found.reasons)})" if found.reasons else ""
    return f"{found.state}{reasons}"


def counts(tally: Mapping[str, int]) -> dict[str, int]:
    """How many rows each class has; every class is named. `tally` counts class/reason."""
    found = dict.fromkeys(("improvement", "noise", "regression", "blocked", "invalid"), 0)
    for name, rows in tally.items():
        found[name.partition("/")[0]] += rows
    return found


def reason_counts(tally: Mapping[str, int]) -> Mapping[str, int]:
    """How many rows each class and reason has, the commonest first."""
    return dict(sorted(tally.items(), key=lambda item: (-item[1], item[0])))


def incumbent_json(judged: Judged) -> Document | None:
    """Who holds the title, on how many seeds, and whether it is confirmed."""
    reign = judged.state.reign
    if reign is None:
        return None
    side = judged.state.sample(reign.config)
    return {
        "run_id": reign.run_id,
        "ordinal": reign.ordinal,
        "score": side.mean,
        "seeds": len(side.values),
        "fresh_seeds": len(judged.state.fresh(reign).values),
        "is_confirmed": judged.state.is_confirmed,
    }

"""What is worth saying of a row that wants to land, and changes no class.

An error here is a suspicion that the submitter can clear up; a warning is a mistake that costs weeks
when nobody names it.
"""

import math
from collections.abc import Iterator
from itertools import chain

from homegolf_git.core.judge.attribution import change_of, flatten, same_value
from homegolf_git.core.judge.distributions import t_quantile
from homegolf_git.core.judge.doubts import doubts
from homegolf_git.core.judge.intake import models_of, precise_scores
from homegolf_git.core.judge.integrity import is_scored_apart, is_self_reported
from homegolf_git.core.judge.scores import mean, scores_of
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.row import LandedRow, Row
from homegolf_git.core.model.values import Value

_REPLICATE_LEVEL = 0.9995  # of a t distribution, each way
# Sides that may differ where an artifact is scored again, by its owner or by somebody else.
_SCORED_AGAIN = ("none", "eval")
_REPRODUCED = (*_SCORED_AGAIN, "system")


class Meant(Value, frozen=True):
    """What a submitter says is meant, so that it is no mistake."""

    empty_config: bool = False
    new_seed: bool = False
    keep_invalid: bool = False  # public history is kept as it is


NOTHING_MEANT = Meant()


def remarks(state: LaneState, landed: LandedRow, meant: Meant) -> Iterator[Finding]:
    """Everything worth saying, before the row is judged as the next of its lane."""
    row, path = landed.row, landed.path
    yield from suspicions(state, landed)
    yield from doubts(state, landed, state.incumbent)
    if not row.config and not meant.empty_config:
        yield finding("empty_config", "config is empty", path)
    if not row.is_scored:
        return
    if not meant.new_seed and (seed := _second_seed(state, row)) is not None:
        message = f"seed {seed} is new here: all scores so far are of seed {state.seeds[0]}"
        yield finding("second_seed", message, path)
    if key := _seed_key(row):
        message = f"config key {key} is the seed, so each seed is a config of its own"
        yield finding("seed_in_config", message, path, severity="warning")
    # Where a scorer is required it is a breach, which says so itself.
    is_asked = is_scored_apart(state.rules) and "scorer" not in state.rules.contract.requires
    if is_asked and is_self_reported(row, landed.evidence):
        message = "the training process reported its own score, so the run is never promoted"
        yield finding("self_scored", message, path, severity="warning")
    yield from _other_bytes(state, row, path)
    yield from _differing_replicate(state, row, path)


def suspicions(state: LaneState, landed: LandedRow) -> Iterator[Finding]:
    """Facts of a row that are another run's: its model artifact, or its scores to the last digit."""
    row = landed.row
    found = (state.model_owners.get(digest, ()) for digest in sorted(models_of(row)))
    for run_id in dict.fromkeys(chain.from_iterable(found)):
        if not _is_scored_again(state, row, state.rows[run_id]):
            yield finding("artifact_reused", f"{run_id} lists the same model", landed.path)
    scores = precise_scores(row, state.rules.metric)
    for run_id in state.score_owners.get(scores, ()) if scores else ():
        if state.rows[run_id].config_digest != row.config_digest:
            yield finding("copied_scores", f"they are those of {run_id}", landed.path)


def _is_scored_again(state: LaneState, row: Row, owner: Row) -> bool:
    """Whether the same artifact is what was asked for: another evaluation of it, or a rescoring."""
    side = change_of(row, owner, state.rules.attribution).side
    is_reproduction = row.verification == "reproduced" and row.submitter != owner.submitter
    return side in (_REPRODUCED if is_reproduction else _SCORED_AGAIN)


def _second_seed(state: LaneState, row: Row) -> int | None:
    """A seed that turns the repeats of every config of a lane of one seed into averages."""
    if state.rules.decision.repeats != "count" or len(state.seeds) != 1:
        return None
    seeds = (result.seed for result in row.results)
    return next((seed for seed in seeds if seed is not None and seed not in state.seeds), None)


def _seed_key(row: Row) -> str | None:
    """A config key that holds the seed of every result."""
    seeds = {result.seed for result in row.results}
    if len(seeds) != 1 or None in seeds:
        return None
    for key, value in flatten(row.config).items():
        name = key.rpartition(".")[2].lower()
        if (name == "seed" or name.endswith("_seed")) and same_value(value, *seeds):
            return key
    return None


def _other_bytes(state: LaneState, row: Row, path: str) -> Iterator[Finding]:
    """Bits per byte compare where the bytes are the same."""
    held = state.rows[state.incumbent] if state.incumbent is not None else None
    if held is None or held.evaluation.split != row.evaluation.split:
        return
    mine, theirs = _bytes_of(row), _bytes_of(held)
    if mine and theirs and mine != theirs:
        message = (
            f"evaluated_bytes is {max(mine):,}, the incumbent {held.run_id} has {max(theirs):,} "
            f"on the same split"
        )
        yield finding("other_bytes", message, path, severity="warning")


def _bytes_of(row: Row) -> set[float]:
    name = "evaluated_bytes"
    return {result.numbers[name] for result in row.results if name in result.numbers}


def _differing_replicate(state: LaneState, row: Row, path: str) -> Iterator[Finding]:
    """A replicate whose scores leave its config's by more than noise explains."""
    config = state.configs.get(row.config_digest)
    if config is None:
        return
    before, known = config.values, config.known()
    new = [
        score.value
        for score in scores_of(row, state.rules, 0)
        if score.key is None or score.key not in known
    ]
    if not new:
        return
    noise = state.noise
    bar = t_quantile(_REPLICATE_LEVEL, noise.nu) * noise.sigma
    apart = abs(mean(new) - mean(before))
    if apart > bar * math.sqrt(1 / len(new) + 1 / len(before)):
        digits = state.rules.metric.decimals
        message = f"its scores lie {apart:.{digits}f} from those of the same config before it"
        yield finding("replicate_differs", message, path, severity="warning")

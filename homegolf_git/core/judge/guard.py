"""Replicates of the incumbent that leave its earlier scores wait for a second submitter.

Source: docs/statistics.md, section "A guarded reference". Scores that wait join neither the
reference nor the noise, so nobody alone can worsen an incumbent to make room for a run.
"""

import math
from collections.abc import Sequence

from homegolf_git.core.judge.contrast import contrast
from homegolf_git.core.judge.distributions import t_quantile
from homegolf_git.core.judge.levels import expected_top_mean
from homegolf_git.core.judge.noise import total_sigma
from homegolf_git.core.judge.reign import Config, Held
from homegolf_git.core.judge.scores import Sample, Score, sample_of
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import replace

_LEVEL = 0.9995  # of a t distribution, each way
_SAME_SHARE = 0.5  # of a shift, that another submitter must see as well

Taken = tuple[tuple[Score, ...], tuple[Held, ...], tuple[str, ...]]


def hold_back(state: LaneState, config: Config, row: Row, new: Sequence[Score]) -> Taken:
    """Which scores join a config with this row, which wait from now on, and the row's flags."""
    joined = tuple(new)
    if not joined or not config.scores or not state.rules.decision.reference_guard:
        return joined, config.held, ()
    is_guarded = _is_guarded(state, config, row)
    before, now = state.sample(config), sample_of(joined, state.counting)
    if is_guarded and row.unreported_seeds:
        joined = _less_picking(state, before, now, joined, row.unreported_seeds)
        now = sample_of(joined, state.counting)
    seconded = [held for held in config.held if _is_seconded(held, row, now)]
    if seconded:
        waiting = tuple(held for held in config.held if held not in seconded)
        return (*(score for held in seconded for score in held.scores), *joined), waiting, ()
    if not is_guarded or not _is_shifted(state, before, now):
        return joined, config.held, ()
    held = Held(row.run_id, row.submitter, before.mean, now.mean - before.mean, joined)
    return (), (*config.held, held), ("reference_shift",)


def _is_guarded(state: LaneState, config: Config, row: Row) -> bool:
    """Whether a row could move a reference that is not the submitter's alone.

    A title that waits for its confirmation is defended by what comes, whatever it says: holding
    that back would keep a title that was won by luck. And who measured every score of an incumbent
    moves nobody else's reference.
    """
    reign = state.reign
    is_held = reign is not None and reign.config.digest == config.digest and state.is_confirmed
    return is_held and config.submitters != (row.submitter,)


def _is_seconded(held: Held, row: Row, now: Sample) -> bool:
    """Whether somebody else saw the same shift, or half of it."""
    shift = now.mean - held.before
    is_same_way = math.copysign(1.0, shift) == math.copysign(1.0, held.shift)
    return (
        row.submitter != held.submitter
        and is_same_way
        and abs(shift) > _SAME_SHARE * abs(held.shift)
    )


def _is_shifted(state: LaneState, before: Sample, now: Sample) -> bool:
    rules = state.rules
    found = contrast(before, now, state.noise, rules.decision, rules.metric)
    return abs(found.gain) > t_quantile(_LEVEL, found.df) * found.se


def _less_picking(
    state: LaneState, before: Sample, now: Sample, scores: Sequence[Score], unreported: int
) -> tuple[Score, ...]:
    """The scores less what picking them can have given, whichever way they were picked."""
    reported = len(now.values)
    most = total_sigma(state.noise) * expected_top_mean(reported, reported + unreported)
    shift = now.mean - before.mean
    back = -math.copysign(min(most, abs(shift)), shift)
    return tuple(replace(s, value=s.value + back, stated=s.value) for s in scores)

"""Flags for scores that look made up or copied; none changes a class.

Source: docs/statistics.md, section "Honesty". Each is a question to a person, not a proof.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.judge.distributions import chi2_lower_tail, f_lower_tail
from homegolf_git.core.judge.noise import lane_noise, share_of
from homegolf_git.core.judge.reign import Config
from homegolf_git.core.judge.scores import SeedKey, is_identical, mean
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import MEASURED_FROM

_LEVEL = 0.001
_COMPARED = 50  # configs before
_COPIED_FROM, _NOOP_FROM = 3, 2  # scores in common
_QUIET_FROM = 2  # degrees of freedom
_QUIET = 4.0  # a config's variance is compared with a quarter of the lane's
_UNREPORTED_FROM, _UNREPORTED_TIMES = 5, 2

Scores = Mapping[SeedKey, float]


def honesty_flags(state: LaneState, config: Config) -> tuple[str, ...]:
    """The flags of a config as it is now, with its latest row; it joins the ones compared with."""
    if not state.rules.decision.honesty:
        return ()
    scores = {s.key: s.as_stated for s in config.scores if s.key is not None}
    others = [known for digest, known in state.recent.items() if digest != config.digest]
    found = tuple(_flags(state, config, scores, others[-_COMPARED:]))
    state.recent[config.digest] = scores
    while len(state.recent) > _COMPARED + 1:
        del state.recent[next(iter(state.recent))]
    return found


def _flags(
    state: LaneState, config: Config, scores: Scores, others: Sequence[Scores]
) -> Iterator[str]:
    if _is_quiet(state, config):
        yield "spread_low"
    has_enough = len(scores) >= _COPIED_FROM  # else the noise of the lane is not asked for
    if has_enough and copied_chance(scores, others, state.noise.sigma) < _LEVEL:
        yield "copied_scores"
    if any(_is_same_training(scores, other) for other in others):
        yield "noop_config"
    bar = max(_UNREPORTED_FROM, _UNREPORTED_TIMES * len(config.scores) + 1)
    if config.unreported >= bar:
        yield "many_unreported"


def _is_quiet(state: LaneState, config: Config) -> bool:
    """Whether the config scatters far less than all the others do."""
    counting = state.counting
    share = share_of(config.scores, counting)
    has_sessions = state.rules.decision.sessions is not None
    own, pool = (
        (share.within, state.scatter.within) if has_sessions else (share.plain, state.scatter.plain)
    )
    if own.df < _QUIET_FROM or pool.nu_obs - own.df < MEASURED_FROM:
        return False
    rest = lane_noise(
        state.scatter.without(config.digest, share),
        replace(state.rules.decision, pool="capped"),  # a wild one would make all others quiet
        lambda: ((d, s) for d, s in state.shares() if d != config.digest),
    )
    return quiet_chance(own.variance, own.df, rest.sigma, rest.nu) < _LEVEL


def quiet_chance(variance: float, df: float, sigma: float, nu: float) -> float:
    """Chance of so small a variance where scores scatter with half of `sigma`."""
    return f_lower_tail(variance / (sigma**2 / _QUIET), df, nu)


def copied_chance(scores: Scores, others: Sequence[Scores], sigma: float) -> float:
    """Chance that some of the configs differs from this one by a constant as exactly as the closest.

    N P(chi2_{m-1} <= SS_d / (2 sigma^2)), with d the differences of the m scores in common and N
    the configs that have three or more in common.
    """
    compared = 0
    closest = 1.0
    for other in others:
        differences = [value - other[key] for key, value in scores.items() if key in other]
        if len(differences) < _COPIED_FROM:
            continue
        compared += 1
        centre = mean(differences)
        squares = math.fsum((d - centre) ** 2 for d in differences)
        chance = chi2_lower_tail(squares / (2 * sigma**2), len(differences) - 1)
        closest = min(closest, chance)
    return compared * closest if compared else 1.0


def _is_same_training(scores: Scores, other: Scores) -> bool:
    """Whether all scores in common are the same bits, and not all one number."""
    shared = [(value, other[key]) for key, value in scores.items() if key in other]
    return (
        len(shared) >= _NOOP_FROM
        and all(one == two for one, two in shared)
        and not is_identical([one for one, _ in shared])
    )

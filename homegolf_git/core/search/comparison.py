"""Two runs side by side: what differs between them, and what that did to the score."""

from collections.abc import Iterator

from homegolf_git.core.judge.attribution import ABSENT, changed_keys, flatten
from homegolf_git.core.judge.contrast import contrast
from homegolf_git.core.judge.distributions import t_quantile
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json, Value

_BOUND = 0.975  # each way: an interval of 95 %


class Difference(Value, frozen=True):
    """A fact that two runs state differently; None where a run does not state it."""

    name: str
    before: Json
    after: Json


class Interval(Value, frozen=True):
    """A gain with its 95 % interval, metric unit; positive: the second run is better."""

    gain: float
    low: float
    high: float
    n_before: int
    n_after: int


def differences(before: Row, after: Row) -> Iterator[Difference]:
    """Config keys, source, hardware and evaluation that differ."""
    flat_before, flat_after = flatten(before.config), flatten(after.config)
    for key in changed_keys(before.config, after.config):
        yield Difference(
            f"config.{key}",
            _stated(flat_before.get(key, ABSENT)),
            _stated(flat_after.get(key, ABSENT)),
        )
    if before.source.revision != after.source.revision:
        yield Difference("source.revision", before.source.revision, after.source.revision)
    if before.hardware != after.hardware:
        yield Difference("hardware", _devices(before), _devices(after))
    for name in before.evaluation.__struct_fields__:
        one, other = getattr(before.evaluation, name), getattr(after.evaluation, name)
        if one != other:
            yield Difference(f"evaluation.{name}", _text(one), _text(other))


def _stated(value: object) -> Json:
    return None if value is ABSENT else value  # type: ignore[return-value] # a value of a config


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _devices(row: Row) -> str:
    return " + ".join(f"{device.count} x {device.device}" for device in row.hardware)


def interval(state: LaneState, before: Row, after: Row) -> Interval | None:
    """How much better the second run's config scores, by the noise of today; None without scores."""
    configs = [state.configs.get(row.config_digest) for row in (before, after)]
    one, other = (None if config is None else state.sample(config) for config in configs)
    if one is None or other is None or not (one.n and other.n):
        return None
    rules = state.rules
    found = contrast(one, other, state.noise, rules.decision, rules.metric)
    half = t_quantile(_BOUND, found.df) * found.se
    return Interval(
        found.gain, found.gain - half, found.gain + half, len(one.values), len(other.values)
    )

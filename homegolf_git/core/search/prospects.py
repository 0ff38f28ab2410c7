"""What stands beside the stop condition and never changes it: novelty, expected gain, cost.

Source of the formulas: docs/statistics.md, section "Stop condition".
"""

from homegolf_git.core.judge.noise import mean
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.values import Value
from homegolf_git.core.search.incumbents import step_gains

EXCESS_FROM = 3  # past gains from which a mean excess is worth naming
NOVELTY_BAR = 0.2  # share of challengers that are the only one of their kind
_SECONDS_PER_HOUR = 3600


class Prospects(Value, frozen=True):
    """Novelty (Good-Turing), a bound of the next challenger's expected gain (metric unit), and cost.

    None where it cannot be told.
    """

    novelty: float | None
    expected_gain_at_most: float | None
    device_hours_each: float | None
    is_uneconomic: bool | None


def prospects(state: LaneState, p_upper: float) -> Prospects:
    """Evaluate them after a lane's last row, given the stop condition's bound."""
    gain, hours = _expected_gain(state, p_upper), _hours_each(state)
    rate = state.rules.stop.gain_per_device_hour
    is_uneconomic = None
    if rate is not None and gain is not None and hours is not None:
        is_uneconomic = gain < rate * hours
    return Prospects(
        novelty=_novelty(state),
        expected_gain_at_most=gain,
        device_hours_each=hours,
        is_uneconomic=is_uneconomic,
    )


def _novelty(state: LaneState) -> float | None:
    """Good-Turing: share of the challengers whose family of change was seen exactly once."""
    window = state.reign.window if state.reign else None
    return window.lone_families / len(window) if window else None


def _expected_gain(state: LaneState, bound: float) -> float | None:
    """At most p_upper (delta_min + mean excess of past gains over it); None with too few gains."""
    delta_min = state.rules.decision.delta_min
    excesses = [
        max(0.0, gain - delta_min) for gain, is_measured in step_gains(state) if is_measured
    ]
    if len(excesses) < EXCESS_FROM:
        return None
    return bound * (delta_min + mean(excesses))


def _hours_each(state: LaneState) -> float | None:
    """Device-hours of training for each challenger of the window that was settled."""
    if state.reign is None:
        return None
    window = state.reign.window
    settled = sum(window.cleared.values())
    if not settled or not window.trained or window.untimed:
        return None
    return window.device_seconds.value / _SECONDS_PER_HOUR / settled

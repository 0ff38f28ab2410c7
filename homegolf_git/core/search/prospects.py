"""What stands beside the stop condition and never changes it: novelty, expected gain, cost.

Source of the formulas: docs/statistics.md, section "Stop condition".
"""

from homegolf_git.core.judge.reign import Window
from homegolf_git.core.judge.scores import mean
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.values import Value
from homegolf_git.core.search.incumbents import step_gains

EXCESS_FROM = 3  # past gains from which a mean excess is worth naming
NOVELTY_BAR = 0.2  # share of challengers that are the only one of their kind
SECONDS_PER_HOUR = 3600


class Prospects(Value, frozen=True):
    """Novelty (Good-Turing), a bound of the next challenger's expected gain (metric unit), and cost.

    None where it cannot be told.
    """

    novelty: float | None
    expected_gain_at_most: float | None
    device_hours_each: float | None
    is_uneconomic: bool | None


def prospects(state: LaneState, p_upper: float, window: Window) -> Prospects:
    """Evaluate them after a lane's last row, given the stop condition's bound and its window."""
    gain, hours = _expected_gain(state, p_upper), _hours_each(window)
    rate = state.rules.stop.gain_per_device_hour
    is_uneconomic = None
    if rate is not None and gain is not None and hours is not None:
        is_uneconomic = gain < rate * hours
    return Prospects(
        novelty=_novelty(window),
        expected_gain_at_most=gain,
        device_hours_each=hours,
        is_uneconomic=is_uneconomic,
    )


def _novelty(window: Window) -> float | None:
    """Good-Turing: share of the challengers whose family of change was seen exactly once."""
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


def _hours_each(window: Window) -> float | None:
    """Device-hours of training for each challenger of the window that was settled."""
    settled = sum(window.cleared.values())
    if not settled or not window.trained or window.untimed:
        return None
    return window.device_seconds.value / SECONDS_PER_HOUR / settled

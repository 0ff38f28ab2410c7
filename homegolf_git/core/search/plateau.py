"""The stop condition: whether local search has plateaued, and what would settle it.

Source of the formulas: docs/statistics.md, section "Stop condition". A plateau is about the search
that was done: it assumes that further challengers resemble those in the window.
"""

from typing import Literal

from homegolf_git.core.judge.distributions import beta_upper_quantile, beta_upper_tail
from homegolf_git.core.judge.reign import Window
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import TOLERANCE, Stop
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.values import Value
from homegolf_git.core.search.standing import window_now
from homegolf_git.core.search.thinness import is_thin

MISS = 0.10  # chance that a true gain of delta_min gets cleared, over all its looks
NEEDED_CAP = 1 << 16

PlateauState = Literal["no_incumbent", "improving", "inconclusive", "plateaued"]
SIDES = ("system", "model")
REASONS = (
    "too_few", "unresolved", "side_not_covered", "blockers", "noise_not_measured",
    "incumbent_not_remeasured", "live_lead", "thin_window",
)  # fmt: skip


class Plateau(Value, frozen=True):
    """The state of the stop condition with everything behind it.

    `p_upper` is the largest share of further challengers that may still be gains of delta_min or
    more, at the declared confidence; `needed` how many more cleared challengers would bring it
    down to p_star with everything else as it is, None where no number would.
    """

    state: PlateauState
    reasons: tuple[str, ...]
    p_upper: float
    n: int
    unresolved: int
    unresolved_runs: tuple[RunId, ...]
    open_blockers: tuple[RunId, ...]
    cleared: dict[str, int]
    p_upper_by_side: dict[str, float]
    p_upper_without_blockers: float
    needed: int | None
    is_blocked_only: bool  # plateaued if the open blockers were settled
    p_star: float
    window: Window  # as it stands now
    infeasible: int = 0  # ideas declared so; they stand outside the window


def share_bound(n: int, unresolved: int, ordinal: int, error: float) -> float:
    """Upper bound of the share of helpful challengers.

    Clopper and Pearson's bound at level a / (j (j+1) (u+1) (u+2)), which sums to `error` over all
    incumbents j and all u, divided by the chance that a true gain is not missed.
    """
    if unresolved >= n:
        return 1.0
    alpha = _level(unresolved, ordinal, error)
    return min(1.0, beta_upper_quantile(alpha, unresolved + 1, n - unresolved) / (1 - MISS))


def is_bounded(n: int, unresolved: int, ordinal: int, stop: Stop) -> bool:
    """Whether `share_bound` is at most p_star, without computing it."""
    if unresolved >= n:
        return stop.p_star >= 1.0
    share = stop.p_star * (1 - MISS)
    tail = beta_upper_tail(share, unresolved + 1, n - unresolved)
    return tail <= _level(unresolved, ordinal, stop.error)


def _level(unresolved: int, ordinal: int, error: float) -> float:
    u, j = unresolved, ordinal
    return error / (j * (j + 1) * (u + 1) * (u + 2))


def needed_for(n: int, unresolved: int, ordinal: int, stop: Stop, near: int = 1) -> int | None:
    """How many more cleared challengers bring the bound down to p_star; None beyond the cap.

    The search begins `near` a number from 1 to the cap; which one changes only how long it takes.
    """

    def is_enough(more: int) -> bool:
        return is_bounded(n + more, unresolved, ordinal, stop)

    if is_enough(0):
        return 0
    low, high, step = 0, near, 1
    while high - step > low and is_enough(high - step):
        high, step = high - step, step * 2
    low = max(low, high - step)
    while not is_enough(high):
        if high == NEEDED_CAP:
            return None
        low, high, step = high, min(high + step, NEEDED_CAP), step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def plateau_state(state: LaneState) -> PlateauState:
    """The state of the stop condition alone, which costs little."""
    return _call(state, _Counts(state))[0]


def plateau(state: LaneState) -> Plateau:
    """Evaluate the stop condition after a lane's last row."""
    counts, stop = _Counts(state), state.rules.stop
    window, ordinal, n, unresolved = counts.window, counts.ordinal, counts.n, counts.unresolved
    found, reasons = _call(state, counts)
    without = share_bound(len(window), len(window.unresolved), ordinal, stop.error)
    return Plateau(
        state=found,
        reasons=reasons,
        p_upper=share_bound(n, unresolved, ordinal, stop.error),
        n=n,
        unresolved=unresolved,
        unresolved_runs=tuple(entry.run_id for entry in window.unresolved.values()),
        open_blockers=tuple(state.blockers),
        cleared={side: window.cleared.get(side, 0) for side in SIDES},
        p_upper_by_side={side: _side_bound(window, side, ordinal, stop) for side in SIDES},
        p_upper_without_blockers=without,
        needed=needed_for(n, unresolved, ordinal, stop),
        is_blocked_only=bool(state.blockers)
        and found == "inconclusive"
        and not _standing_reasons(state, window)
        and without <= stop.p_star,
        p_star=stop.p_star,
        window=window,
        infeasible=state.tally.get("blocked/infeasible", 0),
    )


class _Counts:
    """The window and its sizes, open blockers among the unresolved."""

    def __init__(self, state: LaneState) -> None:
        self.window = window_now(state)
        self.ordinal = state.reign.ordinal if state.reign else 1
        self.n = len(self.window) + len(state.blockers)
        self.unresolved = len(self.window.unresolved) + len(state.blockers)


def _call(state: LaneState, counts: _Counts) -> tuple[PlateauState, tuple[str, ...]]:
    reign, stop = state.reign, state.rules.stop
    if reign is None:
        return "no_incumbent", ()
    if reign.won_at and len(counts.window) < stop.improving_below:
        return "improving", ()
    reasons = _standing_reasons(state, counts.window)
    if not is_bounded(counts.n, counts.unresolved, counts.ordinal, stop):
        reasons += ["too_few"]
        reasons += ["unresolved"] if counts.window.unresolved else []
        reasons += ["blockers"] if state.blockers else []
    reasons.sort(key=REASONS.index)
    return ("inconclusive", tuple(reasons)) if reasons else ("plateaued", ())


def _standing_reasons(state: LaneState, window: Window) -> list[str]:
    """Reasons that do not depend on the bound."""
    rules, reign = state.rules, state.reign
    reasons = []
    if min(window.cleared.get(side, 0) for side in SIDES) < rules.stop.min_cleared_per_side:
        reasons.append("side_not_covered")
    if state.noise.basis != "measured":
        reasons.append("noise_not_measured")
    if reign is not None and not state.is_remeasured(reign):
        reasons.append("incumbent_not_remeasured")
    bar = rules.decision.delta_min - TOLERANCE
    leads = (entry.delta for entry in window.unresolved.values())
    if any(delta is not None and delta >= bar for delta in leads):
        reasons.append("live_lead")
    if rules.decision.honesty and is_thin(state, window):
        reasons.append("thin_window")
    return reasons


def _side_bound(window: Window, side: str, ordinal: int, stop: Stop) -> float:
    n = window.judged.get(side, 0)
    return share_bound(n, n - window.cleared.get(side, 0), ordinal, stop.error)

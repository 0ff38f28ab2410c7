"""The stop condition: whether local search has plateaued, and what would settle it.

Source of the formulas: docs/statistics.md, section "Stop condition". A plateau is about the search
that was done: it assumes that further challengers resemble those in the window.
"""

from dataclasses import dataclass
from typing import Literal

from homegolf_git.core.decide import TOLERANCE
from homegolf_git.core.distributions import beta_quantile
from homegolf_git.core.model import Stop
from homegolf_git.core.naming import RunId
from homegolf_git.core.state import LaneState, WindowEntry

MISS = 0.10  # chance that a true gain of delta_min gets cleared, over all its looks
NEEDED_CAP = 100_000

PlateauState = Literal["no_incumbent", "improving", "inconclusive", "plateaued"]
SIDES = ("system", "model")
REASONS = (
    "too_few", "unresolved", "side_not_covered", "blockers", "noise_not_measured",
    "incumbent_not_remeasured", "live_lead",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plateau:
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


def share_bound(n: int, unresolved: int, ordinal: int, error: float) -> float:
    """Upper bound of the share of helpful challengers.

    Clopper and Pearson's bound at level a / (j (j+1) (u+1) (u+2)), which sums to `error` over all
    incumbents j and all u, divided by the chance that a true gain is not missed.
    """
    if unresolved >= n:
        return 1.0
    u, j = unresolved, ordinal
    alpha = error / (j * (j + 1) * (u + 1) * (u + 2))
    return min(1.0, beta_quantile(1 - alpha, u + 1, n - u) / (1 - MISS))


def needed_for(n: int, unresolved: int, ordinal: int, stop: Stop) -> int | None:
    """How many more cleared challengers bring the bound down to p_star; None beyond the cap."""

    def is_enough(more: int) -> bool:
        return share_bound(n + more, unresolved, ordinal, stop.error) <= stop.p_star

    if is_enough(0):
        return 0
    low, high = 0, 1
    while not is_enough(high):
        low, high = high, high * 2
        if high > NEEDED_CAP:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def plateau(state: LaneState) -> Plateau:
    """Evaluate the stop condition after a lane's last row."""
    window = list(state.reign.window.values()) if state.reign else []
    blockers = tuple(state.blockers)
    stop, ordinal = state.rules.stop, state.reign.ordinal if state.reign else 1
    open_entries = [entry for entry in window if not entry.is_cleared]
    n, unresolved = len(window) + len(blockers), len(open_entries) + len(blockers)
    bound = share_bound(n, unresolved, ordinal, stop.error)
    without = share_bound(len(window), len(open_entries), ordinal, stop.error)
    cleared = {side: _cleared(window, side) for side in SIDES}
    standing = _standing_reasons(state, open_entries, cleared)
    reasons = list(standing)
    if bound > stop.p_star:
        reasons += ["too_few"]
        reasons += ["unresolved"] if open_entries else []
        reasons += ["blockers"] if blockers else []
    reasons.sort(key=REASONS.index)
    found, named = _state(state, window, reasons)
    return Plateau(
        state=found,
        reasons=named,
        p_upper=bound,
        n=n,
        unresolved=unresolved,
        unresolved_runs=tuple(entry.run_id for entry in open_entries),
        open_blockers=blockers,
        cleared=cleared,
        p_upper_by_side={side: _side_bound(window, side, ordinal, stop) for side in SIDES},
        p_upper_without_blockers=without,
        needed=needed_for(n, unresolved, ordinal, stop),
        is_blocked_only=bool(blockers)
        and found == "inconclusive"
        and not standing
        and without <= stop.p_star,
        p_star=stop.p_star,
    )


def _state(
    state: LaneState, window: list[WindowEntry], reasons: list[str]
) -> tuple[PlateauState, tuple[str, ...]]:
    reign = state.reign
    if reign is None:
        return "no_incumbent", ()
    if reign.won_at and len(window) < state.rules.stop.improving_below:
        return "improving", ()
    return ("inconclusive", tuple(reasons)) if reasons else ("plateaued", ())


def _standing_reasons(
    state: LaneState, open_entries: list[WindowEntry], cleared: dict[str, int]
) -> list[str]:
    """Reasons that do not depend on the bound."""
    rules, reign = state.rules, state.reign
    reasons = []
    if min(cleared.values()) < rules.stop.min_cleared_per_side:
        reasons.append("side_not_covered")
    if state.noise.basis != "measured":
        reasons.append("noise_not_measured")
    if reign is not None and not reign.is_remeasured(rules.decision.fresh_seeds):
        reasons.append("incumbent_not_remeasured")
    bar = rules.decision.delta_min - TOLERANCE
    if any(entry.delta is not None and entry.delta >= bar for entry in open_entries):
        reasons.append("live_lead")
    return reasons


def _cleared(window: list[WindowEntry], side: str) -> int:
    return sum(entry.is_cleared and entry.change.side == side for entry in window)


def _side_bound(window: list[WindowEntry], side: str, ordinal: int, stop: Stop) -> float:
    n = sum(entry.change.side == side for entry in window)
    return share_bound(n, n - _cleared(window, side), ordinal, stop.error)

"""What a loop does next: the order of runs that finds what is truly better with the fewest of them.

Source: docs/statistics.md, section "Loops". Everything is read from the lane as it stands, so a loop
that was killed goes on as if it had not been.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from homegolf_git.core.judge.nextstep import Prospect
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json, Value, field
from homegolf_git.core.model.verdict import MEASURED_FROM, Verdict
from homegolf_git.core.search.plan import runs_to_measure
from homegolf_git.core.search.plateau import plateau

OrderName = Literal["baseline", "fresh", "incumbent", "again", "idea", "plateaued"]
Reason = Literal["plateaued", "budget", "failures", "exhausted", "tampered"]  # why a loop ended

_LOOKS = (1, 3, 6)  # scores of an idea at which it is looked at
_LATE_LOOK = 12  # one more, where delta_min is small beside the noise
_SMALL_DELTA = 2  # in units of the noise
_HOPELESS = 0.20  # chance of a win below which a run of the next idea is worth more
_IDEAS_BETWEEN = 10  # ideas between two runs of the incumbent


class Attempt(Value, frozen=True):
    """An idea to be run: a config, or a change of the source that is in the work tree."""

    summary: str
    config: Mapping[str, Json] = field(default_factory=dict)
    base: RunId | None = None  # the incumbent
    kind: str | None = None  # derived


class Order(Value, frozen=True):
    """So many runs, of a run that is there or of the next idea."""

    action: OrderName
    run_id: RunId | None = None
    runs: int = 1
    why: str = ""


def next_order(
    state: LaneState, rows: Sequence[Row], ideas: Iterable[Verdict], *, wants_plateau: bool = False
) -> Order:
    """The next runs of a loop.

    Args:
        state: The lane behind its last row.
        rows: All rows of the lane, in their order.
        ideas: The latest verdict of each config that may be run again here.
        wants_plateau: Whether ideas are looked at until they are cleared, however little hope there is.
    """
    return next(orders(state, rows, ideas, wants_plateau=wants_plateau))


def orders(
    state: LaneState, rows: Sequence[Row], ideas: Iterable[Verdict], *, wants_plateau: bool
) -> Iterator[Order]:
    """The orders in the order in which they count; where somebody else is at one, the next is due."""
    reign = state.reign
    if reign is None:
        yield Order("baseline", None, MEASURED_FROM + 1, "an incumbent and the noise of its scores")
        return
    held = reign.run_id
    if reign.won_at and not state.is_remeasured(reign):
        missing = state.rules.decision.fresh_seeds - len(state.fresh(reign).values)
        yield Order("fresh", held, max(1, missing), "scores that did not help the incumbent to win")
    # Scores that are all the same measure nothing, however many they are.
    left = MEASURED_FROM + 1 - _runs_of(rows, reign.config.digest)
    if state.noise.basis != "measured" and left > 0:
        runs = max(1, min(left, runs_to_measure(state)))
        yield Order("incumbent", held, runs, "the noise is not measured")
    for verdict in ideas:
        if runs := runs_again(state, verdict, wants_plateau=wants_plateau):
            yield Order("again", verdict.run_id, runs, "undecided, and it may still win")
    if _ideas_since_incumbent(rows, reign.config.digest) >= _IDEAS_BETWEEN:
        yield Order("incumbent", held, 1, f"once every {_IDEAS_BETWEEN} ideas")
    if plateau(state).state == "plateaued":
        yield Order("plateaued", None, 0, "the lane has plateaued")
    yield Order("idea")


def runs_again(state: LaneState, verdict: Verdict, *, wants_plateau: bool = False) -> int:
    """Runs up to the next look at an idea; 0: it is decided, or no look to come could promote it."""
    stats = verdict.stats
    if verdict.reason == "incomplete":
        return 1
    if verdict.reason != "underpowered" or stats is None or verdict.run_id == state.incumbent:
        return 0
    if verdict.incumbent_after != state.incumbent:  # it is judged anew when it comes again
        return 0
    later = [look - stats.n_challenger for look in looks_of(state) if look > stats.n_challenger]
    if not later:
        return 0
    if wants_plateau or stats.outlook is None:
        return later[0]
    prospect = Prospect(stats.outlook, stats.noise)
    hope = max(prospect.promotes(more, 0) for more in later)
    return later[0] if hope >= _HOPELESS else 0


def looks_of(state: LaneState) -> tuple[int, ...]:
    """Numbers of scores at which an idea is looked at."""
    is_small = state.rules.decision.delta_min < _SMALL_DELTA * state.noise.sigma
    return (*_LOOKS, _LATE_LOOK) if is_small else _LOOKS


def _runs_of(rows: Sequence[Row], digest: str) -> int:
    """How often a config was run to a score."""
    return sum(len(row.results) for row in rows if row.config_digest == digest)


def _ideas_since_incumbent(rows: Sequence[Row], incumbent: str) -> int:
    """Configs that were tried since the incumbent was last run."""
    tried: set[str] = set()
    for row in reversed(rows):
        if row.config_digest == incumbent:
            break
        tried.add(row.config_digest)
    return len(tried)


def latest_verdicts(rows: Sequence[Row], verdicts: Mapping[RunId, Verdict]) -> list[Verdict]:
    """The latest verdict of each config, the config that was run last first."""
    found: dict[str, Verdict] = {}
    for row in reversed(rows):
        if row.run_id in verdicts:
            found.setdefault(row.config_digest, verdicts[row.run_id])
    return list(found.values())


def free_seeds(taken: Iterable[int | None], count: int) -> tuple[int, ...]:
    """The lowest seeds from 1 that a config has not been run with."""
    used = set(taken)
    seeds = (seed for seed in range(1, len(used) + count + 2) if seed not in used)
    return tuple(seed for seed, _ in zip(seeds, range(count), strict=False))


def equal_failures(rows: Sequence[Row]) -> int:
    """How many of the last rows failed alike, one after the other."""
    if not rows or rows[-1].failure is None:
        return 0
    last, count = rows[-1].failure, 0
    for row in reversed(rows):
        if row.failure is None or (row.failure.kind, row.failure.stage) != (last.kind, last.stage):
            break
        count += 1
    return count

"""What would settle the stop condition with the fewest runs.

Source: docs/statistics.md, section "Plan". Advice: it changes no state. Follow it, and ask again.
"""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.decide import Challenge, outlook_of
from homegolf_git.core.judge.nextstep import Prospect
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Stop
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import MEASURED_FROM, Noise, Outlook
from homegolf_git.core.search.plateau import Plateau, needed_for

_MOST = 24  # more runs of one config
_EVEN_CHANCE = 0.5
_BLOCKER_RUNS = 2
_COST_UNKNOWN = 1.5  # scores for a cleared config, before any was
_SETTLED_MOST = 100  # configs of a plan: one that settles more is none


class Undecided(Value, frozen=True):
    """An unresolved config by its latest run."""

    run_id: str
    outlook: Outlook


class Settling(Value, frozen=True):
    """So many more runs of a config, or to settle a blocker."""

    run_id: str
    runs: int


class StopPlan(Value, frozen=True):
    """Runs of the incumbent, of the configs to settle, and new challengers after them.

    `leads` look better by delta_min or more: they are decided first.
    """

    runs: float
    incumbent: int
    settle: tuple[Settling, ...]
    challengers: int
    unresolved_left: int
    leads: tuple[str, ...]


class Standing(Value, frozen=True):
    """Where the search stands: what a plan has to change.

    `n` counts the configs of the window and the open blockers, `mean_cost` is that of a cleared
    config in scores, `least` the runs of the incumbent that are needed anyway.
    """

    n: int
    ordinal: int
    stop: Stop
    mean_cost: float
    blockers: tuple[str, ...] = ()
    least: int = 0


def plan_of(state: LaneState, found: Plateau) -> StopPlan | None:
    """The plan for a lane whose stop condition is inconclusive; None where there is nothing to plan."""
    reign = state.reign
    if reign is None or found.state != "inconclusive":
        return None
    cleared = [
        len(state.sample(state.configs[digest]).values)
        for digest, entry in found.window.entries.items()
        if entry.is_cleared and entry.is_scored and entry.is_counted
    ]
    standing = Standing(
        n=found.n,
        ordinal=reign.ordinal,
        stop=state.rules.stop,
        mean_cost=sum(cleared) / len(cleared) if cleared else _COST_UNKNOWN,
        blockers=found.open_blockers,
        least=runs_to_measure(state),
    )
    return stop_plan(list(undecided(state, found)), state.noise, standing)


def undecided(state: LaneState, found: Plateau) -> Iterator[Undecided]:
    """The unresolved configs as they compare with the incumbent now."""
    reign = state.reign
    assert reign is not None  # noqa: S101 - without one there is no window
    noise, reference = state.noise, state.reference(reign)
    for digest, entry in found.window.unresolved.items():
        if not entry.is_scored or entry.delta is None:
            continue
        ticket, config = reign.ticket(digest), state.configs[digest]
        assert ticket.k is not None  # noqa: S101 - the next number where it has none
        challenge = Challenge(
            reference, state.sample(config), ticket.k, max(1, ticket.look - 1), config.unreported
        )
        outlook = outlook_of(challenge, noise, state.rules.decision, state.rules.metric)
        yield Undecided(entry.run_id, outlook)


def runs_to_measure(state: LaneState) -> int:
    """Runs of the incumbent that its fresh reference and the noise still lack."""
    reign, rules, noise = state.reign, state.rules.decision, state.noise
    fresh = 0 if reign is None else rules.fresh_seeds - len(state.fresh(reign).values)
    observed = noise.nu_obs if noise.between is None else noise.between.nu_obs
    return max(0, fresh, MEASURED_FROM - observed)


def stop_plan(undecided: Sequence[Undecided], noise: Noise, standing: Standing) -> StopPlan | None:
    """The cheapest plan, given the unresolved configs (leads among them); None where none is known."""
    n, ordinal, stop = standing.n, standing.ordinal, standing.stop
    leads = [item for item in undecided if item.outlook.gain >= item.outlook.delta_min]
    rest = [item for item in undecided if item.outlook.gain < item.outlook.delta_min]
    unresolved = len(undecided) + len(standing.blockers)
    known = [Settling(run_id, _BLOCKER_RUNS) for run_id in standing.blockers]
    best: StopPlan | None = None
    least = [_MOST + 1] * len(rest)
    more: list[int | None] = []  # challengers that are needed where so many are settled
    prospects = [Prospect(item.outlook, noise) for item in rest]
    for y in range(_MOST + 1):
        least = [_least_clearing(p, y, x) for p, x in zip(prospects, least, strict=True)]
        if y < standing.least:
            continue
        settle = [*known]
        settle += [Settling(i.run_id, x) for i, x in zip(rest, least, strict=True) if x <= _MOST]
        settle.sort(key=lambda item: item.runs)
        spent = 0
        for r in range(min(len(settle), _SETTLED_MOST) + 1):
            spent += settle[r - 1].runs if r else 0
            if best is not None and y + spent >= best.runs:
                break
            if r == len(more):
                more.append(needed_for(n, unresolved - r, ordinal, stop, _near(more)))
            challengers = more[r]
            if challengers is None:
                continue
            cost = y + spent + standing.mean_cost * challengers
            if best is None or cost < best.runs:
                best = StopPlan(
                    cost, y, tuple(settle[:r]), challengers, unresolved - r,
                    tuple(item.run_id for item in leads),
                )  # fmt: skip
    return best


def _near(more: Sequence[int | None]) -> int:
    """About the next number: each config that is settled spares nearly as many as the one before."""
    known = [number for number in more[-2:] if number]
    return max(1, 2 * known[-1] - known[0]) if known else 1


def _least_clearing(prospect: Prospect, y: int, before: int) -> int:
    """The fewest runs of a config that rule it out with an even chance, after `y` of the incumbent.

    More runs of the incumbent never ask for more of the config, so the search goes down from what
    was needed `before`; one more than the most where none is enough. A config that would be ruled
    out as it stands, but for its own scatter or its heavier tail, needs a run of its own.
    """
    x, least = before, 1 if prospect.clears(0, 0) >= _EVEN_CHANCE else 0
    while x > least and prospect.clears(x - 1, y) >= _EVEN_CHANCE:
        x -= 1
    return x

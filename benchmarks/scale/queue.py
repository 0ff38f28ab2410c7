"""A merge queue as forges have it, simulated: how long a run waits, at how many runs an hour.

Runs arrive at random. The queue takes up to `group` of them, in their order, and checks them as one;
up to `ahead` groups are checked at a time, each on top of those before it. A run that fails is sent
away, and the groups behind it are checked again.
"""

import heapq
import random
import statistics
from dataclasses import dataclass

_HOURS = 200.0
_WARM_UP = 0.1  # share of the runs that is left out at the start


@dataclass(frozen=True)
class Queue:
    """The set-up of a queue; minutes are those of one check with all that surrounds it."""

    group: int
    ahead: int
    minutes: float
    fails: float = 0.02  # chance that a run which passed by itself fails in its group


@dataclass(frozen=True)
class Waits:
    """Minutes from arrival to landing; None where the queue grows without end."""

    median: float | None
    p95: float | None


def simulate(queue: Queue, runs_an_hour: float, seed: int = 1) -> Waits:
    """Let runs arrive for 200 hours."""
    rng = random.Random(seed)  # noqa: S311 - a simulation
    arrivals, at = [], 0.0
    while at < _HOURS * 60:
        at += rng.expovariate(runs_an_hour / 60)
        arrivals.append(at)
    waits, backlog = _drain(queue, arrivals, rng)
    if backlog > max(2.0 * queue.group * queue.ahead, 0.02 * len(arrivals)):
        return Waits(None, None)
    settled = sorted(waits[int(len(waits) * _WARM_UP) :])
    return Waits(statistics.median(settled), settled[int(0.95 * len(settled))])


def _drain(queue: Queue, arrivals: list[float], rng: random.Random) -> tuple[list[float], int]:
    """Waits of the runs that landed, and how many were left when the last one arrived."""
    waits: list[float] = []
    checking: list[tuple[float, list[float]]] = []  # end of the check, arrivals of its runs
    at, next_run, end = 0.0, 0, arrivals[-1]
    while at < end:
        while len(checking) < queue.ahead and next_run < len(arrivals) and arrivals[next_run] <= at:
            stop = next_run
            while stop < len(arrivals) and stop - next_run < queue.group and arrivals[stop] <= at:
                stop += 1
            heapq.heappush(checking, (at + queue.minutes, arrivals[next_run:stop]))
            next_run = stop
        if not checking:
            at = arrivals[next_run]
            continue
        at, group = heapq.heappop(checking)
        failed = [rng.random() < queue.fails for _ in group]
        if any(failed):
            group = [run for run, is_out in zip(group, failed, strict=True) if not is_out]
            again = sorted(runs for _, runs in checking)
            checking = [(at + queue.minutes, runs) for runs in ([group] if group else []) + again]
            heapq.heapify(checking)
            continue
        waits += [at - run for run in group]
    return waits, len([run for run in arrivals if run <= end]) - next_run

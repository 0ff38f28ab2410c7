"""The incumbents one after the other: their reference means, and what each gained on the last."""

from itertools import pairwise

from homegolf_git.core.judge.scores import Sample, concentration
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.values import Value


class Mean(Value, frozen=True):
    """A reference mean, in the metric's unit, over `n` scores; `q` says how few sessions they share.

    Its variance is sigma^2 / n, and q sigma_b^2 where the lane declares sessions.
    """

    value: float
    n: int
    q: float


def reference_means(state: LaneState) -> list[Mean]:
    """Reference means of the incumbents in order; each as it stood when it was displaced."""
    if state.reign is None:
        return []
    held = [step.reference for step in state.steps]
    held.append(state.reference(state.reign))
    return [mean_of(side) for side in held]


def mean_of(side: Sample) -> Mean:
    """The mean of scores as they count, with what its error rests on."""
    cells = side.cells()
    return Mean(side.mean, side.n, 1.0 if side.n == 1 else concentration(cells))


def step_gains(state: LaneState) -> list[tuple[float, bool]]:
    """The gain of each change of incumbent, and whether fresh seeds have measured the winner."""
    means = [found.value for found in reference_means(state)]
    return [
        (state.rules.metric.gain(before, after), fresh_seeds(state, i)[0] > 0)
        for i, (before, after) in enumerate(pairwise(means))
    ]


def fresh_seeds(state: LaneState, index: int) -> tuple[int, bool]:
    """Fresh seeds of a step's winner, and whether they confirmed it: at head, or when displaced."""
    if index + 1 < len(state.steps):
        later = state.steps[index + 1]
        return later.fresh_seeds, later.was_confirmed
    reign = state.reign
    assert reign is not None  # noqa: S101 - a step has a winner
    return len(state.fresh(reign).values), state.is_confirmed

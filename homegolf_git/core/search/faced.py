"""The scores that a run was judged by: its own, the incumbent's of then, and what noise may explain."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.scores import Sample, sample_of
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.noiseband import Band, noise_band


class Faced(Value, frozen=True):
    """Both sides of a comparison as its row found them, in the metric's unit."""

    own: Sequence[float]  # of the row itself
    reference: Sequence[float]  # none where the scores of then cannot be told from later ones
    band: Band | None


def faced(verdict: Verdict, row: Row, state: LaneState) -> Faced | None:
    """What a run was compared with; None where it was compared with nothing."""
    stats, metric = verdict.stats, state.rules.metric
    if stats is None or verdict.score is None or verdict.incumbent_before is None:
        return None
    own = [float(result.numbers[metric.name]) for result in row.results]
    tried = _references(state, verdict.incumbent_before, verdict.order)
    found = next((side.values for side in tried if len(side.values) == stats.n_incumbent), ())
    return Faced(own, found, noise_band(verdict, metric))


def _references(state: LaneState, incumbent: RunId, order: int) -> Iterator[Sample]:
    """What could have been the reference of an incumbent: its fresh scores, or all of then."""
    row = state.rows.get(incumbent)
    config = None if row is None else state.configs.get(row.config_digest)
    if config is None:
        return
    before = [score for score in config.scores if score.order < order]
    fresh = [score for score in before if score.order > (config.won_at or 0)]
    yield sample_of(fresh, state.counting)
    yield sample_of(before, state.counting)

"""The small drawings of a run's page: where each mark stands in percent, and the words beside it."""

from collections.abc import Sequence

from homegolf_git.core.judge.scores import mean
from homegolf_git.core.model.figures import gain_text, score_text
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Stats
from homegolf_git.core.search.faced import Faced
from homegolf_git.core.search.spans import Span, ruler_of, span
from homegolf_git.core.views.siteparts import signed

_APART = 14  # percent that two labels need


class SeedsDrawing(Value, frozen=True):
    """A run's scores above those that it was judged against."""

    own: Sequence[float]
    own_mean: float
    own_text: str
    reference: Sequence[float]
    reference_mean: float | None
    band: Span | None
    band_text: str
    low: str
    high: str
    better: str


class GainDrawing(Value, frozen=True):
    """A gain between nothing and what counts, with what is sure of it."""

    zero: float
    wanted: float  # where a gain begins to count
    wanted_text: str
    are_close: bool  # zero and what counts: their labels need room
    gain: float
    gain_text: str
    interval: Span
    interval_text: str
    least: Span
    least_text: str


def seeds_drawing(found: Faced, metric: Metric) -> SeedsDrawing:
    """Lay the scores of both sides out."""
    ends = [] if found.band is None else _band_ends(found)
    ruler = ruler_of([*found.own, *found.reference, *ends])
    band_text = " to ".join(score_text(end, metric) for end in ends)
    return SeedsDrawing(
        own=[ruler.at(score) for score in found.own],
        own_mean=ruler.at(mean(found.own)),
        own_text=score_text(mean(found.own), metric),
        reference=[ruler.at(score) for score in found.reference],
        reference_mean=ruler.at(mean(found.reference)) if found.reference else None,
        band=span(ruler, *ends) if ends else None,
        band_text=band_text,
        low=score_text(ruler.low, metric),
        high=score_text(ruler.high, metric),
        better="← better" if metric.direction == "minimize" else "better →",
    )


def _band_ends(found: Faced) -> list[float]:
    assert found.band is not None  # noqa: S101 - the caller's condition
    return [found.band.middle - found.band.half, found.band.middle + found.band.half]


def gain_drawing(stats: Stats, delta_min: float, metric: Metric) -> GainDrawing:
    """Lay a gain and its bounds out."""
    ends = [0.0, delta_min, stats.gain, stats.lcb95, stats.ucb95]
    room = max(ends) - min(ends)
    least = max(stats.lcb_alpha, min(ends) - room)  # what lies far below would squeeze the rest
    ruler = ruler_of([*ends, least])

    def text(value: float) -> str:
        return signed(gain_text(value, metric))

    zero, wanted = ruler.at(0.0), ruler.at(delta_min)
    return GainDrawing(
        zero=zero,
        wanted=wanted,
        wanted_text=text(delta_min),
        are_close=wanted - zero < _APART,
        gain=ruler.at(stats.gain),
        gain_text=text(stats.gain),
        interval=span(ruler, stats.lcb95, stats.ucb95),
        interval_text=f"{text(stats.lcb95)} to {text(stats.ucb95)}",
        least=span(ruler, least, stats.gain),
        least_text=text(stats.lcb_alpha),
    )

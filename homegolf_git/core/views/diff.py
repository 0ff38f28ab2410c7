"""Two runs side by side: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import figure, gain, score_text
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.search.comparison import Difference, Interval
from homegolf_git.core.views.layout import Block, Table


class Pair(Value, frozen=True):
    """Two runs of one lane, what differs, their mean scores, and the gain of the second."""

    before: RunId
    after: RunId
    metric: Metric
    differences: Sequence[Difference]
    scores: tuple[float | None, float | None]
    interval: Interval | None


def text(pair: Pair) -> Iterator[Block]:
    """A table of what differs, and the scores with the interval of the gain."""
    rows = [(item.name, _cell(item.before), _cell(item.after)) for item in pair.differences]
    scores = tuple(score_text(score, pair.metric) for score in pair.scores)
    rows.append((f"{pair.metric.name} (mean)", *scores))  # type: ignore[arg-type] # two of them
    runs = frozenset({str(pair.before), str(pair.after)})
    yield Table(("fact", str(pair.before), str(pair.after)), rows, prose=runs, is_whole=True)
    found = pair.interval
    if found is None:
        yield "no gain to tell: a run has no score that counts"
        return
    digits = pair.metric.decimals
    better = "better" if found.gain > 0 else "worse"
    yield (
        f"{pair.after} is {abs(found.gain):.{digits}f} {better}; with 95 % confidence the gain lies "
        f"between {found.low:+.{digits}f} and {found.high:+.{digits}f} "
        f"({found.n_after} scores against {found.n_before})"
    )


def _cell(value: Json) -> str:
    return "" if value is None else str(value)


def json(pair: Pair) -> Document:
    """What differs, and the gain with its interval."""
    found = pair.interval
    return {
        "before": pair.before,
        "after": pair.after,
        "differences": [
            {"name": item.name, "before": item.before, "after": item.after}
            for item in pair.differences
        ],
        "scores": list(pair.scores),
        "gain": None
        if found is None
        else {
            "gain": gain(found.gain),
            "low95": figure(found.low),
            "high95": figure(found.high),
            "n_before": found.n_before,
            "n_after": found.n_after,
        },
    }

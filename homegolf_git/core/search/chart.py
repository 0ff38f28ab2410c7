"""What a picture of a lane shows: a point a row, who held the title, and what noise may explain."""

from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.judge.ledger import Judged
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.naming import RunId, month_of
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import VerdictClass
from homegolf_git.core.search.noiseband import Band, noise_band

_GAINS_SHOWN = 7


class Point(Value, frozen=True):
    """A row: its place in the lane from 1, its class, and its score in the metric's unit, if any."""

    order: int
    verdict_class: VerdictClass
    score: float | None
    band: Band | None


class Title(Value, frozen=True):
    """A run that holds the title from the row of order `since` on; `order` is its own row's."""

    run_id: RunId
    order: int
    since: int
    score: float


class Chart(Value, frozen=True):
    """Every row of a lane in order, its titles in order, and the rows that begin a month."""

    metric: Metric
    points: Sequence[Point]
    titles: Sequence[Title]
    months: Sequence[tuple[int, str]]  # order of the first row that finished in a later month


def chart_of(judged: Judged) -> Chart:
    """What is drawn of a lane, in one walk through its verdicts."""
    metric = judged.state.rules.metric
    points: list[Point] = []
    titles: list[Title] = []
    months: list[tuple[int, str]] = []
    won: dict[RunId, Title] = {}
    for verdict in judged.verdicts:
        order, score, holder = verdict.order, verdict.score, verdict.incumbent_after
        points.append(Point(order, verdict.verdict_class, score, noise_band(verdict, metric)))
        month = month_of(verdict.finished_at)
        if not months or month > months[-1][1]:
            months.append((order, month))
        if holder is None or holder == verdict.incumbent_before:
            continue
        if holder == verdict.run_id and score is not None:
            titles.append(Title(holder, order, order, score))
            won.setdefault(holder, titles[-1])
        elif (before := won.get(holder)) is not None:  # it has its title back
            titles.append(Title(holder, before.order, order, before.score))
    return Chart(metric, points, titles, months)


def named_titles(titles: Sequence[Title], gains: Mapping[RunId, float]) -> Iterator[Title]:
    """The titles worth a name, the weightiest first: the last, the first, the largest gains.

    `gains` are of the titles that stand.
    """
    if not titles:
        return
    last, first = titles[-1], titles[0]
    yield last
    if first.run_id != last.run_id:
        yield first
    inner = {title.run_id: title for title in titles if title.run_id in gains}
    for title in (last, first):
        inner.pop(title.run_id, None)
    yield from sorted(inner.values(), key=lambda t: (-gains[t.run_id], t.order))[:_GAINS_SHOWN]

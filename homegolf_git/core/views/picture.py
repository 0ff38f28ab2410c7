"""A lane as a picture (SVG): what was tried, what held the title, and what noise may explain."""

from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.model.figures import counted, gain_text, score_text
from homegolf_git.core.model.lane import Lane, Metric
from homegolf_git.core.model.naming import LaneId, RunId
from homegolf_git.core.model.values import Value, replace
from homegolf_git.core.search.chart import Chart, Title, named_titles
from homegolf_git.core.search.chartlabels import (
    Drawing,
    Label,
    place_across,
    place_labels,
    text_width,
)
from homegolf_git.core.search.chartlayout import MANY, Box, Layout, Place, layout_of
from homegolf_git.core.search.chartscale import (
    LEFT,
    RIGHT,
    TOP,
    Scale,
    across,
    month_marks,
    ticks,
)
from homegolf_git.core.views import inert
from homegolf_git.core.views.figuretext import cut, month_name
from homegolf_git.core.views.picturelegend import legend
from homegolf_git.core.views.picturestyle import GLYPHS, WIDTH, shape, style
from homegolf_git.core.views.svg import tenths, text_at, tick

_HEIGHT, _HEIGHT_BARE = 460, 190
_STRIP_BARE, _STRIP_HEIGHT = 960, 220
_HEADLINE_MAX, _NAME_MAX, _NOW_MAX, _REFERENCE_MAX = 88, 30, 26, 40
_REFERENCES_MAX = 3
_MONTHS_APART, _NAMES_APART = 120, 800


class Subject(Value, frozen=True):
    """What a picture is of: a lane's rows, and the words for them.

    `gains` are of the titles that stand, `total` from the first of them to the last, `summaries`
    what the runs that may be named have changed.
    """

    lane: LaneId
    rules: Lane
    chart: Chart
    score: float | None  # of the incumbent
    gains: Mapping[RunId, float]
    total: float
    counts: Mapping[str, int]
    summaries: Mapping[RunId, str]


def headline(subject: Subject) -> str:
    """The picture in one line, which is also its text for who does not see it."""
    metric, rows = subject.rules.metric, len(subject.chart.points)
    if not rows:
        return f"{subject.lane}: no run has landed"
    if subject.score is None:
        return f"{subject.lane}: no incumbent yet, {counted(rows, 'run')}"
    at = f"{subject.lane}: incumbent at {score_text(subject.score, metric)} {metric.unit}".rstrip()
    return f"{at}, {_progress(subject)}"


def _progress(subject: Subject) -> str:
    metric, titles = subject.rules.metric, len(subject.gains) + 1
    if not subject.gains:
        return "the first of its lane"
    gain = score_text(abs(subject.total), metric)
    return f"{gain} {'better' if subject.total >= 0 else 'worse'} than the first of {titles}"


def picture(subject: Subject) -> str:
    """The picture of a lane; the same bytes on every machine."""
    layout = layout_of(subject.chart, _STRIP_BARE)
    height = _HEIGHT if layout.scale else _HEIGHT_BARE
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    is_many = len(subject.chart.points) > MANY
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d">',
            f'<title id="t">{inert.html(headline(subject))}</title>',
            f'<desc id="d">{inert.html(" ".join(_description(subject)))}</desc>',
            f"<style>{style(is_many=is_many)}</style>",
            '<g class="many">' if is_many else "<g>",
            f'<rect class="bg" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="6"/>',
            *_heading(subject),
            *(_plot(subject, layout, layout.scale) if layout.scale else _bare(subject, layout)),
            "</g>",
            *legend(subject.counts, layout, height, is_many=is_many),
            "</svg>\n",
        ]
    )


def _description(subject: Subject) -> Iterator[str]:
    metric, chart = subject.rules.metric, subject.chart
    yield f"{_subtitle(subject)}."
    if chart.points:
        yield f"{_tally(subject)}."
    if chart.titles and subject.score is not None:
        last = chart.titles[-1]
        since = f" since run {last.since}" if last.since > 1 else ""
        yield f"The incumbent is {last.run_id}{since}, with {score_text(last.score, metric)} in its row."
        yield (
            "The blue band is what noise may explain of a run with its seeds; a run displaces the "
            "incumbent when it lies beyond the band on the better side."
        )


def _subtitle(subject: Subject) -> str:
    metric = subject.rules.metric
    order = f"in the order in which they landed; {_direction(metric)} is better"
    return f"{metric.name} of {counted(len(subject.chart.points), 'run')} {order}"


def _direction(metric: Metric) -> str:
    return "lower" if metric.direction == "minimize" else "higher"


def _tally(subject: Subject) -> str:
    return ", ".join(f"{n} {name}" for name, n in subject.counts.items() if n)


def _heading(subject: Subject) -> Iterator[str]:
    """Two lines above the plot, in a short form for a small screen."""
    metric, rows = subject.rules.metric, len(subject.chart.points)
    yield text_at("head wide", 160, 300, cut(headline(subject), _HEADLINE_MAX))
    short = f"{subject.lane}: "
    if subject.score is None:
        short += "no incumbent yet" if rows else "no run yet"
    else:
        short += score_text(subject.score, metric)
        short += f", gained {score_text(subject.total, metric)}" if subject.gains else ""
    yield text_at("head small", 160, 350, cut(short, 50))
    yield text_at("wide", 160, 500, cut(_subtitle(subject), 120))
    yield text_at("small", 160, 630, f"{counted(rows, 'run')}; {_direction(metric)} is better")


def _bare(subject: Subject, layout: Layout) -> Iterator[str]:
    """The strip alone, where nobody has a title."""
    rows = len(subject.chart.points)
    said = "No run has a score that counts yet." if rows else "No run has landed yet."
    yield text_at("wide", LEFT, 840, said)
    yield from _strip(layout)
    yield from _months(subject.chart, layout)
    yield from _marks(layout, is_many=rows > MANY)


def _plot(subject: Subject, layout: Layout, scale: Scale) -> Iterator[str]:
    for y, text in ticks(scale):
        yield f'<path class="grid" d="M{tenths(LEFT)} {tenths(y)}H{tenths(RIGHT)}"/>'
        yield tick(580, y + 45, text)
    yield from _strip(layout)
    yield from _months(subject.chart, layout)
    drawing = _drawing(subject, layout, scale)
    references = list(_references(subject, scale, drawing))
    yield from (line for _, line in references)
    if bands := "".join(map(_band, layout.bands)):
        yield f'<path class="band" d="{bands}"/>'
    line = layout.line
    corners = "".join(f"H{tenths(x)}V{tenths(y)}" for x, y in line[1:])
    yield f'<path class="line" d="M{tenths(line[0][0])} {tenths(line[0][1])}{corners}H{tenths(RIGHT)}"/>'
    yield from _marks(layout, is_many=len(subject.chart.points) > MANY)
    # On a small screen figures stand within the plot: over the marks, where they can be read.
    yield from (text_at("small halo", 660, y - 40, text) for y, text in ticks(scale))
    for is_off, y in zip(layout.is_off, (TOP - 70, layout.strip - 70), strict=True):
        if is_off:
            yield text_at("wide", 580, y + 40, "off scale", is_end=True)
    taken = [place for places, _ in references for place in places]
    yield from _names(subject, layout, scale, replace(drawing, marks=[*drawing.marks, *taken]))


def _strip(layout: Layout) -> Iterator[str]:
    """Where rows without a score stand."""
    y, width, height = layout.strip, RIGHT - LEFT, _STRIP_HEIGHT
    yield f'<rect class="strip" x="{tenths(LEFT)}" y="{tenths(y)}" width="{tenths(width)}" height="{tenths(height)}"/>'
    yield f'<path class="edge" d="M{tenths(LEFT)} {tenths(y)}H{tenths(RIGHT)}"/>'
    yield text_at("wide", 580, y + 155, "no score", is_end=True)


def _months(chart: Chart, layout: Layout) -> Iterator[str]:
    top = TOP if layout.scale else layout.strip
    foot = layout.strip + _STRIP_HEIGHT
    for x, month, has_room in month_marks(chart, _MONTHS_APART, _NAMES_APART):
        if x > LEFT:
            yield f'<path class="grid" d="M{tenths(x)} {tenths(top)}V{tenths(foot)}"/>'
        if has_room:
            yield text_at("wide", x + 40, foot + 170, month_name(month))


def _drawing(subject: Subject, layout: Layout, scale: Scale) -> Drawing:
    """What no name may cover."""
    chart = subject.chart
    rows, is_dense = len(chart.points), len(chart.points) > MANY
    of_titles = [(across(title.order, rows), scale.at(title.score)) for title in chart.titles]
    others = [] if is_dense else [place for found in layout.marks.values() for place in found]
    is_up_worse = subject.rules.metric.direction == "minimize"
    return Drawing([*of_titles, *others], layout.line, is_dense, is_up_worse)


def _references(
    subject: Subject, scale: Scale, drawing: Drawing
) -> Iterator[tuple[list[Place], str]]:
    """Scores from elsewhere, where they lie on the scale; each with the places of its name."""
    metric = subject.rules.metric
    inside = [ref for ref in subject.rules.references if scale.low <= ref.value <= scale.high]
    for reference in inside[:_REFERENCES_MAX]:
        y = scale.at(float(reference.value))
        name = f"{cut(reference.name, _REFERENCE_MAX)} {score_text(reference.value, metric)}"
        line = f'<path class="reference" d="M{tenths(LEFT)} {tenths(y)}H{tenths(RIGHT)}"/>'
        width = text_width(name)
        place = place_across(drawing, y, width)
        if place is None:
            yield [], line
            continue
        end, baseline = place
        spots = [(x, baseline - 30) for x in range(end - width, end, 80)]
        yield spots, line + "\n" + text_at("wide halo", end, baseline, name, is_end=True)


def _band(boxes: Sequence[Box]) -> str:
    """The outline of a reign's band: its upper edge to the right, its lower one back."""
    there = "".join(f"V{tenths(box.top)}H{tenths(box.right)}" for box in boxes)
    back = "".join(f"V{tenths(box.bottom)}H{tenths(box.left)}" for box in reversed(boxes))
    return f"M{tenths(boxes[0].left)} {tenths(boxes[0].top)}{there}{back}z"


def _marks(layout: Layout, *, is_many: bool) -> Iterator[str]:
    """A path a class; improvements lie on top."""
    for name in reversed(GLYPHS):
        if places := layout.marks.get(name):
            outline = shape(name, is_many=is_many)
            drawn = "".join(f"M{tenths(x)} {tenths(y)}{outline}" for x, y in places)
            yield f'<path class="{name}" d="{drawn}"/>'


def _names(subject: Subject, layout: Layout, scale: Scale, drawing: Drawing) -> Iterator[str]:
    chart = subject.chart
    rows = len(chart.points)
    titles = list(named_titles(chart.titles, subject.gains))
    texts = [_name(subject, title, is_now=not number) for number, title in enumerate(titles)]
    wanted = [
        ((across(title.order, rows), scale.at(title.score)), text_width(text))
        for title, text in zip(titles, texts, strict=True)
    ]
    if layout.now is not None:
        x, y = layout.now
        yield f'<circle class="ring" cx="{tenths(x)}" cy="{tenths(y)}" r="9"/>'
    placed = place_labels(drawing, wanted)
    for number, (label, text) in enumerate(zip(placed, texts, strict=True)):
        if label is not None:
            yield _lead(label)
            kind = "now name wide halo" if not number else "name wide halo"
            yield text_at(kind, label.x, label.y, text, is_end=label.is_end)


def _name(subject: Subject, title: Title, *, is_now: bool) -> str:
    """What a title is called: its gain, and what it changed."""
    metric, gain = subject.rules.metric, subject.gains.get(title.run_id)
    summary = inert.plain(subject.summaries.get(title.run_id) or title.run_id)
    gained = gain_text(gain, metric)
    if not is_now:
        return f"{gained} {cut(summary, _NAME_MAX)}".lstrip()
    score = score_text(title.score, metric)
    return f"{score} {f'({gained}) ' if gained else ''}{cut(summary, _NOW_MAX)}"


def _lead(label: Label) -> str:
    (x, y), end = label.mark, (label.x - 20 if not label.is_end else label.x - 40, label.y + 30)
    return (
        f'<path class="lead wide" d="M{tenths(x)} {tenths(y)}L{tenths(end[0])} {tenths(end[1])}"/>'
    )

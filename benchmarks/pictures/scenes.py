"""Each picture by its file name."""

import itertools
from collections.abc import Callable, Mapping

from benchmarks.pictures import worlds
from benchmarks.pictures.drawing import Plot

_LINES = ("a", "b", "c")


def one_code() -> str:
    """Fifty runs that change nothing, and the lowest so far."""
    told = worlds.fifty()
    low, high = min(told.scores), max(told.scores)
    title = f"{worlds.TRIES} changes that change nothing"
    plot = Plot(
        title,
        f"Scores of one code, scattered by noise. Keeping whatever is lower keeps {told.kept} of them and believes in a gain of {told.believed:.4f}.",
        380, (0, worlds.TRIES), (low - 0.0002, high + 0.0001),
    )  # fmt: skip
    plot.rows((value, f"{value:.3f}") for value in (1.064, 1.065, 1.066))
    plot.dots(enumerate(told.scores))
    steps = enumerate(itertools.pairwise(told.best), start=1)
    kept = [(at, before, now) for at, (before, now) in steps if now < before]
    corners = [place for at, before, now in kept for place in ((at, before), (at, now))]
    plot.line("c", [(0, told.best[0]), *corners, (worlds.TRIES, told.best[-1])])
    for at, _, now in kept:
        plot.mark((at, now))
    said = f"the lowest so far: kept {told.kept} times, “gained” {told.believed:.4f}"
    plot.text("tc", plot.right, plot.y(told.best[-1]) - 90, said, is_end=True)
    plot.columns(((n, str(n)) for n in (0, 10, 20, 30, 40, 50)), "try; every dot is the same code")
    return plot.svg()


def bar() -> str:
    """How many standard errors a challenger needs, by its number."""
    title = "The bar rises with every try and falls with what is known"
    about = "Standard errors that a gain must exceed, for challengers 1 to 200 of one incumbent."
    plot = Plot(title, about, 400, (0.5, 200.5), (0, 24))
    plot.rows((value, str(value)) for value in (0, 5, 10, 15, 20))
    for kind, (name, df) in zip(_LINES, worlds.KNOWN.items(), strict=True):
        blocks = [(first, worlds.needed(first, df)) for first in range(1, 201, worlds.BLOCK)]
        points = [(n, y) for first, y in blocks for n in (first - 0.5, first + worlds.BLOCK - 0.5)]
        plot.line(kind, points)
        above = 150 if kind != "c" else -300
        plot.text(f"t{kind}", plot.right, plot.y(points[-1][1]) - above, name, is_end=True)
    plot.columns(
        ((n, str(n)) for n in (1, 50, 100, 150, 200)),
        "number of the challenger; bar in standard errors",
    )
    return plot.svg()


def seeds() -> str:
    """The gain that is found 4 times in 5, by seeds."""
    title = "What more seeds buy"
    about = f"Gain in units of the noise that is found 4 times in 5, against {worlds.INCUMBENT_SEEDS} seeds of the incumbent, for 1 to 12 seeds of the challenger."
    plot = Plot(title, about, 400, (1, 12), (0, 11))
    plot.rows((value, str(value)) for value in (0, 2, 4, 6, 8, 10))
    for kind, (name, df) in zip(_LINES, worlds.KNOWN.items(), strict=True):
        points = [(float(n), worlds.found_gain(n, df)) for n in range(1, 13)]
        plot.line(kind, points)
        below = -120 if kind != "c" else 260
        plot.text(f"t{kind}", plot.right, plot.y(points[-1][1]) + below, name, is_end=True)
    for n in (1, 3, 6):
        gain = worlds.found_gain(n, worlds.KNOWN["46 reruns"])
        plot.mark((n, gain))
        plot.text("tc", plot.x(n) + 40, plot.y(gain) + 300, f"{gain:.1f}")
    plot.columns(
        ((n, str(n)) for n in (1, 3, 6, 9, 12)),
        "seeds of the new run; gain in units of the noise",
    )
    return plot.svg()


def verdicts() -> str:
    """Intervals of the gain beside zero and the smallest gain that matters."""
    found = worlds.examples()
    title = "Where the gain may lie, and what that is called"
    said = "; ".join(f"{name}: {one.name}" for name, one in found)
    plot = Plot(title, said, 170 + 62 * len(found), (-6.5, 8), (0, 1), left=2300)
    foot = plot.y(0)
    plot.rule("edge", (plot.x(0), plot.top - 50), (plot.x(0), foot))
    limit = worlds.DELTA / worlds.SIGMA
    plot.rule("limit", (plot.x(limit), plot.top - 50), (plot.x(limit), foot))
    plot.text("tc", plot.x(limit) + 60, plot.top + 20, "delta_min")
    for at, (name, verdict) in enumerate(found):
        stats, y = verdict.stats, plot.top + 330 + 620 * at
        if stats is None:
            continue
        low, high = (value / worlds.SIGMA for value in (stats.lcb95, stats.ucb95))
        plot.rule("span", (plot.x(low), y), (plot.x(high), y))
        plot.parts.append(
            f'<circle class="mark" cx="{plot.x(stats.gain / worlds.SIGMA) / 10}" cy="{y / 10}" r="5.5"/>'
        )
        plot.text("strong", 200, y - 150, verdict.name)
        plot.text("wide", 200, y + 50, name)
    plot.columns(
        ((n, f"{n:+d}".replace("+0", "0")) for n in (-6, -4, -2, 0, 2, 4, 6, 8)),
        "gain in units of the noise; + is better",
    )
    return plot.svg()


def _bars(title: str, about: str, values: Mapping[str, float], caption: str) -> str:
    foot = 650 + 500 * len(values)
    plot = Plot(title, about, foot // 10 + 50, (0, 1), (0, 1), left=2350, right=6600, foot=foot)
    for at, (name, value) in enumerate(values.items()):
        y = plot.top + 500 * at
        plot.text("strong", plot.left - 120, y + 230, name, is_end=True)
        plot.bar("ours" if name.startswith("homegolf") else "other", 0, value, y, 340)
        plot.text("strong", plot.x(value) + 100, y + 230, f"{value * 100:.3g} %")
    plot.rule("edge", (plot.left, plot.top - 100), (plot.left, plot.y(0)))
    plot.text("", 7300, plot.y(0) + 380, caption, is_end=True)
    return plot.svg()


def rules() -> str:
    """How often each rule promotes something where nothing helps."""
    return _bars(
        "Nothing helps, and something is promoted",
        "Share of simulated lanes of 200 tries with at least one false promotion.",
        worlds.false_promotions(),
        "lanes of 200 useless tries that promote one, one seed a try",
    )


def loops() -> str:
    """Which part of what a loop keeps is truly better."""
    return _bars(
        "Of what a loop keeps, so much is truly better",
        "Share of the changes that a loop kept that help, by its rule.",
        worlds.truly_better(),
        "kept changes that truly help, in worlds like the public logs",
    )


PICTURES: Mapping[str, Callable[[], str]] = {
    "one-code": one_code, "bar": bar, "seeds": seeds, "verdicts": verdicts, "rules": rules,
    "loops": loops,
}  # fmt: skip

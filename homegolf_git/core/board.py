"""A lane as headings, lines and tables of strings: all number formatting stands here.

Nothing here is escaped; what shows a page escapes the cells for where it shows them.
"""

from collections.abc import Sequence

from homegolf_git.core.ledger import Judged, LaneLedger
from homegolf_git.core.model import Metric, Noise, Verdict
from homegolf_git.core.naming import LaneId
from homegolf_git.core.noise import mean
from homegolf_git.core.report import counts
from homegolf_git.core.values import Record, Value, field

LATEST = 100  # rows of the scoreboard


class Table(Value, frozen=True):
    """Headers and rows of strings; columns named in `code` hold identifiers."""

    headers: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    code: frozenset[str] = frozenset({"run", "base", "by"})


class Section(Record):
    """A heading with lines of text and a table below it."""

    heading: str
    lines: list[str] = field(default_factory=list)
    table: Table | None = None


def score_text(value: float | None, metric: Metric) -> str:
    """A score with the lane's decimals."""
    return "" if value is None else f"{value:.{metric.decimals}f}"


def gain_text(value: float | None, metric: Metric) -> str:
    """A gain with its sign: + is better."""
    return "" if value is None else f"{value:+.{metric.decimals}f}"


def incumbent_line(judged: Judged) -> str:
    """Who is the incumbent and with what score, or why nobody is."""
    state = judged.state
    metric = state.rules.metric
    if state.reign is not None:
        scores = list(state.reign.config.scores.values())
        seeds = "1 seed" if len(scores) == 1 else f"the mean of {len(scores)} seeds"
        unit = f" {metric.unit}" if metric.unit else ""
        return f"{state.reign.run_id} at {score_text(mean(scores), metric)}{unit}, {seeds}"
    if not judged.verdicts:
        return "none yet; no run has landed"
    return f"none yet; of {counted(len(judged.verdicts), 'run')} none has a score that counts ({_tally(judged)})"


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 run, 2 runs."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _tally(judged: Judged) -> str:
    return ", ".join(f"{n} {name}" for name, n in counts(judged.state.tally).items() if n)


def noise_line(noise: Noise, metric: Metric) -> str:
    """The lane's seed noise and what it rests on."""
    figure = f"{noise.sigma:.{metric.decimals + 1}f} {metric.unit}".rstrip()
    if noise.basis == "assumed":
        return f"{figure} between seeds, as declared: no config has two seeds yet"
    return f"{figure} between seeds, {noise.basis} on {noise.nu_obs} degrees of freedom"


def rows_table(verdicts: Sequence[Verdict], metric: Metric) -> Table:
    """Rows with their verdicts, the latest first."""
    headers = ("#", "run", "finished", "class", metric.name, "seeds", "delta", "changed", "verdict")
    rows = [
        (
            str(v.order), v.run_id, v.finished_at[:10], f"{v.verdict_class}/{v.reason}",
            score_text(v.score, metric), str(v.n_results or ""), gain_text(v.delta, metric),
            v.attribution, v.sentence,
        )
        for v in reversed(verdicts)
    ]  # fmt: skip
    return Table(headers, rows)


def blockers_table(judged: Judged) -> Table:
    """The latest blocked runs that nobody has settled."""
    latest = list(judged.state.blockers)[-LATEST:]
    rows = [
        (row.run_id, row.finished_at[:10], row.failure.kind, row.failure.stage, row.failure.detail)
        for row in map(judged.state.rows.__getitem__, latest)
        if row.failure is not None
    ]
    return Table(("run", "finished", "failure", "stage", "detail"), rows)


def overview_table(boards: list[tuple[LaneId, LaneLedger, Judged]]) -> Table:
    """One line a lane."""
    rows = []
    for name, _, judged in boards:
        reign, metric = judged.state.reign, judged.state.rules.metric
        held = mean(list(reign.config.scores.values())) if reign else None
        rows.append(
            (
                name, reign.run_id if reign else "none yet", score_text(held, metric),
                str(len(judged.verdicts)), _tally(judged), str(len(judged.state.blockers)),
            )
        )  # fmt: skip
    headers = ("lane", "incumbent", "score", "rows", "classes", "open blockers")
    return Table(headers, rows, frozenset({"incumbent"}))

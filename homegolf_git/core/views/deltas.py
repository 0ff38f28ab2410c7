"""The delta ledger: the waterfall of what improved the score, as text and JSON."""

from collections.abc import Iterator

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import counted, figure, gain, gain_text
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.values import Document, Json, Value, replace
from homegolf_git.core.search.ablation import Ablation
from homegolf_git.core.search.deltas import DeltaLedger, DeltaStep, Gain
from homegolf_git.core.search.throughput import Throughput
from homegolf_git.core.views.lane import noise_line
from homegolf_git.core.views.layout import Block, Cells, Table, cells

SIDES_UNKNOWN = "of no change do the rows say what it touched"


class Deltas(Value, frozen=True):
    """The delta ledger of a lane, and the metric it is in."""

    ledger: DeltaLedger
    metric: Metric


def text(found: Deltas) -> Iterator[Block]:
    """The waterfall and its totals."""
    if not found.ledger.steps:
        yield "no change of incumbent yet"
        return
    yield replace(deltas_table(found.ledger, found.metric), is_whole=True)
    yield ""
    yield from deltas_lines(found.ledger, found.metric)


PLAIN = ("from", "to", "gain", "se", "attribution", "confirmed")


def plain(found: Deltas) -> Iterator[Cells]:
    """A change of incumbent a line, for other programs."""
    for step in found.ledger.steps:
        is_confirmed = "yes" if step.is_confirmed else "no"
        yield cells(
            step.displaced, step.winner, gain(step.gain.gain), figure(step.gain.se), step.side,
            is_confirmed,
        )  # fmt: skip


def json(found: Deltas) -> Document:
    """The delta ledger."""
    return deltas_json(found.ledger)


def deltas_table(ledger: DeltaLedger, metric: Metric) -> Table:
    """The waterfall: each change of incumbent, its gain, and the sum so far."""
    rows, so_far = [], 0.0
    for step in ledger.steps:
        so_far += step.gain.gain
        rows.append(
            (
                step.displaced, step.winner, gain_text(step.gain.gain, metric),
                _se(step.gain.se, metric), gain_text(so_far, metric), step.side, _remark(step, metric),
            )
        )  # fmt: skip
    headers = ("from", "to", "gain", "±", "sum", "changed", "remark")
    return Table(headers, rows, frozenset({"from", "to"}), frozenset({"remark"}))


def _se(value: float, metric: Metric) -> str:
    return f"{value:.{metric.decimals}f}"


def _remark(step: DeltaStep, metric: Metric) -> str:
    parts = []
    if not step.is_confirmed:
        parts.append("not confirmed yet")
    if step.shrunk is not None:
        parts.append(f"shrunk to {gain_text(step.shrunk, metric)}")
    return "; ".join([*parts, *step_parts(step, metric)])


def step_parts(step: DeltaStep, metric: Metric) -> list[str]:
    """How a gain divides, as far as runs tell: between sides, and into throughput and quality."""
    parts = []
    if step.ablation is not None and step.ablation.is_complete:
        values = ", ".join(f"{s} {gain_text(v, metric)}" for s, v in step.ablation.values.items())
        parts.append(f"split by ablation: {values}")
    elif step.ablation is not None:
        missing = ", ".join("+".join(sorted(cell)) for cell in step.ablation.missing)
        parts.append(f"no ablation of {missing}")
        parts += [
            f"{side} between {gain_text(low, metric)} and {gain_text(high, metric)}"
            for side, (low, high) in step.ablation.ranges.items()
        ]
    found = step.throughput
    if found is not None and found.throughput is not None:
        parts.append(
            f"throughput {gain_text(found.throughput, metric)}, quality "
            f"{gain_text(found.quality, metric)} ({found.basis})"
        )
    elif found is not None:
        parts.append(f"tokens x{found.tokens_ratio:.3f}, {found.basis}")
    return parts


def deltas_lines(ledger: DeltaLedger, metric: Metric) -> Iterator[str]:
    """Totals a side; shares only where the total is clear of its error."""
    for side, found in ledger.totals.items():
        share = f", {ledger.shares[side]:.0%} of it" if ledger.shares else ""
        label = side_label(side, ledger)
        yield f"{label}: {gain_text(found.gain, metric)} ± {_se(found.se, metric)}{share}"
    total = ledger.total
    yield f"total: {gain_text(total.gain, metric)} ± {_se(total.se, metric)} {metric.unit}".rstrip()
    if ledger.shares is None:
        yield "the total is within two standard errors of zero, so shares would mean nothing"


def titles_line(ledger: DeltaLedger, state: LaneState) -> str:
    """How many titles are confirmed, and how large the noise is."""
    confirmed = sum(step.is_confirmed for step in ledger.steps)
    count = counted(len(ledger.steps), "title")
    said = f"{confirmed} of {count}" if confirmed else f"None of {count}"
    are = "is" if confirmed <= 1 else "are"
    is_asked = state.rules.decision.fresh_seeds
    rests = f"{said} {are} confirmed on fresh seeds. " if is_asked else ""
    return f"{rests}Noise: {noise_line(state)}."


def are_sides_unknown(ledger: DeltaLedger) -> bool:
    """Whether totals a side would say nothing."""
    return all(step.side == "unknown" for step in ledger.steps)


def side_label(side: str, ledger: DeltaLedger) -> str:
    """What a total is called; steps of an unknown side are among the confounded ones."""
    whole = (step for step in ledger.steps if not (step.ablation and step.ablation.is_complete))
    sides = {step.side for step in whole} & {"confounded", "unknown"}
    return " or ".join(sorted(sides)) if side == "confounded" and "unknown" in sides else side


def _gain_json(found: Gain) -> dict[str, Json]:
    return {"gain": gain(found.gain), "se": figure(found.se)}


def deltas_json(ledger: DeltaLedger) -> Document:
    """The delta ledger."""
    shares = ledger.shares
    return {
        "steps": [_step_json(step) for step in ledger.steps],
        "totals": {side: _gain_json(found) for side, found in ledger.totals.items()},
        "total": _gain_json(ledger.total),
        "shares": None if shares is None else {side: figure(x) for side, x in shares.items()},
    }


def _step_json(step: DeltaStep) -> dict[str, Json]:
    return {
        "from": step.displaced,
        "to": step.winner,
        **_gain_json(step.gain),
        "attribution": step.side,
        "is_confirmed": step.is_confirmed,
        "gain_shrunk": gain(step.shrunk),
        "ablation": None if step.ablation is None else _ablation_json(step.ablation),
        "throughput": None if step.throughput is None else _throughput_json(step.throughput),
    }


def _ablation_json(found: Ablation) -> dict[str, Json]:
    return {
        "is_complete": found.is_complete,
        "values": {side: gain(value) for side, value in found.values.items()},
        "interaction": gain(found.interaction),
        "ranges": {side: [gain(low), gain(high)] for side, (low, high) in found.ranges.items()},
        "missing": ["+".join(sorted(cell)) for cell in found.missing],
    }


def _throughput_json(found: Throughput) -> dict[str, Json]:
    return {
        "basis": found.basis,
        "throughput": gain(found.throughput),
        "quality": gain(found.quality),
        "tokens_ratio": figure(found.tokens_ratio),
        "step_rate_ratio": figure(found.step_rate_ratio),
        "tokens_per_step_ratio": figure(found.tokens_per_step_ratio),
        "train_seconds_ratio": figure(found.train_seconds_ratio),
    }

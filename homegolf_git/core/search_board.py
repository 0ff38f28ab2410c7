"""Delta ledger and transfer as tables and lines."""

from collections.abc import Iterator

from homegolf_git.core.board import Table, counted, gain_text
from homegolf_git.core.deltas import DeltaLedger, DeltaStep
from homegolf_git.core.model import Metric
from homegolf_git.core.transfer import PAIRS_MIN, Summary


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
    return Table(headers, rows, frozenset({"from", "to"}))


def _se(value: float, metric: Metric) -> str:
    return f"{value:.{metric.decimals}f}"


def _remark(step: DeltaStep, metric: Metric) -> str:
    parts = []
    if not step.is_confirmed:
        parts.append("not confirmed yet")
    if step.shrunk is not None:
        parts.append(f"shrunk to {gain_text(step.shrunk, metric)}")
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
    return "; ".join(parts)


def deltas_lines(ledger: DeltaLedger, metric: Metric) -> Iterator[str]:
    """Totals a side; shares only where the total is clear of its error."""
    for side, found in ledger.totals.items():
        share = f", {ledger.shares[side]:.0%} of it" if ledger.shares else ""
        yield f"{side}: {gain_text(found.gain, metric)} ± {_se(found.se, metric)}{share}"
    total = ledger.total
    yield f"total: {gain_text(total.gain, metric)} ± {_se(total.se, metric)} {metric.unit}".rstrip()
    if ledger.shares is None:
        yield "the total is within two standard errors of zero, so shares would mean nothing"


def transfer_lines(found: Summary) -> Iterator[str]:
    """A summary in sentences."""
    yield f"{found.state}: {found.agree} of {found.n} gains of delta_min or more agree in sign"
    if found.n < PAIRS_MIN:
        missing = counted(PAIRS_MIN - found.n, "more pair")
        yield f"still needed: {missing}, losers and neutral controls among them"
    if found.sign_lower is not None and found.sign_upper is not None:
        yield (
            f"with 90 % confidence each way the share that agrees is between "
            f"{found.sign_lower:.2f} and {found.sign_upper:.2f}"
        )
    if found.tau is not None:
        exact = "" if found.tau_p is None else f", exact p {found.tau_p:.3g}"
        yield f"rank correlation (Kendall's tau) {found.tau:.2f}{exact}"
    if found.slope is not None:
        error = "" if found.slope_se is None else f" ± {found.slope_se:.2f}"
        yield f"a local gain of 1 has meant {found.slope:.2f}{error} upstream"

"""How gains of one lane predicted gains of another: text and JSON."""

from collections.abc import Iterator

from homegolf_git.core.model.figures import counted, figure, gain, gain_text
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.search.transfer import PAIRS_MIN, Pair, Summary, Transfer
from homegolf_git.core.views.layout import Block, Table


class Side(Value, frozen=True):
    """A lane and its metric."""

    lane: LaneId
    metric: Metric


class Transferred(Value, frozen=True):
    """Two lanes, and how gains of the lower one predicted gains of the upper one."""

    below: Side
    above: Side
    found: Transfer


def text(transferred: Transferred) -> Iterator[Block]:
    """The pairs, and what they say together and by side."""
    found = transferred.found
    if found.pairs:
        yield _pairs_table(transferred)
    yield from transfer_lines(found.summary)
    for side, summary in found.by_side.items():
        yield f"{side} side:"
        yield from (f"  {line}" for line in transfer_lines(summary))


def _pairs_table(transferred: Transferred) -> Table:
    below, above = transferred.below, transferred.above
    rows = [
        (
            pair.run_id, pair.upstream_run_id, pair.side, gain_text(pair.x, below.metric),
            gain_text(pair.y, above.metric), "yes" if pair.is_fresh else "no",
        )
        for pair in transferred.found.pairs
    ]  # fmt: skip
    gains = (f"gain in {below.lane}", f"gain in {above.lane}")
    return Table(("run", "upstream run", "changed", *gains, "fresh"), rows)


def json(transferred: Transferred) -> dict[str, Json]:
    """Both lanes, and how gains of one predicted gains of the other."""
    lanes = {"from": transferred.below.lane, "to": transferred.above.lane}
    return {**lanes, **transfer_json(transferred.found)}


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


def transfer_json(found: Transfer) -> Document:
    """How local gains predicted upstream gains."""
    return {
        **_summary_json(found.summary),
        "pairs": [_pair_json(pair) for pair in found.pairs],
        "by_side": {side: _summary_json(summary) for side, summary in found.by_side.items()},
    }


def _pair_json(pair: Pair) -> dict[str, Json]:
    return {
        "run_id": pair.run_id,
        "upstream_run_id": pair.upstream_run_id,
        "attribution": pair.side,
        "x": gain(pair.x),
        "x_se": figure(pair.x_se),
        "is_fresh": pair.is_fresh,
        "y": gain(pair.y),
        "y_se": figure(pair.y_se),
    }


def _summary_json(found: Summary) -> dict[str, Json]:
    return {
        "state": found.state,
        "n": found.n,
        "agree": found.agree,
        "sign_lower": figure(found.sign_lower),
        "sign_upper": figure(found.sign_upper),
        "tau": figure(found.tau),
        "tau_p": figure(found.tau_p),
        "slope": figure(found.slope),
        "slope_se": figure(found.slope_se),
        "slope_lower": figure(found.slope_lower),
    }

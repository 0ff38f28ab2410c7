"""What other rules would have said: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import gain
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.search.backtest import Backtest, Call
from homegolf_git.core.views.layout import Block, Table


class Tried(Value, frozen=True):
    """Other rules tried on a lane: how they were set, and what they would have said."""

    lane: LaneId
    settings: Sequence[str]
    found: Backtest


def text(tried: Tried) -> Iterator[Block]:
    """Rows that would have come out otherwise, and the two histories in short."""
    found = tried.found
    if found.changed:
        headers = ("run", "as judged", "instead", "incumbent", "instead", "stop condition")
        yield Table(headers, [_cells(was, now) for was, now in found.changed])
    yield f"{len(found.changed)} of {len(found.pairs)} rows would have come out otherwise"
    for side, label in enumerate(("as judged", "instead")):
        stops = ", ".join(found.stops(side)) or "never"
        yield f"{label}: {len(found.incumbents(side))} incumbents; plateau called: {stops}"


def _cells(was: Call, now: Call) -> tuple[str, ...]:
    return (
        was.verdict.run_id,
        was.verdict.name,
        now.verdict.name,
        was.verdict.incumbent_after or "nobody",
        now.verdict.incumbent_after or "nobody",
        f"{was.state} -> {now.state}" if was.state != now.state else was.state,
    )


def json(tried: Tried) -> dict[str, Json]:
    """The rules as they were set, and what they would have said."""
    return {"lane": tried.lane, "set": list(tried.settings), **backtest_json(tried.found)}


def backtest_json(found: Backtest) -> Document:
    """What other rules would have said."""
    return {
        "rows": len(found.pairs),
        "changed": [
            {"run_id": was.verdict.run_id, "before": _call_json(was), "after": _call_json(now)}
            for was, now in found.changed
        ],
        "incumbents": {"before": found.incumbents(0), "after": found.incumbents(1)},
        "plateaus": {"before": found.stops(0), "after": found.stops(1)},
    }


def _call_json(call: Call) -> dict[str, Json]:
    return {
        "class": call.verdict.verdict_class,
        "reason": call.verdict.reason,
        "delta": gain(call.verdict.delta),
        "incumbent_after": call.verdict.incumbent_after,
        "plateau": call.state,
    }

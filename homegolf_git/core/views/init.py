"""Files of a new ledger: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.naming import LADDER_PATH, LaneId, lane_path
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views.findings import findings_json


class Begun(Value, frozen=True):
    """Lanes, the files that were written, and those that were there already."""

    lanes: Sequence[LaneId]
    written: Sequence[str]
    left: Sequence[str]


def text(begun: Begun) -> Iterator[str]:
    """A line a file, and what to do next."""
    yield from (f"wrote {name}" for name in begun.written)
    yield from (f"left {name}: it is there already" for name in begun.left)
    new = [lane for lane in begun.lanes if lane_path(lane) in begun.written]
    if new:
        rules = " and ".join(map(lane_path, new))
        yield f"next: set the numbers in {rules}, then commit it all"
        if LADDER_PATH in begun.left:
            yield f"and add {' and '.join(new)} to the lanes of {LADDER_PATH}"
        yield "in every clone: git config pull.rebase true, because rows count in the order of the main line"


def json(begun: Begun) -> dict[str, Json]:
    """The files."""
    return {"written": list(begun.written), "left": list(begun.left), "findings": findings_json([])}

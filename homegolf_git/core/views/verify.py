"""Whether a ledger is in order: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views.findings import findings_json


class Verified(Value, frozen=True):
    """How much was read, and every fault of it."""

    rows: int
    lanes: int
    findings: Sequence[Finding]


def text(verified: Verified) -> Iterator[str]:
    """How much was read, and how many errors there are."""
    errors = sum(item.severity == "error" for item in verified.findings)
    outcome = counted(errors, "error") if errors else "all in order"
    yield f"{counted(verified.rows, 'row')} in {counted(verified.lanes, 'lane')}: {outcome}"


def json(verified: Verified) -> dict[str, Json]:
    """How many rows there are, and every fault."""
    return {"rows": verified.rows, "findings": findings_json(verified.findings)}

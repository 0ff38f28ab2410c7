"""Whether a ledger is in order: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.artifacts import Checked
from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views.findings import findings_json


class Verified(Value, frozen=True):
    """How much was read, and every fault of it."""

    rows: int
    lanes: int
    findings: Sequence[Finding]
    artifacts: Checked | None = None


def text(verified: Verified) -> Iterator[str]:
    """How much was read, and how many errors there are."""
    errors = sum(item.severity == "error" for item in verified.findings)
    outcome = counted(errors, "error") if errors else "all in order"
    yield f"{counted(verified.rows, 'row')} in {counted(verified.lanes, 'lane')}: {outcome}"
    if verified.artifacts is not None:
        yield from _artifacts_text(verified.artifacts)


def _artifacts_text(checked: Checked) -> Iterator[str]:
    yield (
        f"{counted(checked.checked, 'artifact')} of {checked.listed:,} fetched, "
        f"{checked.bytes_read:,} bytes: {checked.matching:,} as their rows say"
    )
    passed_over = [
        f"{number:,} {words}"
        for number, words in (
            (checked.without_address, "without an address"),
            (checked.without_digest, "without size or digest"),
            (checked.retracted, "of retracted runs"),
        )
        if number
    ]
    if passed_over:
        yield "passed over: " + ", ".join(passed_over)


def json(verified: Verified) -> dict[str, Json]:
    """How many rows there are, what was fetched, and every fault."""
    found: dict[str, Json] = {
        "rows": verified.rows,
        "findings": findings_json(verified.findings),
    }
    if (checked := verified.artifacts) is not None:
        found["artifacts"] = {
            "listed": checked.listed,
            "checked": checked.checked,
            "matching": checked.matching,
            "bytes": checked.bytes_read,
            "without_address": checked.without_address,
            "without_digest": checked.without_digest,
            "retracted": checked.retracted,
        }
    return found

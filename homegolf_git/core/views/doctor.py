"""What keeps a clone from working: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views.findings import findings_json


class Examined(Value, frozen=True):
    """Codes of what was mended, and what is left to mend."""

    mended: Sequence[str]
    findings: Sequence[Finding]


def text(examined: Examined) -> Iterator[str]:
    """What was mended, and how much is left."""
    yield from (f"mended {code}" for code in examined.mended)
    left = len(examined.findings)
    yield counted(left, "remark") if left else "nothing to mend"


def json(examined: Examined) -> dict[str, Json]:
    """What was mended, and what is left."""
    return {"mended": list(examined.mended), "findings": findings_json(examined.findings)}

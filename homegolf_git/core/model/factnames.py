"""Names under which a report states the facts of a row: in a receipt map, and in a trainer's own report."""

from collections.abc import Collection, Iterator, Mapping

from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.lane import Maps
from homegolf_git.core.model.nearest import nearest
from homegolf_git.core.model.rowcheck import RESULT_FIELDS

LOG_KIND = "log"  # of the last lines of output
REPORT_KIND, REPORT_SCHEMA = "trainer-report", "homegolf/trainer-report/v1"  # of a trainer's own
GROUPS: Mapping[str, tuple[str, ...]] = {
    "change": ("kind", "summary"),
    "source": ("repository", "revision", "dirty", "changed_paths", "ref", "frozen_sha256"),
    "evaluation": ("mode", "split", "dataset_sha256", "tokenizer_sha256", "scorer"),
}
FACTS = (
    "run_id", "lane", "finished_at", "submitter", "base", "config", "hardware", "seeds_planned",
    "seeds_run", "train_seconds_budget", "outcome", "artifacts", "resolves", "session", "notes",
    *(f"{group}.{name}" for group, names in GROUPS.items() for name in names),
)  # fmt: skip
EXTRA = "extra."  # before the name of a further number
_OF_RESULT = ("results", "extra", *RESULT_FIELDS)


def map_findings(
    maps: Maps,
    metrics: Collection[str],
    path: str,
    lines: Mapping[tuple[str | int, ...], int],
    severity: Severity = "error",
) -> Iterator[Finding]:
    """Names in receipt maps that are no facts of a row, each with the nearest one that is.

    Args:
        maps: What stands under `receipts`.
        metrics: Of the lanes that they are for; where none is known yet any metric may be meant.
        path: The file that they stand in.
        lines: The line of each key in it.
        severity: How much it matters.
    """
    known = (*FACTS, *GROUPS, *_OF_RESULT, *metrics)
    for kind, fields in maps.items():
        for name in fields:
            is_extra = name.startswith(EXTRA) and name != EXTRA
            if name in known or is_extra or not (metrics or "." in name):
                continue
            close = nearest(name, known)
            fix = f"did you mean {close}?" if close else f"name a fact of a row, or {EXTRA}{name}"
            message = f"receipts.{kind}.{name} is no fact of a row"
            line = lines.get(("receipts", kind, name), 0)
            yield finding("unknown_field", message, path, line, severity, fix)

"""What a schema cannot say of a row: names, times, its place, and its lane's metric."""

from collections.abc import Iterator, Mapping

from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.namefaults import is_ref_name, lane_name_findings, unportable_part
from homegolf_git.core.model.naming import LedgerPath, is_utc_time, lane_id_of, month_of, run_id_of
from homegolf_git.core.model.nearest import nearest
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Document, Json, Number

KEY_MAX = 1_000  # characters of a dotted key
RESULT_FIELDS = (
    "seed", "repeat", "val_bpb", "val_loss", "evaluated_tokens", "evaluated_bytes", "steps", "train_tokens",
    "train_seconds", "eval_seconds", "artifact_bytes",
)  # fmt: skip

COUNTS = ("evaluated_tokens", "evaluated_bytes", "steps", "train_tokens", "artifact_bytes")


def as_field(name: str, value: Number) -> Number:
    """A number as a row writes it under a name: what is counted is whole."""
    return round(value) if name in COUNTS else value


def row_findings(document: Document, path: str) -> Iterator[Finding]:
    """Faults of a row that passed its schema, whatever its lane."""
    if run_id_of(document["run_id"]) is None:
        yield finding("bad_format", f"run_id has the wrong form: {document['run_id']!r}", path)
    if lane_id_of(document["lane"]) is None:
        yield finding("bad_format", f"lane has the wrong form: {document['lane']!r}", path)
    if not is_utc_time(document["finished_at"]):
        yield finding(
            "bad_time", f"finished_at is no real UTC time: {document['finished_at']}", path
        )
    session = document.get("session")
    if session is not None and not session.isprintable():
        message = f"session has characters that cannot be printed: {session!r}"
        yield finding("bad_format", message, path)
    paths = [receipt["path"] for receipt in document.get("receipts", ())]
    for name in sorted({name for name in paths if paths.count(name) > 1}):
        yield finding("duplicate_key", f"receipt {name} is listed twice", path)
    if document.get("base") == document["run_id"]:
        yield finding(
            "unknown_run",
            "base names the run itself",
            path,
            fix="name the run it was derived from, or null",
        )


def _longest_key(config: Mapping[str, Json]) -> int:
    """Characters of the longest key with those that it stands below, a dot between two."""
    return max(
        (
            len(key) + (1 + _longest_key(value) if isinstance(value, dict) and value else 0)
            for key, value in config.items()
        ),
        default=0,
    )


def name_findings(row: Row, path: str, severity: Severity) -> Iterator[Finding]:
    """Names in a row that some file system cannot hold, that git cannot name a ref after, or too long ones."""
    if (length := _longest_key(row.config)) > KEY_MAX:
        message = f"a key of the config has {length:,} characters with those above it, {KEY_MAX:,} are allowed"
        yield finding("out_of_range", message, path, severity=severity, fix="shorten it")
    if not is_ref_name(row.run_id) or unportable_part(row.run_id):
        message = f"run_id {row.run_id} cannot be the name of a file or of a ref everywhere"
        yield finding("unportable_name", message, path, severity=severity)
    yield from lane_name_findings(row.lane, path, severity)
    seen: dict[str, str] = {}
    for listed in row.receipts:
        if unportable_part(listed.path):
            message = f"receipt {listed.path} cannot be the name of a file everywhere"
            yield finding("unportable_name", message, path, severity=severity)
        other = seen.setdefault(listed.path.lower(), listed.path)
        if other != listed.path:
            message = f"receipts {other} and {listed.path} differ by case alone"
            yield finding("unportable_name", message, path, severity=severity)


def place_findings(document: Document, place: LedgerPath, path: str) -> Iterator[Finding]:
    """Whether a row's content agrees with its path."""
    facts = {
        "run_id": (document["run_id"], place.run_id, "file name"),
        "lane": (document["lane"], place.lane, "lane folder"),
        "finished_at": (month_of(document["finished_at"]), place.month, "month folder"),
    }
    for field, (stated, in_path, what) in facts.items():
        if stated != in_path:
            yield finding("wrong_place", f"{field} says {stated}, the {what} says {in_path}", path)


def metric_findings(document: Document, lane: Lane, path: str) -> Iterator[Finding]:
    """Whether each result has the lane's metric and no number under an unknown name."""
    metric = lane.metric.name
    for i, result in enumerate(document.get("results", ())):
        if result.get(metric) is None:
            yield finding(
                "missing_field", f"results[{i}] has no {metric}, the metric of {lane.lane}", path,
                fix=f"add {metric}",
            )  # fmt: skip
        for name in result:
            if name not in (*RESULT_FIELDS, "extra", metric):
                close = nearest(name, (*RESULT_FIELDS, "extra", metric))
                fix = f"did you mean {close}?" if close else f"the lane's metric is {metric}"
                message = f"results[{i}].{name} is not a known field"
                yield finding("unknown_field", message, path, fix=fix)

"""From a file's bytes to a value of the model, with every finding of the file at once."""

from collections.abc import Collection
from typing import Any

from homegolf_git.core.model.factnames import map_findings
from homegolf_git.core.model.findings import (
    FINDINGS_OF_FILE_MAX,
    Finding,
    Severity,
    capped,
    finding,
    has_errors,
)
from homegolf_git.core.model.lane import Lane, Maps
from homegolf_git.core.model.naming import LaneId, LedgerPath, lane_path
from homegolf_git.core.model.parse import digest_input, ladder_of, lane_of, retraction_of, row_of
from homegolf_git.core.model.row import Retraction, Row
from homegolf_git.core.model.rowcheck import metric_findings, place_findings, row_findings
from homegolf_git.core.model.values import Document
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.canonical import canonical_digest
from homegolf_git.shell.files.fastschema import is_valid


def _checked(kind: str, data: bytes, path: str) -> tuple[Document | None, list[Finding]]:
    """A document that passed the YAML subset and its schema, or None; all findings either way."""
    loaded, found = _loaded(kind, data, path)
    return (None if has_errors(found) else loaded.value), found


def _loaded(kind: str, data: bytes, path: str) -> tuple[rowyaml.Loaded, list[Finding]]:
    """A document, and everything that the YAML subset and its schema say of it."""
    loaded = rowyaml.load(data, path)
    if loaded.value is None:
        return loaded, loaded.findings
    found = loaded.findings
    room = FINDINGS_OF_FILE_MAX - len(found)
    if room >= 0 and not is_valid(kind, loaded.value):
        from homegolf_git.shell.files.schema import schema_findings  # noqa: PLC0415 - slow, for faults only

        found = found + schema_findings(kind, loaded.value, path, loaded.lines(), room)
    return loaded, found


def read_row(
    data: bytes, path: str, place: LedgerPath | None = None
) -> tuple[Row | None, Document | None, list[Finding]]:
    """A row and its document; `place` is where it stands, None for a file that comes from outside."""
    document, found = _checked("run-v1", data, path)
    if document is None:
        return None, None, found
    found += row_findings(document, path)
    if place is not None:
        found += place_findings(document, place, path)
    if has_errors(found):
        return None, document, found
    try:
        digest = canonical_digest(digest_input(document))
    except ValueError as error:
        return None, document, [*found, finding("too_precise", str(error), path)]
    return row_of(document, digest), document, found


def check_metric(document: Document, lane: Lane, path: str) -> list[Finding]:
    """Findings on a row's results that only its lane can tell."""
    return capped(metric_findings(document, lane, path), path)


def read_lane(
    data: bytes, path: str, lane: LaneId, severity: Severity = "error"
) -> tuple[Lane | None, list[Finding]]:
    """A lane's rules; `severity` is that of receipt maps and patterns that cannot be used."""
    loaded, found = _loaded("lane-v1", data, path)
    document: Document | None = loaded.value
    if document is None or has_errors(found):
        return None, found
    if maps := document.get("receipts"):
        metrics = [document["metric"]["name"]]
        faults = map_findings(maps, metrics, path, loaded.lines(), severity)
        found = [*found, *capped(faults, path)]
    if patterns := (document.get("capture") or {}).get("patterns"):
        from homegolf_git.core.model.patterns import pattern_findings  # noqa: PLC0415 - few lanes have some

        metric = document["metric"]["name"]
        found = [*found, *pattern_findings(patterns, metric, path, loaded.lines(), severity)]
    if document["lane"] != lane:
        message = f"lane says {document['lane']}, the folder says {lane}"
        fix = f"correct `lane`, or move the file to {lane_path(document['lane'])}"
        return None, [*found, finding("wrong_place", message, path, fix=fix)]
    return (None if has_errors(found) else lane_of(document)), found


def read_receipt_maps(
    data: bytes, path: str, metrics: Collection[str], severity: Severity = "error"
) -> tuple[Maps | None, list[Finding]]:
    """The receipt maps for all lanes, which have these metrics."""
    loaded, found = _loaded("receipts-v1", data, path)
    if loaded.value is None or has_errors(found):
        return None, found
    maps: Any = loaded.value["receipts"]
    faults = map_findings(maps, metrics, path, loaded.lines(), severity)
    found = [*found, *capped(faults, path)]
    return (None if has_errors(found) else maps), found


def read_retraction(
    data: bytes, path: str, place: LedgerPath
) -> tuple[Retraction | None, list[Finding]]:
    """A retraction."""
    document, found = _checked("retraction-v1", data, path)
    if document is None:
        return None, found
    if document["run_id"] != place.run_id:
        message = f"run_id says {document['run_id']}, the file name says {place.run_id}"
        fix = "use `homegolf retract`, which puts it in its place"
        return None, [*found, finding("wrong_place", message, path, fix=fix)]
    return retraction_of(document), found


def read_ladder(data: bytes, path: str) -> tuple[tuple[LaneId, ...], list[Finding]]:
    """The lanes in promotion order."""
    document, found = _checked("ladder-v1", data, path)
    return (() if document is None else ladder_of(document)), found

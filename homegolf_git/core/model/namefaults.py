"""What is wrong with a name: outside the grammar, or nothing that every system can hold."""

import re
from collections.abc import Iterator

from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.naming import LEDGER, LaneId, lane_id_of, run_id_of


def path_fault(path: str) -> str:
    """What is wrong with a path below an input folder of the ledger that is outside the grammar."""
    folder, lane, kind, rest = (*path.split("/", 3), "", "", "")[:4]
    if folder != LEDGER:
        return f"some file systems take {folder!r} for {LEDGER}"
    name = path.rpartition("/")[2].removesuffix(".yaml")
    if lane_id_of(lane) is None:
        return f"{lane!r} is no name of a lane: up to 32 of a-z 0-9 -, not beginning with -"
    if kind in ("runs", "retractions") and not path.endswith(".yaml"):
        return f"{name!r} is no .yaml file"
    if kind in ("runs", "retractions") and run_id_of(name) is None:
        return f"{name!r} is no run id: 3 to 80 of a-z 0-9 . _ -, beginning with a letter or digit"
    if kind == "runs":
        return "a row lies in runs/<YYYY-MM>/, the month of its finished_at"
    return f"{rest!r} is no name of a file there"


_DEVICES = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\..*)?", re.IGNORECASE)


def unportable_part(path: str) -> str | None:
    """The first part of a path that some file system cannot hold, or None.

    Windows keeps the names of devices for itself, whatever follows their first dot, and drops a dot
    at the end of a name.
    """
    for part in path.split("/"):
        if _DEVICES.fullmatch(part) or part.endswith("."):
            return part
    return None


def is_ref_name(run_id: str) -> bool:
    """Whether git can name a branch or ref after a run."""
    return ".." not in run_id and not run_id.endswith((".lock", "."))


def lane_name_findings(lane: LaneId, path: str, severity: Severity = "error") -> Iterator[Finding]:
    """Whether some file system cannot hold the folder of a lane."""
    if unportable_part(lane):
        message = f"lane {lane} cannot be the name of a folder everywhere"
        yield finding("unportable_name", message, path, severity=severity)

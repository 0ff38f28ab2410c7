"""What landed when: the first-parent history of the ledger, and what broke append-only.

Rows count as they first landed. Later edits and deletions are findings and change nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from homegolf_git.core.findings import finding
from homegolf_git.core.model import Finding
from homegolf_git.core.naming import REGULAR_FILE_MODE, LaneId, LedgerPath, Oid, RunId, parse_path


@dataclass(frozen=True, slots=True)
class Change:
    """One path of a commit: A added, M modified, D deleted, T changed its type."""

    status: str
    mode: str
    blob: Oid
    path: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the first-parent chain and what it changed against its first parent."""

    oid: Oid
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file of the ledger as a commit put it there."""

    place: LedgerPath
    path: str
    blob: Oid
    mode: str


@dataclass(frozen=True, slots=True)
class LandedReceipt:
    """A receipt file: its name within the run's folder, and the commit that brought it."""

    file: str
    path: str
    blob: Oid
    position: int


@dataclass(slots=True)
class Landing:
    """What one commit brought into the ledger. A lane file that was deleted has no blob."""

    commit: Oid
    position: int
    rows: list[LandedFile] = field(default_factory=list)
    lanes: dict[LaneId, LandedFile | None] = field(default_factory=dict)
    ladder: LandedFile | None = None
    retractions: list[LandedFile] = field(default_factory=list)


@dataclass(slots=True)
class History:
    """The ledger's landings in order, its receipts, and the faults of its history."""

    landings: list[Landing] = field(default_factory=list)
    receipts: dict[tuple[LaneId, RunId], list[LandedReceipt]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _Track:
    """What is needed while walking: what landed first, what is there now, what went wrong."""

    landed: dict[str, tuple[str, Oid]] = field(default_factory=dict)  # path -> mode, blob
    now: dict[str, tuple[str, Oid] | None] = field(default_factory=dict)
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)  # path -> code, message


def arrange(commits: Iterable[Commit]) -> History:
    """Sort what commits changed into landings; commits oldest first."""
    history, track = History(), _Track()
    for position, commit in enumerate(commits):
        landing = Landing(commit.oid, position)
        for change in commit.changes:
            place = parse_path(change.path)
            if place is not None and place.kind != "generated":
                _take(history, landing, track, change, place)
        if landing.rows or landing.lanes or landing.retractions or landing.ladder:
            history.landings.append(landing)
            if len(landing.rows) > 1:
                message = f"commit {commit.oid[:12]} lands {len(landing.rows)} rows"
                history.findings.append(finding("several_rows", message, severity="note"))
    history.findings += _faults(track)
    return history


def _take(
    history: History, landing: Landing, track: _Track, change: Change, place: LedgerPath
) -> None:
    file = LandedFile(place, change.path, change.blob, change.mode)
    is_gone = change.status == "D"
    if place.kind == "lane":
        landing.lanes[place.lane] = None if is_gone else file
        return
    if place.kind == "ladder":
        landing.ladder = None if is_gone else file
        return
    track.now[change.path] = None if is_gone else (change.mode, change.blob)
    if place.kind in ("stray", "bad"):
        code = "bad_path" if place.kind == "bad" else "stray_file"
        track.faults[change.path] = code, f"landed in commit {landing.commit[:12]}"
    elif change.status != "A" or change.path in track.landed:
        code = f"{place.kind}_edited"
        if place.kind == "row":
            code = {"D": "row_deleted", "A": "row_added_again"}.get(change.status, code)
        track.faults[change.path] = code, f"in commit {landing.commit[:12]}"
    elif change.mode != REGULAR_FILE_MODE:
        message = f"its mode is {change.mode}, not {REGULAR_FILE_MODE}"
        track.faults[change.path] = "not_a_file", message
    else:
        track.landed[change.path] = change.mode, change.blob
        _land(history, landing, file)


def _land(history: History, landing: Landing, file: LandedFile) -> None:
    place = file.place
    if place.kind == "row":
        landing.rows.append(file)
    elif place.kind == "retraction":
        landing.retractions.append(file)
    else:
        receipt = LandedReceipt(place.file, file.path, file.blob, landing.position)
        history.receipts.setdefault((place.lane, place.run_id), []).append(receipt)


def _faults(track: _Track) -> Iterator[Finding]:
    """Faults that still stand; one that was put right stays as a note."""
    for path, (code, message) in track.faults.items():
        landed, now = track.landed.get(path), track.now[path]
        if landed is None and now is None:
            continue  # never rightly landed, and gone again
        if code == "stray_file":
            yield finding(code, message, path, severity="note")
        elif landed is not None and now == landed:
            yield finding(code, message + ", and was put right", path, severity="note")
        else:
            yield finding(code, message, path)

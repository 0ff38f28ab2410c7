"""What landed when: the first-parent history of the ledger, and what broke append-only.

Rows count as they first landed. Later edits and deletions are findings and change nothing.
"""

from collections.abc import Iterable, Iterator

from homegolf_git.core.judge.trailers import Said
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.namefaults import path_fault
from homegolf_git.core.model.naming import (
    LEDGER,
    REGULAR_FILE_MODE,
    RULES,
    SUBMODULE_MODE,
    LaneId,
    LedgerPath,
    Oid,
    RunId,
    parse_path,
    time_key,
)
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.stored import StoredMap
from homegolf_git.core.model.values import Record, Value, field


def landing_order(row: Row) -> tuple[tuple[str, str], RunId]:
    """Key by which rows of one commit are ordered: when they finished, then their names."""
    return time_key(row.finished_at), row.run_id


class PathChange(Value, frozen=True):
    """One path of a commit: A added, M modified, D deleted, T changed its type."""

    status: str
    mode: str
    blob: Oid
    path: str


class Commit(Value, frozen=True):
    """A commit of the first-parent chain and what it changed against its first parent."""

    oid: Oid
    changes: tuple[PathChange, ...]
    parent: Oid | None = None
    merged: Oid | None = None  # the second parent
    message: str = ""


class LandedFile(Value, frozen=True):
    """A file of the ledger as a commit put it there."""

    place: LedgerPath
    path: str
    blob: Oid


# What never rightly landed may go, and land once more as it should.
_ANEW = "remove it in one commit, and add it in the next as a plain file without the executable bit"

# Of what landed once.
_COUNTS = "what counts is the file as it landed, and a run is corrected with `homegolf retract`"


class RowFile(Value, frozen=True):
    """A row as it landed, with the receipts beside it and the rules in force (None: no lane).

    `said` are the trailers of its commit. A merge mostly has none; then those of the commit that it
    merged may be about the row.
    """

    file: LandedFile
    receipts: tuple[LandedFile, ...]
    rules: Lane | None
    said: Said = ()
    merged: Oid | None = None


class Landing(Record):
    """What one commit brought into the ledger. A lane file that was deleted has no blob."""

    commit: Oid
    position: int
    rows: list[LandedFile] = field(default_factory=list)
    receipts: list[LandedFile] = field(default_factory=list)
    retractions: list[LandedFile] = field(default_factory=list)
    lanes: dict[LaneId, LandedFile | None] = field(default_factory=dict)
    ladder: LandedFile | None = None
    merged: Oid | None = None
    message: str = ""
    maps: tuple[LandedFile | None, ...] = ()  # receipts.yaml, where the commit changed it
    signers: tuple[LandedFile | None, ...] = ()  # allowed_signers, likewise

    def __bool__(self) -> bool:
        files = (self.rows, self.receipts, self.retractions, self.lanes, self.maps, self.signers)
        return any(files) or self.ladder is not None


class Fault(Value, frozen=True):
    """What broke append-only at a path, and what is there now (None: nothing).

    That is a blob, with its mode before it where it is no regular file.
    """

    code: str
    message: str
    now: str | None


class Track(Record):
    """What is remembered of the commits so far: what landed first, and what went wrong."""

    commits: int = 0
    landed: StoredMap[str, Oid] = field(default_factory=StoredMap)  # path -> blob as it landed
    rules: dict[str, Oid] = field(default_factory=dict)  # path -> blob of the rules that are there
    faults: dict[str, Fault] = field(default_factory=dict)  # by path
    crowded: list[Finding] = field(default_factory=list)  # commits that land several rows

    def findings(self) -> Iterator[Finding]:
        """Faults of the history; one that was put right stays as a note."""
        yield from self.crowded
        for path, fault in self.faults.items():
            landed = self.landed.get(path)
            if landed is None and fault.now is None:
                continue  # never rightly landed, and gone again
            if fault.code == "stray_file":
                yield finding(fault.code, fault.message, path, severity="note")
            elif landed is not None and fault.now == landed:
                message = fault.message + ", and was put right"
                yield finding(fault.code, message, path, severity="note")
            else:
                fix = _ANEW if fault.code == "not_a_file" and landed is None else ""
                if landed is not None and " " not in (fault.now or ""):
                    fix = f"restore it by `git cat-file blob {landed} > {path}`, and commit that; {_COUNTS}"
                yield finding(fault.code, fault.message, path, fix=fix)


def landings(commits: Iterable[Commit], track: Track) -> Iterator[Landing]:
    """Sort what commits changed into landings; commits oldest first, behind those of `track`."""
    for commit in commits:
        landing = Landing(commit.oid, track.commits, merged=commit.merged, message=commit.message)
        track.commits += 1
        for change in commit.changes:
            if change.path == LEDGER and change.mode == SUBMODULE_MODE:
                continue  # a ledger, but of the repository that lies there
            place = parse_path(change.path)
            if place is not None and place.kind != "generated":
                _take(landing, track, change, place)
        if landing:
            if len(landing.rows) > 1:
                message = f"commit {commit.oid[:12]} lands {len(landing.rows)} rows"
                track.crowded.append(finding("several_rows", message, severity="note"))
            yield landing


def _take(landing: Landing, track: Track, change: PathChange, place: LedgerPath) -> None:
    path, is_gone = change.path, change.status == "D"
    file = LandedFile(place, path, change.blob)
    if place.kind in RULES:
        _take_rules(landing, track, change, file)
        return
    now: str | None = None if is_gone else change.blob
    landed = track.landed.get(path)
    if place.kind in ("stray", "bad"):
        code = "bad_path" if place.kind == "bad" else "stray_file"
        what = f"{path_fault(path)}; it " if place.kind == "bad" else ""
        track.faults[path] = Fault(code, f"{what}landed in commit {landing.commit[:12]}", now)
    elif change.status != "A" or landed is not None:
        code = f"{place.kind}_edited"
        if place.kind == "row":
            code = {"D": "row_deleted", "A": "row_added_again"}.get(change.status, code)
        as_landed = change.mode == REGULAR_FILE_MODE
        now = now if as_landed or is_gone else f"{change.mode} {change.blob}"
        track.faults[path] = Fault(code, f"in commit {landing.commit[:12]}", now)
    elif change.mode != REGULAR_FILE_MODE:
        message = f"its mode is {change.mode}, not {REGULAR_FILE_MODE}"
        track.faults[path] = Fault("not_a_file", message, now)
    else:
        track.faults.pop(path, None)  # what was there before had not rightly landed
        track.landed[path] = change.blob
        _land(landing, file)


def _take_rules(landing: Landing, track: Track, change: PathChange, file: LandedFile) -> None:
    path, place, is_gone = file.path, file.place, change.status == "D"
    track.faults.pop(path, None)
    if change.mode == SUBMODULE_MODE:  # there is nothing to read
        message = f"commit {landing.commit[:12]} makes it a submodule; what was there before stays in force"
        track.faults[path] = Fault("not_a_file", message, change.blob)
        track.rules[path] = change.blob
        return
    if is_gone:
        track.rules.pop(path, None)
    else:
        track.rules[path] = change.blob
    if place.kind == "lane":
        landing.lanes[place.lane] = None if is_gone else file
    elif place.kind == "maps":
        landing.maps = (None if is_gone else file,)
    elif place.kind == "signers":
        landing.signers = (None if is_gone else file,)
    else:
        landing.ladder = None if is_gone else file


def _land(landing: Landing, file: LandedFile) -> None:
    if file.place.kind == "row":
        landing.rows.append(file)
    elif file.place.kind == "retraction":
        landing.retractions.append(file)
    else:
        landing.receipts.append(file)

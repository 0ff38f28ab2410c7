"""`homegolf import`: rows from the logs of other tools, one commit a row."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast, get_args

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.record import RecordOptions, run_record
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.remarks import Meant
from homegolf_git.core.model.findings import Finding, finding, has_errors
from homegolf_git.core.model.naming import LaneId, RunId, parse_path
from homegolf_git.core.model.values import Json, Record, Value, field
from homegolf_git.core.views import importing as view
from homegolf_git.core.views.layout import Block
from homegolf_git.errors import Exit, refused, usage_error
from homegolf_git.importers import IMPORTERS
from homegolf_git.importers.anomalies import says_kept
from homegolf_git.importers.entries import LeftOut, Log, LogError, LogFile
from homegolf_git.importers.mapped import MapError
from homegolf_git.importers.rows import (
    Draft,
    Plan,
    Replicates,
    drafts,
    place_of,
    replicate_candidates,
)
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.logfiles import read_logs
from homegolf_git.shell.files.worktree import read_file
from homegolf_git.shell.landing.incoming import Incoming, read_incoming
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.trainer import ROW_HEADER, commit_times

_MEANT = Meant(empty_config=True, new_seed=True, keep_invalid=True)
_UNDECIDED = ("underpowered", "incomplete")
Tell = Callable[[Block], None]


class ImportOptions(Value, frozen=True):
    """What is imported, and how."""

    kind: str
    paths: tuple[Path, ...]
    lane: str
    map_file: Path | None = None
    replicates: str = "none"
    is_dry_run: bool = False
    repository: str | None = None


class _Import(Record):
    """An import under way."""

    rows: list[Draft]
    left_out: list[LeftOut]
    log: Log
    incoming: list[Incoming] = field(default_factory=list)
    landed: int = 0


def import_log(workspace: Workspace, options: ImportOptions, tell: Tell) -> Answer[view.Imported]:
    """Record the runs that a log tells of; `tell` hears what was read before any of it lands.

    Raises:
        HomegolfError: where the log cannot be read, or nothing of it may land.
    """
    ledger = open_ledger(workspace)
    (lane,) = lanes_named(ledger, options.lane)
    done = _read(workspace, ledger, lane, options)
    preview = [_preview(row) for row in done.rows]
    for block in view.preview(preview, is_whole=options.is_dry_run):
        tell(block)
    _take(ledger, lane, done)
    record = RecordOptions((), options.is_dry_run, _MEANT, keeps_order=True)
    recorded = run_record(workspace.repo(), done.incoming, record, workspace.progress)
    is_refused = has_errors(recorded.findings)
    planned = [] if is_refused else recorded.planned
    by_id = {row.run_id: row for row in done.rows}
    kept = [plan for plan in planned if says_kept(by_id[plan.verdict.run_id].entry.status)]
    answer = view.Imported(
        kind=options.kind,
        lane=lane,
        is_dry_run=options.is_dry_run,
        preview=preview,
        failed=sum(row.entry.failure is not None for row in done.rows),
        recorded=len(planned),
        landed=done.landed + len(recorded.landed),
        left_out=[view.LeftOut(item.source, item.line, item.why) for item in done.left_out],
        anomalies=_anomalies(done),
        candidates=[
            view.Candidates(item.by, item.value, item.run_ids)
            for item in replicate_candidates(done.rows)
        ],
        verdicts=dict(Counter(plan.verdict.name for plan in planned).most_common()),
        kept=len(kept),
        kept_undecided=sum(plan.verdict.reason in _UNDECIDED for plan in kept),
        findings=recorded.findings if is_refused else _gathered(recorded.findings),
    )
    if is_refused:
        return Answer(answer, view.refused_text, view.json, Exit.FINDINGS, answer.findings)
    return Answer(answer, view.text, view.json, findings=answer.findings)


def _read(workspace: Workspace, ledger: Ledger, lane: LaneId, options: ImportOptions) -> _Import:
    importer = IMPORTERS.get(options.kind)
    if importer is None:
        raise usage_error(f"no kind of log is {options.kind!r}", f"kinds: {', '.join(IMPORTERS)}")
    if options.replicates not in get_args(Replicates):
        raise usage_error(
            f"--replicates takes {', '.join(get_args(Replicates))}, not {options.replicates!r}"
        )
    if importer.needs_map and options.map_file is None:
        raise usage_error(f"{options.kind} needs a map from column to fact", "give --map FILE")
    mapping = _mapping(options.map_file)
    files = [LogFile(*file) for file in read_logs(options.paths, importer.wanted)]
    workspace.progress.show(f"reading {len(files)} files")
    rules = ledger.lanes[lane].current.lane
    try:
        log = importer.read(files, rules, mapping)
    except LogError as error:
        raise refused(finding("unreadable_log", str(error), error.source, error.line)) from error
    except MapError as error:
        raise refused(finding("bad_map", str(error), str(options.map_file))) from error
    asked = [entry.commit for entry in log.entries if entry.commit and not entry.finished_at]
    times = commit_times(options.paths[0], asked)
    by = cast("Replicates", options.replicates)
    plan = Plan(options.kind, rules, by, times, options.repository)
    rows, again = drafts(plan, log.entries)
    return _Import(rows, [*log.left_out, *again], log)


def _mapping(file: Path | None) -> Mapping[str, Json]:
    if file is None:
        return {}
    loaded = rowyaml.load(read_file(file), str(file))
    if has_errors(loaded.findings) or loaded.value is None:
        raise refused(*loaded.findings)
    return cast("Mapping[str, Json]", loaded.value)


def _take(ledger: Ledger, lane: LaneId, done: _Import) -> None:
    """Turn rows that have not landed into incoming ones; what no row can hold is left out."""
    for row in done.rows:
        path = ledger.row_paths.get(RunId(row.run_id))
        place = parse_path(path) if path else None
        record = row.entry.record
        if place is not None and place.lane == lane:
            done.landed += 1
            continue
        if place is not None:
            why = f"it has landed in {place.lane} as {row.run_id}"
            done.left_out.append(LeftOut(record.source, record.line, why))
            continue
        text = ROW_HEADER + rowyaml.dump(row.document)
        incoming = read_incoming(Path(row.source), text.encode("utf-8", "replace"))
        faults = [item for item in incoming.said if item.severity == "error"]
        if faults or incoming.row is None:
            why = "; ".join(f"{item.code}: {item.message}" for item in faults[:2])
            done.left_out.append(LeftOut(record.source, record.line, why))
            continue
        done.incoming.append(incoming)


def _preview(row: Draft) -> view.Preview:
    entry = row.entry
    score = entry.failure.kind if entry.failure else _scores(row)
    return view.Preview(
        row.source, row.run_id, score, row.document["finished_at"], entry.status, entry.summary
    )


def _scores(row: Draft) -> str:
    known = ("seed", "repeat", "extra")
    first = next(
        (f"{value}" for name, value in row.entry.results[0].items() if name not in known), ""
    )
    count = len(row.entry.results)
    return first if count == 1 else f"{first} and {count - 1} more"


def _anomalies(done: _Import) -> list[view.Anomaly]:
    ids = {id(row.entry.record): row.run_id for row in done.rows}
    return [
        view.Anomaly(ids.get(id(item.record), ""), place_of(item.record), item.code, item.evidence)
        for item in done.log.anomalies
    ]


def _gathered(found: Sequence[Finding]) -> list[Finding]:
    """One finding a code, with the number of rows that it is said of."""
    groups: dict[str, list[Finding]] = {}
    for item in found:
        groups.setdefault(item.code, []).append(item)
    return [_gathered_one(items) for items in groups.values()]


def _gathered_one(items: list[Finding]) -> Finding:
    first = items[0]
    if len(items) == 1:
        return first
    message = f"{first.message}; and {len(items) - 1} more rows"
    return finding(first.code, message, first.path, first.line, first.severity, first.fix)
